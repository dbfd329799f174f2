"""SCHEMA-001…023 and PROVABILITY-001: the rules of the Rust tool, as they are meant there."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from pv.contract.finding import Location
from pv.contract.model import Contract
from pv.contract.text import Text
from pv.plural import number_of
from pv.rules.model.rule import Fact, Rule

_NOT_APPLICABLE = "not-applicable"
_SHOWN = 3
"""Number of ids that a message names."""


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def location(self) -> Location: ...


def _no_references(contract: Contract) -> Iterator[Fact]:
    if not contract.metadata.references:
        yield Fact(
            contract.metadata.location,
            "`metadata.references` is empty",
            "name the paper, issue or document that the contract rests on",
        )


def _empty_version(contract: Contract) -> Iterator[Fact]:
    version = contract.metadata.version
    if not version.value.strip():
        yield Fact(version.location, "the version is empty", "write one, such as 1.0.0")


def _no_equations(contract: Contract) -> Iterator[Fact]:
    if contract.metadata.kind == "kernel" and not contract.equations:
        yield Fact(contract.location, "there are no equations", "add one below `equations:`")


def _empty_formula(contract: Contract) -> Iterator[Fact]:
    for equation in contract.equations:
        if equation.formula is None or not equation.formula.value.strip():
            where = equation.formula.location if equation.formula else equation.location
            yield Fact(where, f"equation `{equation.id}` has no formula", "write `formula:`")


def _empty_property(contract: Contract) -> Iterator[Fact]:
    for obligation in contract.obligations:
        if obligation.property is None or not obligation.property.value.strip():
            yield Fact(
                obligation.location,
                f"obligation `{obligation.id}` states no property",
                "say in `property:` what must hold",
            )


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


def _empty_prediction(contract: Contract) -> Iterator[Fact]:
    for test in contract.tests:
        if test.experiment is None and (
            test.prediction is None or not test.prediction.value.strip()
        ):
            yield Fact(
                test.location,
                f"test `{test.id}` predicts nothing",
                "write `prediction:`, or an `experiment:`",
            )


def _empty_diagnosis(contract: Contract) -> Iterator[Fact]:
    for test in contract.tests:
        if test.if_fails is None or not test.if_fails.value.strip():
            message = f"test `{test.id}` gives no diagnosis"
            yield Fact(test.location, message, "say in `if_fails:` where to look when it fails")


def _duplicate_harness(contract: Contract) -> Iterator[Fact]:
    yield from _duplicates(contract.symbolic_checks, "symbolic check")


def empty_obligation(contract: Contract) -> Iterator[Fact]:
    """Yield symbolic checks that name no obligation."""
    for check in contract.symbolic_checks:
        if not check.obligation.value.strip():
            message = f"symbolic check `{check.id}` decides nothing"
            yield Fact(check.location, message, "name the id of an obligation")


def _no_bound(contract: Contract) -> Iterator[Fact]:
    for check in contract.symbolic_checks:
        if check.bound is None and check.strategy != "inductive":
            message = f"symbolic check `{check.id}` has no bound"
            yield Fact(check.location, message, "give the greatest size or value looked at")


def _no_gate(contract: Contract) -> Iterator[Fact]:
    if not contract.gates and contract.metadata.kind == "kernel":
        message = "there is no gate"
        yield Fact(contract.location, message, "add `qa_gate:`, so that passing means something")


def _unprovable(contract: Contract) -> Iterator[Fact]:
    if contract.metadata.kind != "kernel":
        return
    lacking = [
        name
        for name, items in (
            ("proof obligation", contract.obligations),
            ("symbolic check", contract.symbolic_checks),
        )
        if not items
    ]
    for name in lacking:
        remedy = "add one, or say below `metadata:` which other kind of contract it is"
        yield Fact(contract.location, f"a kernel contract without a {name}", remedy)
    if len(contract.tests) < len(contract.obligations):
        obligations = number_of(len(contract.obligations), "obligation")
        message = f"{obligations}, {number_of(len(contract.tests), 'test')}"
        remedy = "a kernel contract has a falsification test for each obligation"
        yield Fact(contract.location, message, f"{remedy}{_untested(contract)}")


def _untested(contract: Contract) -> str:
    """Return a clause that names untested obligations; empty if tests name none at all."""
    named = {test.obligation.value.strip() for test in contract.tests if test.obligation}
    lacking = [f"`{each.id}`" for each in contract.obligations if each.id not in named]
    return f"; {', '.join(lacking[:_SHOWN])} has none" if named and lacking else ""


def _misplaced_requires(contract: Contract) -> Iterator[Fact]:
    for item in contract.obligations:
        if item.requires is not None and item.type != "postcondition":
            message = f"`requires` on an obligation of type {item.type}"
            yield Fact(item.requires.location, message, "only a postcondition requires something")


def _misplaced_phase(contract: Contract) -> Iterator[Fact]:
    for item in contract.obligations:
        if item.phase is not None and not item.type.startswith("loop_"):
            message = f"`applies_to_phase` on an obligation of type {item.type}"
            remedy = "only a loop_invariant or loop_variant is about a phase"
            yield Fact(item.phase.location, message, remedy)


def _misplaced_parent(contract: Contract) -> Iterator[Fact]:
    for item in contract.obligations:
        if item.parent is not None and item.type != "subcontract":
            message = f"`parent_contract` on an obligation of type {item.type}"
            yield Fact(item.parent.location, message, "only a subcontract has a parent")


def _independent_parent(contract: Contract) -> Iterator[Fact]:
    depends_on = {text.value.strip() for text in contract.metadata.depends_on}
    for item in contract.obligations:
        if item.parent is not None and item.parent.value.strip() not in depends_on:
            message = f"the parent `{item.parent.value.strip()}` is not in `metadata.depends_on`"
            yield Fact(item.parent.location, message, "add it there")


def _not_applicable(field: str, what: str) -> Callable[[Contract], Iterator[Fact]]:
    def judge(contract: Contract) -> Iterator[Fact]:
        for item in contract.obligations:
            said: Text | None = getattr(item, field)
            if item.lean_status == _NOT_APPLICABLE and (said is None or not said.value.strip()):
                message = f"obligation `{item.id}` is not applicable, and `{field}` is not given"
                yield Fact(item.location, message, f"say {what}")

    return judge


def _applicable_after_all(contract: Contract) -> Iterator[Fact]:
    for item in contract.obligations:
        for said in (item.na_reason, item.na_owner):
            if said is not None and item.lean_status != _NOT_APPLICABLE:
                message = "a reason why it does not apply, and no `lean.status: not-applicable`"
                yield Fact(said.location, message, "remove it, or set the status")


RULES = (
    Rule("SCHEMA-001", _no_references),
    Rule("SCHEMA-002", _empty_version),
    Rule("SCHEMA-003", _no_equations),
    Rule("SCHEMA-004", _empty_formula),
    Rule("SCHEMA-005", _empty_property),
    Rule("SCHEMA-006", _duplicate_formal),
    Rule("SCHEMA-007", _duplicate_test),
    Rule("SCHEMA-008", _empty_prediction),
    Rule("SCHEMA-009", _empty_diagnosis),
    Rule("SCHEMA-010", _duplicate_harness),
    Rule("SCHEMA-011", empty_obligation),
    Rule("SCHEMA-012", _no_bound),
    Rule("SCHEMA-013", _no_gate),
    Rule("SCHEMA-014", _misplaced_requires),
    Rule("SCHEMA-015", _misplaced_phase),
    Rule("SCHEMA-016", _misplaced_parent),
    Rule("SCHEMA-017", _independent_parent),
    Rule("SCHEMA-021", _not_applicable("na_reason", "why")),
    Rule("SCHEMA-022", _not_applicable("na_owner", "whose")),
    Rule("SCHEMA-023", _applicable_after_all),
    Rule("PROVABILITY-001", _unprovable),
)
