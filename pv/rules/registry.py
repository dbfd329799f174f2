"""The rules that judge a contract by itself."""

from collections.abc import Iterator

from pv.contract.finding import Finding
from pv.contract.model import Contract
from pv.rules import claims, names, references, sanity, schema_family

RULES = (*schema_family.RULES, *sanity.RULES, *claims.RULES, *names.RULES, *references.RULES)


def judge(contract: Contract) -> Iterator[Finding]:
    """Yield what every rule of the format says about a contract."""
    for rule in RULES:
        yield from rule.findings(contract)
