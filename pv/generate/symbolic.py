"""Symbolic checks as functions whose docstring is a contract that CrossHair reads (PEP 316)."""

from collections.abc import Iterator, Mapping

from pv.binding.model import Bound
from pv.checks.model import Check
from pv.claims import Fault, Node, parse_set
from pv.claims import tree as t
from pv.claims.domains.number_sets import values_of
from pv.claims.domains.space import Values
from pv.generate.shared_names import Registry
from pv.generate.stated_claims import Stated, node
from pv.generate.text_layout import indented, quoted
from pv.python_source import identifier, python_source

_OPERATORS = frozenset({"+", "-", "*", "and", "or", "implies", "iff", "xor", "not", "abs"})
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_FUNCTIONS = frozenset({"min", "max", "abs"})


def can_be_written(claim: Stated) -> bool:
    """Return whether Python computes a claim as pv does: over whole numbers, without a quotient.

    What it calls must be a function that is called as it is.
    """
    values = _values(claim)
    ends = (end for each in values.values() for end in (each.low, each.high) if end is not None)
    trees = [node(claim.claim), *map(node, claim.given), *ends]
    return (
        bool(values)
        and all(each.whole and not each.sizes and not each.listed for each in values.values())
        and not (claim.derived or claim.formulas or claim.conventions)
        and claim.tolerance.exact
        and all(map(_is_called_plainly, claim.calls.values()))
        and all(_is_plain(part, claim) for tree in trees for part in t.walk(tree))
    )


def test_text(name: str, check: Check, claim: Stated, registry: Registry) -> str:
    """Return a function to analyse, and the test that lets CrossHair look for a counterexample."""
    given = ", ".join(f"{identifier(each)}: int" for each in claim.over)
    told = f"No path of the code contradicts {check.id} (CrossHair, within 10 s)."
    conditions = [*(f"pre: {each}" for each in _conditions(claim)), "post: __return__"]
    said = f"Claim: {' '.join(check.claim.split())}"  # which begins no condition
    verify = registry.distinct(f"verify_{name}")
    test = registry.distinct(f"test_{name}_symbolically")
    lines = [
        f"def {verify}({given}) -> bool:",
        *indented([quoted("\n".join([said, "", *conditions]) + "\n")]),
        f"    return {python_source(_imported(claim, registry))}",
        "",
        "",
        "@pytest.mark.symbolic",
        f"def {test}():",
        *indented([quoted(told)]),
        f"    assert counterexample({verify}, seconds=10) is None",
    ]
    return "\n".join(lines)


def _is_called_plainly(bound: Bound) -> bool:
    return bound == Bound(bound.callable) and "." not in bound.callable.partition(":")[2]


def _is_plain(part: Node, claim: Stated) -> bool:
    match part:
        case t.Binary(operator=word) | t.Unary(operator=word):
            return word in _OPERATORS
        case t.Call(function=name):
            return name in claim.calls or name in _FUNCTIONS
        case t.Comparison(operators=words):
            return _COMPARISONS.issuperset(words)
    return isinstance(part, t.Number | t.Name | t.Conditional)


def _values(claim: Stated) -> dict[str, Values]:
    """Return the values of each variable; none where one has values of another kind."""
    found: dict[str, Values] = {}
    for name, each in claim.over.items():
        read = parse_set(each) if isinstance(each, str) else None
        values = values_of(read) if read is not None and not isinstance(read, Fault) else each
        if not isinstance(values, Values):
            return {}
        found[name] = values
    return found


def _imported(claim: Stated, registry: Registry) -> Node:
    """Return the claim over the names under which the module imports what it calls."""
    names: Mapping[str, str] = {
        name: registry.import_of(bound.callable, claim.root) for name, bound in claim.calls.items()
    }

    def change(part: Node) -> Node:
        match part:
            case t.Call(function, given, span) if function in names:
                return t.Call(names[function], tuple(map(change, given)), span)
        return t.rebuild(part, change)

    return change(node(claim.claim))


def _conditions(claim: Stated) -> Iterator[str]:
    for name, values in _values(claim).items():
        low = "" if values.low is None else python_source(values.low)
        high = "" if values.high is None else python_source(values.high)
        above = f"{low} {'<' if values.open_low else '<='} " if low else ""
        below = f" {'<' if values.open_high else '<='} {high}" if high else ""
        if above or below:
            yield f"{above}{identifier(name)}{below}"
    yield from (python_source(node(text)) for text in claim.given)
