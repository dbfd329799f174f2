"""Claims over formulas and Python objects, each as a test function that lets pv decide it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from pv.checks.model import Check
from pv.claims import EXACT
from pv.claims.values import Assignment
from pv.generate.claim_source import VARIES, arguments, call, literal, tolerance
from pv.generate.shared_names import Registry
from pv.generate.stated_claims import Stated
from pv.generate.text_layout import docstring, indented


class Subject(NamedTuple):
    """A claim about one subject: the name wanted for its test, and what it says."""

    name: str
    claim: Stated


def test_text(
    base: str, check: Check, title: str, subjects: Sequence[Subject], registry: Registry
) -> str:
    """Return the test of a claim about one subject or several, as one if they are alike."""
    claims = [subject.claim for subject in subjects]
    if len(claims) > 1 and len({repr(_general(claim)) for claim in claims}) == 1:
        rows = ", ".join(f"({c.dtype!r}, {tolerance(c.tolerance)!r})" for c in claims)
        head = f"@pytest.mark.parametrize({VARIES!r}, [{rows}])"
        said = call("survives", *arguments(claims[0], registry, varying=True))
        name = registry.distinct(f"test_{base}")
        return f"{head}\n{_function(name, ', '.join(VARIES), check, title, said)}"
    return "\n\n\n".join(
        _function(
            registry.distinct(f"test_{name}"),
            "",
            check,
            title,
            call("survives", *arguments(claim, registry)),
        )
        for name, claim in subjects
    )


def case_text(
    name: str, check: Check, title: str, claim: Stated, case: Assignment, registry: Registry
) -> str:
    """Return a test of a claim at one case."""
    said = call("survives", *arguments(claim, registry), at=literal(case))
    return _function(registry.distinct(f"test_{name}"), "", check, title, said)


def _function(name: str, parameters: str, check: Check, title: str, said: str) -> str:
    body = indented([docstring(title, check), said])
    return "\n".join([f"def {name}({parameters}):", *body])


def _general(claim: Stated) -> Stated:
    """Return a claim without its type of numbers, and what goes with it."""
    calls = {
        name: replace(bound, dtype="") if bound.dtype == claim.dtype else bound
        for name, bound in claim.calls.items()
    }
    return replace(claim, calls=calls, dtype="", tolerance=EXACT)
