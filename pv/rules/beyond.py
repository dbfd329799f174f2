"""The rules that go beyond the format: coverage, and what bindings leave out."""

from collections.abc import Iterator, Sequence

from pv.binding.model import Binding
from pv.contract.finding import Finding
from pv.contract.model import Contract
from pv.rules import audit, binding_family


def judge_more(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Finding]:
    """Yield what goes beyond the format: coverage, and what bindings leave out."""
    for audit_rule in audit.RULES:
        yield from audit_rule.findings(contract)
    for binding_rule in binding_family.RULES:
        yield from binding_rule.findings(contract, bindings)
