"""All rules that judge a contract alone, and those that judge it together with its bindings."""

from collections.abc import Iterator, Sequence

from pv.binding.model import Binding
from pv.contract.finding import Finding
from pv.contract.model import Contract
from pv.rules.facts.claim_names import names_in_claims
from pv.rules.families import (
    audit,
    binding_files,
    claims,
    duplicates,
    names,
    obligations,
    provability,
    references,
    sanity,
    schema,
)

_OF_TEXTS = (
    *schema.RULES,
    *duplicates.RULES,
    *obligations.RULES,
    *provability.RULES,
    *sanity.RULES,
    *claims.RULES,
    *references.RULES,
)
RULES = (*_OF_TEXTS, *names.RULES)


def judge(contract: Contract) -> Iterator[Finding]:
    """Yield the findings of `pv validate` about a contract."""
    for rule in _OF_TEXTS:
        yield from rule.findings(contract)
    said = names_in_claims(contract)
    for about_names in names.RULES:
        yield from about_names.findings(said)


def judge_coverage(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Finding]:
    """Yield the findings that `pv lint` adds, about coverage and bindings."""
    for audit_rule in audit.RULES:
        yield from audit_rule.findings(contract)
    for binding_rule in binding_files.RULES:
        yield from binding_rule.findings(contract, bindings)
