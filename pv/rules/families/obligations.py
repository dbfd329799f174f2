"""SCHEMA-014…017 and -021…023: keys of an obligation that do not fit its type or its status."""

from collections.abc import Callable, Iterator

from pv.contract.model import Contract
from pv.contract.text import Text
from pv.rules.model.rule import Fact, Rule

_NOT_APPLICABLE = "not-applicable"


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
    Rule("SCHEMA-014", _misplaced_requires),
    Rule("SCHEMA-015", _misplaced_phase),
    Rule("SCHEMA-016", _misplaced_parent),
    Rule("SCHEMA-017", _independent_parent),
    Rule("SCHEMA-021", _not_applicable("na_reason", "why")),
    Rule("SCHEMA-022", _not_applicable("na_owner", "whose")),
    Rule("SCHEMA-023", _applicable_after_all),
)
