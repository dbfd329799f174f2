"""REF-*: references to ids that do not exist, and ids that are used twice."""

from collections.abc import Collection, Iterator

from pv.contract.model import Contract, GivenId
from pv.contract.text import Text
from pv.nearest import listed, nearest
from pv.rules.model.rule import Fact, Rule


def _unknown(text: Text, known: Collection[str], what: str) -> Iterator[Fact]:
    name = text.value.strip()
    if name in known:
        return
    near = [] if " " in name else nearest(name, known)
    remedy = f"did you mean `{near[0]}`?" if near else f"known: {listed(known) or 'none'}"
    yield Fact(text.location, f"`{name}` is not an {what} of this contract", remedy)


def _dangling(contract: Contract) -> Iterator[Fact]:
    obligations = dict.fromkeys(item.id for item in contract.obligations)
    equations = dict.fromkeys(item.id for item in contract.equations)
    claims = dict.fromkeys(contract.claim_ids)
    for obligation in contract.obligations:
        if obligation.equation:
            yield from _unknown(obligation.equation, equations, "equation")
    for test in contract.tests:
        if test.obligation:
            yield from _unknown(test.obligation, obligations, "obligation")
    for gate in contract.gates:
        for name, text in gate.require.items():
            named = Text(name, text.location)
            yield from _unknown(named, claims, "id of a claim")


def _loose(contract: Contract) -> Iterator[Fact]:
    """Yield checks that describe their obligation in words, as harnesses of the Rust tool do."""
    obligations = dict.fromkeys(item.id for item in contract.obligations)
    for check in contract.symbolic_checks:
        if check.obligation.value.strip():
            yield from _unknown(check.obligation, obligations, "obligation id")


def _ambiguous(contract: Contract) -> Iterator[Fact]:
    """Yield ids with two owners in one contract, save those that SCHEMA-007 and -010 are about."""
    owners: dict[str, GivenId] = {}
    for given in contract.given_ids:
        first = owners.setdefault(given.id.value, given)
        told = first.what == given.what and given.what in {"test", "symbolic check"}
        if first is not given and not told:
            line = first.id.location.line
            message = f"`{given.id.value}` is the id of the {first.what} in line {line}"
            yield Fact(given.id.location, message, "give each its own id")


RULES = (
    Rule("REF-001", _dangling),
    Rule("REF-002", _loose),
    Rule("REF-003", _ambiguous),
)
