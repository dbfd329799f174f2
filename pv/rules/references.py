"""REF-*: ids that name nothing."""

import difflib
from collections.abc import Iterable, Iterator

from pv.contract.finding import Severity
from pv.contract.model import Contract
from pv.contract.text import Text
from pv.rules.rule import Fact, Rule


def _unknown(text: Text, known: Iterable[str], what: str) -> Iterator[Fact]:
    name = text.value.strip()
    names = list(known)
    if name in names:
        return
    near = difflib.get_close_matches(name, names, n=1)
    remedy = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(names) or 'none'}"
    yield Fact(text.location, f"`{name}` is no {what} of this contract", remedy)


def _dangling(contract: Contract) -> Iterator[Fact]:
    obligations = [item.id for item in contract.obligations]
    equations = [item.id for item in contract.equations]
    for obligation in contract.obligations:
        if obligation.equation:
            yield from _unknown(obligation.equation, equations, "equation")
    for test in contract.tests:
        if test.obligation:
            yield from _unknown(test.obligation, obligations, "obligation")
    for gate in contract.gates:
        for name, text in gate.require.items():
            named = Text(name, text.location)
            yield from _unknown(named, contract.ids, "id")


def _loose(contract: Contract) -> Iterator[Fact]:
    """Yield checks that describe their obligation in words, as harnesses of the Rust tool do."""
    obligations = [item.id for item in contract.obligations]
    for check in contract.symbolic_checks:
        if check.obligation.value.strip():
            yield from _unknown(check.obligation, obligations, "obligation id")


RULES = (
    Rule("REF-001", Severity.ERROR, "an id that names nothing", _dangling),
    Rule("REF-002", Severity.NOTE, "a symbolic check that names no obligation by id", _loose),
)
