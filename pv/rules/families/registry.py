"""The rules that judge a contract by itself; `coverage` has the others."""

from collections.abc import Iterator

from pv.contract.finding import Finding
from pv.contract.model import Contract
from pv.rules.facts.declared_names import spoken
from pv.rules.families import claims, names, references, sanity, schema

_OF_TEXTS = (*schema.RULES, *sanity.RULES, *claims.RULES, *references.RULES)
RULES = (*_OF_TEXTS, *names.RULES)


def judge(contract: Contract) -> Iterator[Finding]:
    """Yield what every rule of the format says about a contract."""
    for rule in _OF_TEXTS:
        yield from rule.findings(contract)
    said = spoken(contract)
    for about_names in names.RULES:
        yield from about_names.findings(said)
