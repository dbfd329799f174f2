"""Symbolic checks as functions whose docstring is a contract that CrossHair reads (PEP 316)."""

from collections.abc import Iterator

from pv.checks.model import Check
from pv.claims.domains.space import Values
from pv.claims.rendering.python_source import identifier, python_source
from pv.claims.tree import String
from pv.generate.called_functions import renamed
from pv.generate.claim_parts import Claim
from pv.generate.shared_names import Registry
from pv.generate.strategies import listed


def can_be_written(claim: Claim) -> bool:
    """Return whether CrossHair has values for a claim: not for arrays, nor through an adapter."""
    adapted = any(bound.arrays != "numpy" for bound in claim.functions.values())
    return not (claim.arrays or adapted)


def test_text(name: str, check: Check, claim: Claim, registry: Registry) -> str:
    """Return a function to analyse, and the test that lets CrossHair look for a counterexample."""
    variables = claim.space.variables
    given = ", ".join(f"{identifier(n)}: {_type(values)}" for n, values in variables.items())
    tree = renamed(claim, registry)
    lines = [
        f"def verify_{name}({given}) -> bool:",
        f'    """{" ".join(check.claim.split())}',
        "",
        *(f"    pre: {condition}" for condition in _conditions(claim)),
        "    post: __return__",
        '    """',
        f"    return {python_source(tree, close=claim.allowed)}",
        "",
        "",
        "@pytest.mark.symbolic",
        f"def test_{name}_symbolically():",
        f'    """No path of the code contradicts {check.name} (CrossHair, within 10 s)."""',
        f"    assert counterexample(verify_{name}, seconds=10) is None",
    ]
    return "\n".join(lines)


def _type(values: Values) -> str:
    if any(isinstance(each, String) for each in values.listed):
        return "str"
    if values.listed:
        whole = all(isinstance(getattr(each, "value", 0.5), int) for each in values.listed)
        return "int" if whole else "float"
    return "int" if values.whole else "float"


def _conditions(claim: Claim) -> Iterator[str]:
    for name, values in claim.space.variables.items():
        spelled = identifier(name)
        if values.listed:
            yield f"{spelled} in {listed(values)}"
            continue
        low = "" if values.low is None else python_source(values.low)
        high = "" if values.high is None else python_source(values.high)
        above = f"{low} {'<' if values.open_low else '<='} " if low else ""
        below = f" {'<' if values.open_high else '<='} {high}" if high else ""
        if above or below:
            yield f"{above}{spelled}{below}"
    yield from map(python_source, claim.space.conditions)
