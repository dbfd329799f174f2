"""Every rule, by code."""

from collections.abc import Iterator, Mapping

from pv.contract.finding import Finding
from pv.contract.model import Contract
from pv.rules import claims, references, schema_family
from pv.rules.rule import Rule

RULES: Mapping[str, Rule] = {
    rule.code: rule for family in (schema_family, claims, references) for rule in family.RULES
}


def judge(contract: Contract) -> Iterator[Finding]:
    """Yield what every rule says about a contract."""
    for rule in RULES.values():
        yield from rule.findings(contract)
