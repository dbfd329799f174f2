"""META-*, TOL-*, BOUND-*, SUM-*, TEXT-*: implausible versions, dates, numbers, counts and texts."""

import re
from collections.abc import Iterator
from datetime import date

from pv.contract.finding import Location
from pv.contract.hidden_characters import HIDDEN, spelled
from pv.contract.model import Contract, Obligation
from pv.contract.text import Text
from pv.contract.yaml.document import Document
from pv.contract.yaml.positions import location, scalars
from pv.rules.model.rule import Fact, Rule

# Semantic Versioning 2.0.0, with the leading zeros that it forbids.
_PART = r"(?:0|[1-9][0-9]*)"
_TAGS = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
_SEMVER = re.compile(rf"{_PART}\.{_PART}\.{_PART}(?:-{_TAGS})?(?:\+{_TAGS})?")

SOLVERS = ("cadical", "kissat", "minisat", "crosshair", "z3", "cvc5", "bitwuzla")
"""Solvers of Kani and of our own engines."""

_ULP = re.compile(r"\bulps?\b|\bunits? in the last place\b", re.IGNORECASE)
MOST_ULPS = 64
"""Units in the last place; a tolerance that is meant in other units is mostly greater."""

GREATEST_BOUND = 2**64
"""The greatest bound that an engine counts to."""

_SEEN = "remove it; what a reader sees should be what there is"


def _odd_version(contract: Contract) -> Iterator[Fact]:
    version = contract.metadata.version
    said = version.value.strip()
    if said and not _SEMVER.fullmatch(said):
        message = f"`{said}` is not a semantic version"
        yield Fact(version.location, message, "write major.minor.patch, such as 1.0.0")


def _odd_date(contract: Contract) -> Iterator[Fact]:
    created = contract.metadata.created
    if created is None:
        return
    try:
        date.fromisoformat(created.value.strip()[:10])
    except ValueError:
        message = f"`{created.value}` is not a date"
        yield Fact(created.location, message, "write year-month-day, such as 2026-11-23")


def _unit_missing(contract: Contract) -> Iterator[Fact]:
    for item in contract.obligations:
        bare = item.bare_tolerance
        if bare is not None and item.tolerance and _means_ulps(item, item.tolerance.absolute):
            said = bare.value
            message = f"a tolerance of {said} without a unit is absolute, and accepts nearly all"
            remedy = f"write {{ulp: {said}}} if units in the last place are meant, or {{abs: …}}"
            yield Fact(bare.location, message, remedy)


def _means_ulps(obligation: Obligation, tolerance: float) -> bool:
    """Return whether a tolerance without a unit is most likely one of units in the last place.

    The text that names the unit decides. Where none is named, two computations are compared, and
    the number is small and whole.
    """
    if tolerance < 1:
        return False
    said = " ".join(text.value for text in (obligation.property, obligation.formal) if text)
    if _ULP.search(said):
        return True
    with_unit = re.search(rf"(?<![\d.]){tolerance:g}(?:\.0+)?\s?[%×A-Za-z]", said)
    small = tolerance <= MOST_ULPS and float(tolerance).is_integer()
    return obligation.type == "equivalence" and small and not with_unit


def _odd_bound(contract: Contract) -> Iterator[Fact]:
    """Yield bounds beyond every engine; 0 is accepted, and stands for no unwinding."""
    for check in contract.symbolic_checks:
        if check.bound is None or check.bound <= GREATEST_BOUND:
            continue
        message = f"the bound {check.bound} of `{check.id}` leaves nothing that could be decided"
        yield Fact(check.location, message, "give the greatest size or value looked at")


def _odd_solver(contract: Contract) -> Iterator[Fact]:
    for check in contract.symbolic_checks:
        if check.solver is not None and check.solver.value.strip().lower() not in SOLVERS:
            message = f"`{check.solver.value}` is not a solver that pv knows"
            yield Fact(check.solver.location, message, f"one of: {', '.join(SOLVERS)}")


def _wrong_summary(contract: Contract) -> Iterator[Fact]:
    """Compare counts that somebody typed with what the file holds.

    Properties tested and harnesses proved may be fewer than there are, and never more.
    """
    statuses = [item.lean_status for item in contract.obligations]
    exact = {
        "total_obligations": len(contract.obligations),
        "l4_lean_proved": statuses.count("proved"),
        "l4_sorry_count": statuses.count("sorry"),
        "l4_not_applicable": statuses.count("not-applicable"),
    }
    most = {
        "l2_property_tested": len(contract.tests),
        "l3_kani_proved": len(contract.symbolic_checks),
    }
    for name, said in contract.summary.items():
        if name in exact and _count(said) not in {None, exact[name]}:
            yield _disagreement(name, said, f"the file has {exact[name]}")
        elif name in most and (_count(said) or 0) > most[name]:
            yield _disagreement(name, said, f"the file has no more than {most[name]}")


def _count(said: Text) -> int | None:
    text = said.value.strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _disagreement(name: str, said: Text, fact: str) -> Fact:
    message = f"`{name}` says {said.value.strip()}, {fact}"
    return Fact(said.location, message, "correct it, or drop the summary: pv derives its own")


def _hidden(document: Document) -> Iterator[Fact]:
    """Yield the first hidden character of each line, and those that a text spells by an escape."""
    told = set()
    for number, line in enumerate(document.source.split("\n"), start=1):
        if found := HIDDEN.search(line.rstrip("\r")):
            told.add(number)
            column = found.start() + 1
            place = Location(document.file, number, column, number, column + 1)
            yield Fact(place, _message(found[0]), _SEEN)
    for event in scalars(document.marks):
        value = getattr(event, "value", "")  # an alias has none
        if event.start_mark.line + 1 not in told and (found := HIDDEN.search(value)):
            yield Fact(location(document.file, event, event), _message(found[0]), _SEEN)


def _message(sign: str) -> str:
    return f"the character `{spelled(sign)}` is not seen, or acts on what shows it"


def _broken(contract: Contract) -> Iterator[Fact]:
    """Yield ids of several lines."""
    named = [
        *(given.id for given in contract.given_ids),
        *(Text(equation.id, equation.location) for equation in contract.equations),
    ]
    for name in named:
        if "\n" in name.value:
            message = "a name has several lines, and reads as if it were several"
            yield Fact(name.location, message, "write it in one line")


RULES = (
    Rule("META-001", _odd_version),
    Rule("META-002", _odd_date),
    Rule("TOL-001", _unit_missing),
    Rule("BOUND-001", _odd_bound),
    Rule("BOUND-002", _odd_solver),
    Rule("SUM-001", _wrong_summary),
    Rule("TEXT-002", _broken),
)
OF_DOCUMENTS = (Rule("TEXT-001", _hidden),)
