"""Count the texts of each field in contracts, and those that can be read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pv.claims import Fault, parse_domain, read_field
from pv.contract.model import Contract

FIELDS: Mapping[str, str] = {
    "formula": "an equation's formula",
    "domain": "what its parameters may be",
    "codomain": "what its result may be",
    "invariant": "what holds for every input",
    "precondition": "what it presupposes",
    "formal": "an obligation's formal text",
    "prediction": "a falsification test's prediction",
}
"""The fields that `pv status` counts."""


class Count(NamedTuple):
    """Texts of one field."""

    total: int = 0
    parsed: int = 0


def count_claims(contracts: Iterable[Contract]) -> Mapping[str, Count]:
    """Count the texts of each field over some contracts."""
    counts = dict.fromkeys(FIELDS, Count())
    for field, readable in (each for contract in contracts for each in _texts(contract)):
        count = counts[field]
        counts[field] = Count(count.total + 1, count.parsed + readable)
    return counts


def add_counts(parts: Iterable[Mapping[str, Count]]) -> Mapping[str, Count]:
    """Add up the counts of several parts, field by field."""
    counts = dict.fromkeys(FIELDS, Count())
    for field, more in (item for part in parts for item in part.items()):
        total, parsed = counts[field]
        counts[field] = Count(total + more.total, parsed + more.parsed)
    return counts


def _texts(contract: Contract) -> Iterator[tuple[str, bool]]:
    """Yield the field of each text, and whether it can be read."""
    for equation in contract.equations:
        if isinstance(equation.domain, Mapping):
            for text in equation.domain.values():
                yield "domain", not isinstance(parse_domain(text.value), Fault)
        elif equation.domain is not None:
            yield "domain", _readable("domain", equation.domain.value)
        for field in ("formula", "codomain"):
            text = getattr(equation, field)
            if text is not None:
                yield field, _readable(field, text.value)
        for field in ("invariant", "precondition"):
            for text in getattr(equation, f"{field}s"):
                yield field, _readable(field, text.value)
    for obligation in contract.obligations:
        if obligation.formal is not None:
            yield "formal", _readable("formal", obligation.formal.value)
    for test in contract.tests:
        if test.prediction is not None:
            yield "prediction", _readable("prediction", test.prediction.value)


def _readable(field: str, text: str) -> bool:
    return not isinstance(read_field(field, text), Fault)
