"""CLAIM-001…005: texts that cannot be read, cannot be decided, or combine sizes that do not fit."""

from collections.abc import Callable, Iterator, Mapping

from pv.binding.drawn_kinds import KINDS
from pv.binding.instants import parse_values
from pv.claims import ANY, Fault, Node, Type, infer, names, parse, parse_domain, read_field
from pv.claims.domains.read_space import space_of
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from pv.claims.text.classify import chained
from pv.claims.tree import Comparison, Index, Name, String, walk
from pv.contract.document_path import json_path
from pv.contract.machine_claims import Unreadable, claims_of, misnamed
from pv.contract.model import Contract, Experiment, Machine
from pv.contract.text import Text
from pv.nearest import nearest
from pv.rules.facts import observation
from pv.rules.facts.array_shapes import size_faults
from pv.rules.facts.repairs import is_mendable
from pv.rules.facts.texts import texts
from pv.rules.model.rule import Fact, Rule

_SETS = ("bool", "int", "float", "real", "integer", "finite")
_ALIKE = 0.8
"""So alike is a misspelt kind to the one that is meant."""


def _fact(text: Text, fault: Fault, what: str) -> Fact:
    place = text.locate(fault.start, fault.end)
    return Fact(place, f"{what}: {fault.message}", fault.remedy, json_path(text.path))


def _prose(contract: Contract) -> Iterator[Fact]:
    for what, text, fault in _unread(contract):
        if not _is_slip(what, text, fault):
            yield _fact(text, fault, f"this {what} is prose")


def _slips(contract: Contract) -> Iterator[Fact]:
    for what, text, fault in _unread(contract):
        if _is_slip(what, text, fault):
            yield _fact(text, fault, f"this {what} cannot be read")


def _is_slip(field: str, text: Text, fault: Fault) -> bool:
    """Return whether a wrong mark is all that keeps a text from being read."""
    return fault.slip and is_mendable(field, text.value)


def _unread(contract: Contract) -> Iterator[tuple[str, Text, Fault]]:
    """Yield each unreadable text with its field, where prose is allowed."""
    for what, text in texts(contract):
        if text is not None and isinstance(fault := read_field(what, text.value), Fault):
            yield what, text, fault


def _unreadable(contract: Contract) -> Iterator[Fact]:
    for equation in contract.equations:
        if isinstance(equation.domain, Mapping):
            own = {n: each for n, each in equation.domain.items() if not _is_of_objects(each)}
            yield from _domains(own, parse_domain)
    for obligation in contract.obligations:
        if obligation.machine is not None:
            yield from _of_machine(obligation.machine, obligation.formal)
    for test in contract.tests:
        if test.experiment:
            yield from _of_experiment(test.experiment)


def _is_of_objects(text: Text) -> bool:
    """Return whether a domain has no numbers: dates, texts of some letters, or a kind."""
    tree = parse(text.value)
    if isinstance(tree, Fault | Name):
        return _names_a_kind(text)
    member = chained([Name("x", tree.span), tree], ["in"])
    return not (isinstance(member, Comparison) and member.operators == ("in",))


def _names_a_kind(text: Text) -> bool:
    """Return whether a domain is the name of a kind, `G: graph`; a near miss is a slip."""
    tree = parse(text.value)
    if not isinstance(tree, Name):
        return False
    return tree.name in KINDS or not nearest(tree.name, (*KINDS, *_SETS), cutoff=_ALIKE)


def _domains(texts: Mapping[str, Text], read: Callable[[str], object]) -> Iterator[Fact]:
    for name, text in texts.items():
        if isinstance(fault := read(text.value), Fault):
            yield _fact(text, fault, f"the domain of `{name}`")


def _of_machine(machine: Machine, formal: Text | None) -> Iterator[Fact]:
    """Yield what no binding could mend: faults of names, of claims, and of domains."""
    yield from (_of_text(fault) for fault in misnamed(machine))
    for claim in claims_of(machine, formal):
        if claim.text is formal and isinstance(parse(claim.text.value), Fault):
            continue  # it may be prose
        try:
            claim.read()
        except Unreadable as fault:
            yield _of_text(fault)
    objects = {id(rule.given[name]) for rule in machine.rules for name in rule.others}
    for given in (machine.given, *(rule.given for rule in machine.rules)):
        own = {n: each for n, each in given.items() if id(each) not in objects}
        yield from _domains({n: each for n, each in own.items() if not _names_a_kind(each)},
                            parse_domain)  # fmt: skip


def _of_text(fault: Unreadable) -> Fact:
    return Fact(fault.place, f"machine: {fault.fact}", fault.remedy, json_path(fault.text.path))


def _of_experiment(experiment: Experiment) -> Iterator[Fact]:
    yield from _domains(experiment.given, parse_values)
    scope = observation.scope(experiment)
    open_names = not all(run.name for run in experiment.runs)
    for name, text in experiment.define.items():
        if name in scope:
            message = f"`{name}` is defined, but the observation has that name already"
            yield Fact(text.location, message, "choose another name")
        faults = _faults(text, scope, open_names=open_names)
        yield from (_fact(text, fault, f"the definition of `{name}`") for fault in faults)
        scope[name] = ANY
    for text in experiment.expect:
        yield from (
            _fact(text, fault, "expectation")
            for fault in _faults(text, scope, open_names=open_names)
        )


def _faults(text: Text, scope: Mapping[str, Type], *, open_names: bool) -> tuple[Fault, ...]:
    """Return what is wrong with a claim of an experiment.

    In the short form the files that a binding observes have names of its choice: `output`, and what
    a text is looked up in.
    """
    tree = parse(text.value)
    if isinstance(tree, Fault):
        return (tree,)
    known = dict(scope)
    if open_names:
        known |= dict.fromkeys({"output", *_looked_into(tree)} & names(tree) - {*scope}, ANY)
    found = infer(tree, known)
    return found if isinstance(found, tuple) else ()


def _looked_into(tree: Node) -> Iterator[str]:
    for part in walk(tree):
        match part:
            case Index(collection=Name(name), indices=(String(), *_)):
                yield name


def _undecidable(contract: Contract) -> Iterator[Fact]:
    """Yield obligations that a gate or a check relies on and that cannot be executed."""
    relied = {
        check.obligation.value.strip(): check.id
        for check in contract.symbolic_checks
        if check.promised
    }
    relied |= {name: gate.id for gate in contract.gates for name in gate.require}
    for obligation in contract.obligations:
        if obligation.id not in relied:
            continue
        user = relied[obligation.id]
        if obligation.formal is None:
            message = f"`{user}` relies on `{obligation.id}`, which has no formal text"
            yield Fact(obligation.location, message, "state it in the claim language")
        elif isinstance(fault := parse(obligation.formal.value), Fault):
            yield _fact(obligation.formal, fault, f"`{user}` relies on this claim")


def _unfitting(contract: Contract) -> Iterator[Fact]:
    """Yield operations on arrays whose sizes the domain lets differ."""
    for equation in contract.equations:
        domain = equation.domain
        if not isinstance(domain, Text) or equation.formula is None:
            continue
        said = read_field("domain", domain.value)
        if isinstance(said, Fault) or not (space := space_of(said)).size_names():
            continue
        known = {*space.variables, *space.size_names(), *FUNCTIONS}
        claims = (
            each.formal
            for each in contract.obligations
            if each.formal and each.equation and each.equation.value == equation.id
        )
        for text in (equation.formula, *equation.invariants, *claims):
            trees = read_field("formula", text.value)
            for tree in () if isinstance(trees, Fault) else trees:
                for fault in size_faults(resolve(tree, known, FUNCTIONS), space):
                    yield _fact(text, fault, "sizes do not fit")


RULES = (
    Rule("CLAIM-001", _prose),
    Rule("CLAIM-002", _unreadable),
    Rule("CLAIM-003", _undecidable),
    Rule("CLAIM-004", _unfitting),
    Rule("CLAIM-005", _slips),
)
