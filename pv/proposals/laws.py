"""Laws that one function may obey, the stronger before the weaker; tries decide which do.

Each generator is one family, over the functions for whose kinds it makes sense. A law names those
that say nothing beside it.
"""

from collections.abc import Callable, Iterator

from pv.proposals.model import Function, Kind, Law, Parameter, Sort
from pv.proposals.source.conditions import variables_in

TOTAL = "does-not-raise"
_TYPES = frozenset({"finite", "whole"})
DETERMINISTIC = "deterministic"


def laws_of(function: Function) -> Iterator[Law]:
    """Yield the laws to try, strongest first; what a decorator promises is not said again."""
    found = [law for family in _FAMILIES for law in family(function)]
    first = {law.formal: law for law in reversed(found)}
    return (law for law in found if first[law.formal] is law)


def _promised(function: Function) -> Iterator[Law]:
    for number, claim in enumerate(function.promises, 1):
        yield Law(
            f"promise-{number}", function.name, "postcondition", "What its decorator says", claim
        )


def _repeated(function: Function) -> Iterator[Law]:
    """Yield what may hold where the result can be given again as the first argument."""
    first = _first(function)
    if first is None:
        return
    name = first.name
    twice = function.with_argument(0, function.call)
    others = [f"{way}-{name}" for way in ("increasing", "at-most", "at-least")]
    yield Law(
        "identity", function.name, "invariant", f"It returns `{name}` as it is",
        f"{function.call} = {name}",
        frozenset({"idempotent", "involution", "odd", "same-length", "same-sum", *others, *_TYPES}),
        is_expected=False,
    )  # fmt: skip
    yield Law(
        "involution", function.name, "involution", f"Applied twice it returns `{name}`",
        f"{twice} = {name}", is_expected=False,
    )  # fmt: skip
    yield Law(
        "idempotent", function.name, "idempotency", "Applied again it changes nothing more",
        f"{twice} = {function.call}",
    )  # fmt: skip


def _of_two(function: Function) -> Iterator[Law]:
    """Yield what may hold of an operation on two values of one kind."""
    if len(function.parameters) != 2:  # noqa: PLR2004
        return
    one, other = function.parameters
    if (one.kind, one.limits) != (other.kind, other.limits):
        return
    yield Law(
        "commutative", function.name, "symmetry",
        f"`{one.name}` and `{other.name}` may change places",
        f"{function.call} = {function.of(other.name, one.name)}",
    )  # fmt: skip


def _bounds(function: Function) -> Iterator[Law]:
    """Yield how large the result, or each item of it, may be."""
    if not _may_be_numbers(function.result):
        return
    call = function.call
    if function.result is not None and function.result.is_list:
        total = Law(
            "sums-to-one", function.name, "invariant", "The items sum to 1", f"sum({call}) = 1"
        )
        yield total
    yield Law(
        "share", function.name, "bound", "Between 0 and 1", f"0 <= {call} <= 1",
        frozenset({"not-negative", "finite"}),
    )  # fmt: skip
    for each in function.parameters:
        if each.kind.is_list:
            at_least_one = f"length({each.name}) > 0 implies "
            yield Law(
                f"within-{each.name}", function.name, "bound",
                f"Between the least and the greatest item of `{each.name}`",
                f"{at_least_one}min({each.name}) <= {call} and {call} <= max({each.name})",
                frozenset({"finite"}),
            )  # fmt: skip
    yield from _clamped(function)
    for each in function.parameters:
        comparable = function.result is None or function.result.sort is each.kind.sort
        if each.kind.is_number and comparable:
            for way, sign, words in (("at-most", "<=", "more"), ("at-least", ">=", "less")):
                yield Law(
                    f"{way}-{each.name}", function.name, "bound",
                    f"Never {words} than `{each.name}`", f"{call} {sign} {each.name}",
                    frozenset({"finite"}),
                )  # fmt: skip


def _clamped(function: Function) -> Iterator[Law]:
    names = [each.name for each in function.parameters if each.kind.is_number]
    for low, high in (("low", "high"), ("lower", "upper"), ("lo", "hi"), ("minimum", "maximum")):
        if {low, high} <= {*names}:
            call = function.call
            yield Law(
                f"from-{low}-to-{high}", function.name, "bound", f"Between `{low}` and `{high}`",
                f"{low} <= {high} implies {low} <= {call} and {call} <= {high}",
                frozenset({"finite"}),
            )  # fmt: skip


def _lengths(function: Function) -> Iterator[Law]:
    """Yield how many items or characters the result may have."""
    if function.result is not None and not function.result.has_length:
        return
    call = function.call
    for each in function.parameters:
        if each.kind.has_length:
            name = each.name
            yield Law(
                "same-length", function.name, "invariant", f"As long as `{name}`",
                f"length({call}) = length({name})", frozenset({"no-longer"}),
            )  # fmt: skip
            yield Law(
                "no-longer", function.name, "bound", f"No longer than `{name}`",
                f"length({call}) <= length({name})",
            )  # fmt: skip
        elif each.kind == Kind(Sort.WHOLE):
            yield Law(
                f"length-{each.name}", function.name, "invariant", f"As many as `{each.name}` says",
                f"length({call}) = {each.name}",
            )  # fmt: skip


def _of_lists(function: Function) -> Iterator[Law]:
    """Yield what may hold between a list and the list that is returned for it."""
    first = _first(function)
    if first is None or not first.kind.is_list:
        return
    call = function.call
    at = function.unused("i", "j")
    yield Law(
        "sorted", function.name, "ordering", "Each item is at least the one before",
        f"{call}_{at} <= {call}_{{{at}+1}} for all {at} in 0..length({call}) - 2",
    )  # fmt: skip
    yield Law(
        "same-sum", function.name, "conservation", f"The sum is that of `{first.name}`",
        f"sum({call}) = sum({first.name})",
    )  # fmt: skip


def _monotone(function: Function) -> Iterator[Law]:
    if not _may_be_numbers(function.result):
        return
    taken = function.names
    for place, each in enumerate(function.parameters):
        one, other = f"{each.name}1", f"{each.name}2"
        tied = any(each.name in said for said in map(variables_in, function.conditions))
        if not each.kind.is_number or each.kind.named or {one, other} & taken or tied:
            continue
        calls = function.with_argument(place, one), function.with_argument(place, other)
        yield Law(
            f"without-{each.name}", function.name, "independence", f"`{each.name}` has no effect",
            f"{calls[0]} = {calls[1]}",
            frozenset({f"increasing-{each.name}", f"decreasing-{each.name}", "even"}),
            is_expected=False,
        )  # fmt: skip
        for way, sign, words in (("increasing", "<=", "more"), ("decreasing", ">=", "less")):
            yield Law(
                f"{way}-{each.name}", function.name, "monotonicity",
                f"With a greater `{each.name}` it is no {'less' if words == 'more' else 'more'}",
                f"{one} <= {other} implies {calls[0]} {sign} {calls[1]}",
            )  # fmt: skip


def _signs(function: Function) -> Iterator[Law]:
    """Yield what may hold between a number and its negative."""
    if len(function.parameters) != 1 or not _may_be_numbers(function.result):
        return
    (only,) = function.parameters
    low, high = only.limits.low, only.limits.high
    if not only.kind.is_number or only.kind.named or low is None or high is None or low != -high:
        return
    call, negative = function.call, function.of(f"-{only.name}")
    for key, words, formal in (
        ("odd", "The negative gives the negative", f"{negative} = -{call}"),
        ("even", "The negative gives the same", f"{negative} = {call}"),
    ):
        yield Law(key, function.name, "symmetry", words, formal)


def _signless(function: Function) -> Iterator[Law]:
    if not _may_be_numbers(function.result):
        return
    name, call = function.name, function.call
    yield Law("not-negative", name, "bound", "Not negative", f"{call} >= 0", frozenset({"finite"}))
    if function.result == Kind(Sort.WHOLE):
        yield Law("whole", name, "invariant", "A whole number", f"floor({call}) = {call}")
    else:
        yield Law("finite", name, "bound", "Finite", f"is_finite({call})")


def _called_alone(function: Function) -> Iterator[Law]:
    """Yield what can be said of any function."""
    call = function.call
    yield Law(
        DETERMINISTIC, function.name, "determinism",
        "The same again, also in another process, and its arguments stay as they are",
        f"{call} = {call}",
    )  # fmt: skip
    yield total(function)


def total(function: Function) -> Law:
    """Return the law that a function raises nothing."""
    formal = f'not raises({function.call}, "")'
    return Law(TOTAL, function.name, "safety", "Raises nothing", formal)


def telling(function: Function) -> Law:
    """Return a law that is tried beside `total`: it says what was raised; none is to offer it."""
    return Law(
        "result", function.name, "invariant", "A result", f"{function.call} = {function.call}"
    )


_FAMILIES: tuple[Callable[[Function], Iterator[Law]], ...] = (
    _promised, _repeated, _of_two, _lengths, _bounds, _of_lists, _monotone, _signs, _signless,
    _called_alone,
)  # fmt: skip


def _first(function: Function) -> Parameter | None:
    """Return the first parameter where the result is of its kind, or may be."""
    if not function.parameters:
        return None
    first = function.parameters[0]
    result = function.result
    return first if result is None or result.is_like(first.kind) else None


def _may_be_numbers(result: Kind | None) -> bool:
    return result is None or result.is_number or result.is_list
