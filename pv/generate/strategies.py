"""A space of values as Hypothesis strategies, in source."""

from collections.abc import Iterator

from pv.claims import names
from pv.claims.domains.space import Space, Values, order
from pv.claims.rendering.python_source import NoPython, identifier, python_source
from pv.claims.tree import Comparison, Name, Node, Number

_REACH = "1e6"
"""Magnitude of reals that have no end; the claims' own engines draw up to it too."""
_LARGEST_SIZE = 8


def is_plain(space: Space) -> bool:
    """Return whether each variable is a number whose ends are numbers."""
    return not space.size_names() and all(
        not values.sizes and not values.simplex and not _needs(values)
        for values in space.variables.values()
    )


def keywords(space: Space) -> str:
    """Return the arguments of `given` for a plain space."""
    return ", ".join(
        f"{identifier(name)}={number(values)}" for name, values in space.variables.items()
    )


def variables(space: Space) -> list[str]:
    """Return the names that a case gives, sizes among them, in Python's spelling."""
    sizes = sorted(space.size_names() - space.variables.keys())
    return [identifier(name) for name in (*sizes, *space.variables)]


def composite(space: Space) -> str:
    """Return a composite strategy, `{name}`, whose draws are tuples in the order of `variables`."""
    lines = ["@st.composite", "def {name}(draw):"]
    for name in order(space):
        if name in space.derived:
            continue
        values = space.variables.get(name)
        drawn = _size(values) if values is None or name in space.size_names() else _any(values)
        lines.append(f"    {identifier(name)} = draw({drawn})")
    names = variables(space)
    comma = "," if len(names) == 1 else ""
    return "\n".join([*lines, f"    return {', '.join(names)}{comma}"])


def conditions(space: Space, *, looped: bool = False) -> Iterator[str]:
    """Return what a test assumes of a case, drawn or looped over, and the values that follow."""
    for name, body in space.derived.items():
        yield f"{identifier(name)} = {python_source(body)}"
    for condition in space.conditions:
        if not _implied(condition, space):
            yield from supposed(python_source(condition), looped=looped)


def supposed(premise: str, *, looped: bool) -> Iterator[str]:
    """Pass over a case that does not meet a premise."""
    if looped:
        yield f"if not ({premise}):"
        yield "    continue"
    else:
        yield f"assume({premise})"


def _implied(condition: Node, space: Space) -> bool:
    """Return whether the values that are drawn meet a condition anyway: `n >= 1` of `1..64`."""
    match condition:
        case Comparison(operands=(Name(name), Number(value)), operators=(">=",)):
            return _is_from(space.variables.get(name), value)
        case Comparison(operands=(Number(value), Name(name)), operators=("<=",)):
            return _is_from(space.variables.get(name), value)
    return False


def _is_from(values: Values | None, least: float) -> bool:
    return values is not None and isinstance(values.low, Number) and values.low.value >= least


def axis(values: Values) -> str:
    """Return an iterable over all values of a variable; raises NoPython if they are not finite."""
    if values.listed:
        return listed(values)
    if not values.whole or values.low is None or values.high is None:
        raise NoPython("its values cannot be listed")
    first = python_source(values.low) + (" + 1" if values.open_low else "")
    last = python_source(values.high) + ("" if values.open_high else " + 1")
    return f"range({first}, {_sum(last)})"


def listed(values: Values) -> str:
    """Return the values of a variable as a tuple."""
    items = ", ".join(map(python_source, values.listed))
    return f"({items}{',' if len(values.listed) == 1 else ''})"


def number(values: Values) -> str:
    """Return the strategy of one number."""
    if values.listed:
        return f"st.sampled_from([{', '.join(map(python_source, values.listed))}])"
    if values.whole:
        low = _end(values.low, 1 if values.open_low else 0)
        high = _end(values.high, -1 if values.open_high else 0)
        return f"st.integers({low}, {high})"
    low = python_source(values.low) if values.low is not None else f"-{_REACH}"
    high = python_source(values.high) if values.high is not None else _REACH
    open_low = ", exclude_min=True" if values.open_low and values.low is not None else ""
    open_high = ", exclude_max=True" if values.open_high and values.high is not None else ""
    return f"st.floats({low}, {high}{open_low}{open_high})"


def _size(values: Values | None) -> str:
    """Return the strategy of a size; one without an upper end would fill the memory."""
    if values is None:
        return f"st.integers(1, {_LARGEST_SIZE})"
    if values.listed or values.high is not None:
        return number(values)
    low = "1" if values.low is None else _end(values.low, 1 if values.open_low else 0)
    return f"st.integers({low}, {_sum(f'{low} + {_LARGEST_SIZE}')})"


def _any(values: Values) -> str:
    if not values.sizes:
        if values.simplex:
            raise NoPython("a distribution without a size cannot be drawn")
        return number(values)
    sizes = ", ".join(map(python_source, values.sizes))
    shape = sizes if len(values.sizes) == 1 else f"({sizes})"
    if values.simplex:
        weights = f"arrays(float, {shape}, elements=st.floats(0.001, 1.0))"
        return f"{weights}.map(lambda w: w / w.sum(-1, keepdims=True))"
    kind = "int" if values.whole else "float"
    return f"arrays({kind}, {shape}, elements={number(values)})"


def _end(end: Node | None, more: int) -> str:
    if end is None:
        return "None"
    return _sum(python_source(end) + (f" {'+' if more > 0 else '-'} {abs(more)}" if more else ""))


def _sum(text: str) -> str:
    """Write `9 + 1` as 10."""
    left, sign, right = text.partition(" + ")
    if sign and left.lstrip("-").isdigit() and right.isdigit():
        return str(int(left) + int(right))
    return text


def _needs(values: Values) -> bool:
    ends = (end for end in (values.low, values.high) if end is not None)
    return any(names(end) - {"inf", "pi", "π"} for end in ends)
