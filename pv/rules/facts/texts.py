"""The texts of a contract that are claims or formulas."""

from collections.abc import Collection, Iterator

from pv.claims import Fault, read_field
from pv.claims.tree import Node
from pv.contract.model import Contract, Equation
from pv.contract.text import Text


def texts(contract: Contract) -> Iterator[tuple[str, Text | None]]:
    """Yield the texts that may be prose, each with its field."""
    for equation in contract.equations:
        yield from _of_equation(equation)
    for obligation in contract.obligations:
        yield "formal", obligation.formal
    for test in contract.tests:
        if test.experiment is None:
            yield "prediction", test.prediction


def trees(contract: Contract, fields: Collection[str]) -> Iterator[tuple[Text, Node]]:
    """Yield each statement of the fields with the text that it stands in."""
    for field, text in texts(contract):
        if text is None or field not in fields:
            continue
        found = read_field(field, text.value)
        if not isinstance(found, Fault):
            yield from ((text, tree) for tree in found)


def prose(contract: Contract) -> Iterator[Text]:
    """Yield all texts of a contract, claims and descriptions."""
    yield contract.metadata.description
    yield from (text for _, text in texts(contract) if text is not None)
    said = (
        *(item.property for item in contract.obligations),
        *(text for item in contract.tests for text in (item.rule, item.if_fails)),
        *(item.property for item in contract.symbolic_checks),
    )
    yield from (text for text in said if text is not None)


def _of_equation(equation: Equation) -> Iterator[tuple[str, Text | None]]:
    yield "formula", equation.formula
    yield "codomain", equation.codomain
    if isinstance(equation.domain, Text):
        yield "domain", equation.domain
    for field in ("invariants", "preconditions", "postconditions"):
        yield from ((field.removesuffix("s"), text) for text in getattr(equation, field))
