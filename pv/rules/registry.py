"""The rules that judge a contract by itself."""

from collections.abc import Iterator

from pv.contract.finding import Finding
from pv.contract.model import Contract
from pv.rules import claims, names, references, sanity, schema_family
from pv.rules.spoken import spoken

_OF_TEXTS = (*schema_family.RULES, *sanity.RULES, *claims.RULES, *references.RULES)
RULES = (*_OF_TEXTS, *names.RULES)


def judge(contract: Contract) -> Iterator[Finding]:
    """Yield what every rule of the format says about a contract."""
    for rule in _OF_TEXTS:
        yield from rule.findings(contract)
    said = spoken(contract)
    for about_names in names.RULES:
        yield from about_names.findings(said)
