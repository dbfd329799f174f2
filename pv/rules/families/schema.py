"""SCHEMA-001…013 without duplicates: required parts of a contract that are missing or empty."""

from collections.abc import Iterator

from pv.contract.model import Contract
from pv.rules.model.rule import OTHER_KIND, Fact, Rule


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
        remedy = f"add one below `equations:`, or {OTHER_KIND}"
        yield Fact(contract.location, "there are no equations", remedy)


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
        remedy = "add `qa_gate:`, so that passing means something"
        yield Fact(contract.location, message, f"{remedy}, or {OTHER_KIND}")


RULES = (
    Rule("SCHEMA-001", _no_references),
    Rule("SCHEMA-002", _empty_version),
    Rule("SCHEMA-003", _no_equations),
    Rule("SCHEMA-004", _empty_formula),
    Rule("SCHEMA-005", _empty_property),
    Rule("SCHEMA-008", _empty_prediction),
    Rule("SCHEMA-009", _empty_diagnosis),
    Rule("SCHEMA-011", empty_obligation),
    Rule("SCHEMA-012", _no_bound),
    Rule("SCHEMA-013", _no_gate),
)
