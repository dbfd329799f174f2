"""The rules that judge a contract by itself; `coverage` has the others."""

from collections.abc import Iterator

from pv.contract.finding import Finding
from pv.contract.model import Contract
from pv.contract.yaml.document import Document
from pv.rules.facts.claim_names import names_in_claims
from pv.rules.families import (
    claims,
    duplicates,
    gates,
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
    *names.OF_CONTRACTS,
    *references.RULES,
    *gates.RULES,
)
RULES = (*_OF_TEXTS, *names.RULES, *sanity.OF_DOCUMENTS)


def judge_characters(document: Document) -> Iterator[Finding]:
    """Yield the findings about the text of a file, whatever it holds."""
    for rule in sanity.OF_DOCUMENTS:
        yield from rule.findings(document)


def judge(contract: Contract) -> Iterator[Finding]:
    """Yield the findings of `pv validate` about a contract."""
    for rule in _OF_TEXTS:
        yield from rule.findings(contract)
    said = names_in_claims(contract)
    for about_names in names.RULES:
        yield from about_names.findings(said)
