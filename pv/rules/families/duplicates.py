"""SCHEMA-006, -007 and -010: obligations with one text, and tests and checks with one id."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from pv.contract.finding import Location
from pv.contract.model import Contract
from pv.rules.model.rule import Fact, Rule


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def location(self) -> Location: ...


def _duplicate_formal(contract: Contract) -> Iterator[Fact]:
    seen: dict[str, str] = {}
    for obligation in contract.obligations:
        if obligation.formal is None:
            continue
        text = " ".join(obligation.formal.value.split())
        if text in seen:
            yield Fact(
                obligation.formal.location,
                f"obligations `{seen[text]}` and `{obligation.id}` have the same formal text",
                "remove one, or state what differs",
            )
        seen.setdefault(text, obligation.id)


def _duplicates(items: Iterable[_Named], what: str) -> Iterator[Fact]:
    seen: dict[str, Location] = {}
    for item in items:
        if item.id in seen:
            message = f"the {what} id `{item.id}` is taken in line {seen[item.id].line}"
            yield Fact(item.location, message, "give each its own id")
        seen.setdefault(item.id, item.location)


def _duplicate_test(contract: Contract) -> Iterator[Fact]:
    yield from _duplicates(contract.tests, "test")


def _duplicate_harness(contract: Contract) -> Iterator[Fact]:
    yield from _duplicates(contract.symbolic_checks, "symbolic check")


RULES = (
    Rule("SCHEMA-006", _duplicate_formal),
    Rule("SCHEMA-007", _duplicate_test),
    Rule("SCHEMA-010", _duplicate_harness),
)
