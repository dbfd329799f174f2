"""The rules beyond the format, apart from the registry: `pv validate` does not import them."""

from collections.abc import Iterator, Sequence

from pv.binding.model import Binding
from pv.contract.finding import Finding
from pv.contract.model import Contract
from pv.rules.families import audit, binding_files


def judge_coverage(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Finding]:
    """Yield what a contract leaves uncovered, and what its bindings leave out."""
    for audit_rule in audit.RULES:
        yield from audit_rule.findings(contract)
    for binding_rule in binding_files.RULES:
        yield from binding_rule.findings(contract, bindings)
