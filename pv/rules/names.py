"""CLAIM-006…008: what claims call and speak of must be something that their contract knows."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pv.claims import Fault
from pv.claims.known import FUNCTIONS
from pv.claims.tree import Binder, Call, Name, Node, Span, Where, definition_of, walk
from pv.contract.model import Contract
from pv.contract.paths import json_path
from pv.contract.text import Text
from pv.rules.reading import read, texts
from pv.rules.rule import Fact, Rule

_TOLERANCE = frozenset({"ε", "eps", "epsilon"})
_DECLARING = frozenset({"domain", "codomain"})
_SHORTEST = 4
"""Letters of a name below which one more or less says nothing."""


class _Use(NamedTuple):
    """Where a text uses a name; `arguments` is their number, or None if it is no call."""

    name: str
    arguments: int | None
    text: Text
    span: Span


def _misspelt(contract: Contract) -> Iterator[Fact]:
    for use, near in _unknown(contract):
        if near:
            yield _fact(use, f"nothing is called `{use.name}` here", f"did you mean `{near}`?")


def _undeclared(contract: Contract) -> Iterator[Fact]:
    """Yield the first use of each name that is like no other."""
    told: set[str] = set()
    for use, near in _unknown(contract):
        if not near and use.name not in told:
            told.add(use.name)
            what = "no domain" if use.arguments is None else "no formula"
            remedy = "declare it in the domain, or state its equation"
            yield _fact(use, f"`{use.name}` has {what} in this contract", remedy)


def _miscalled(contract: Contract) -> Iterator[Fact]:
    """Yield calls whose arguments are not as many as the one definition of a function has."""
    parameters: dict[str, set[int]] = {}
    for _, tree in _trees(contract, {"formula"}):
        if (found := definition_of(tree)) and found.parameters:
            parameters.setdefault(found.name, set()).add(len(found.parameters))
    for use in _uses(contract):
        wanted = parameters.get(use.name, set())
        if use.arguments is not None and len(wanted) == 1 and use.arguments not in wanted:
            (number,) = wanted
            remedy = f"its formula has {number}"
            yield _fact(use, f"`{use.name}` is called with {use.arguments} arguments", remedy)


def _unknown(contract: Contract) -> Iterator[tuple[_Use, str | None]]:
    """Yield each use of a name that nothing declares, with the known name that is like it."""
    given = {equation.id for equation in contract.equations} | _declared(contract, "domain")
    known = {*FUNCTIONS, *_TOLERANCE, *given, *_declared(contract, "codomain")}
    likely = [name for name in sorted({*FUNCTIONS, *given}) if len(name) >= _SHORTEST]
    for use in _uses(contract):
        if use.name not in known:
            yield use, next((name for name in likely if is_slip(use.name, name)), None)


def _declared(contract: Contract, declaring: str) -> set[str]:
    """Return what domains or codomains speak of and what formulas define."""
    known: set[str] = set()
    for equation in contract.equations:
        if isinstance(equation.domain, Mapping):
            known |= equation.domain.keys()
    for _, tree in _trees(contract, {declaring}):
        known.update(node.name for node in walk(tree) if isinstance(node, Name))
    for _, tree in _trees(contract, {"formula"}):
        if found := definition_of(tree):
            known |= {found.name, *found.parameters, *found.indices}
    return known


def _uses(contract: Contract) -> Iterator[_Use]:
    fields = {field for field, _ in texts(contract)} - _DECLARING
    for text, tree in _trees(contract, fields):
        if any(text is each for each in _of_loops(contract)):
            continue
        nodes = walk(tree)
        bound = set(_bound(nodes))
        for node in nodes:
            match node:
                case Name(name, span) if name not in bound:
                    yield _Use(name, None, text, span)
                case Call(function, arguments, span) if function not in bound:
                    start = span.start
                    here = Span(start, start + len(function))
                    yield _Use(function, len(arguments), text, here)


def _of_loops(contract: Contract) -> Iterator[Text | None]:
    """Yield what is said of loops: it speaks of the variables of the code."""
    for obligation in contract.obligations:
        if obligation.type.startswith("loop_") and obligation.phase is not None:
            yield obligation.formal


def _bound(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the names that quantifiers, sums and local definitions bring in."""
    for node in nodes:
        match node:
            case Binder(variables=variables):
                yield from (variable.name for variable in variables)
            case Where(clauses=clauses):
                for found in map(definition_of, clauses):
                    if found:
                        yield from (found.name, *found.parameters, *found.indices)


def _trees(contract: Contract, fields: Iterable[str]) -> Iterator[tuple[Text, Node]]:
    for field, text in texts(contract):
        if text is None or field not in fields:
            continue
        found = read(field, text.value)
        if not isinstance(found, Fault):
            yield from ((text, tree) for tree in found)


def is_slip(word: str, name: str) -> bool:
    """Whether one letter was added, left out or changed, or two neighbours were exchanged.

    The first letter is the one that is right: `bound` is not `round`. Names that differ in a
    number or in a short last part (`norm_a`, `norm_b`) are two names.
    """
    if abs(len(word) - len(name)) > 1 or word[0] != name[0] or word.lower() == name.lower():
        return False
    if word.rstrip("0123456789") == name.rstrip("0123456789"):
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), None)
    if at is None:  # one letter more at the end
        longer = max(word, name, key=len)
        return longer[-1].isalpha() and longer[-2] != "_"
    head, tail = word[at:], name[at:]
    exchanged = head[:2] == tail[1::-1] and head[2:] == tail[2:]
    if not exchanged and tail[1:] not in {head, head[1:]} and head[1:] != tail:
        return False
    apart = len(word.rpartition("_")[2]) < _SHORTEST and word[:at].endswith("_")
    return not (apart or head[0].isdigit() or tail[0].isdigit())


def _fact(use: _Use, message: str, remedy: str) -> Fact:
    place = use.text.locate(use.span.start, use.span.end)
    return Fact(place, message, remedy, json_path(use.text.path))


RULES = (
    Rule("CLAIM-006", _misspelt),
    Rule("CLAIM-007", _undeclared),
    Rule("CLAIM-008", _miscalled),
)
