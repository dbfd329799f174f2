"""Find out which laws of a module hold: try them all, choose, and try the chosen ones in full."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pv.checks.model import Check
from pv.checks.planner import plan_proofs
from pv.evidence.record import Evidence
from pv.evidence.verdict import Verdict
from pv.proposals.choice import chosen
from pv.proposals.documents import (
    Files,
    binding_text,
    contract_text,
    loaded_binding,
    loaded_contract,
)
from pv.proposals.domains import RUNGS, Rung, domain_of, within
from pv.proposals.laws import laws_of, telling, total
from pv.proposals.model import HELD, Function, Law, LeftOut, Proposal, Source, Tried
from pv.proposals.pairs import pairs_of
from pv.proposals.source.conditions import calls_in
from pv.proposals.source.hypothesis_tests import ReadTest

MOST_PAIRS = 40
_TOO_MANY = f"more than {MOST_PAIRS} pairs of functions fit each other; write the law that you mean"
Decide = Callable[[Sequence[Check]], Sequence[Evidence]]
"""Runs checks, as `pv prove` does."""


def propose(source: Source, files: Files, decide: Decide) -> Proposal:
    """Try laws on drawn values and choose those to offer.

    A function has the largest domain in which it raises nothing.
    """
    rungs, raised = _rungs(source, files, decide)
    undrawn = [each for each in source.functions if each.undrawn is not None]
    drawn = [each for each in source.functions if each.name in rungs]
    others = [each for each in source.functions if each.name not in rungs]
    called = [within(each, rungs[each.name]) for each in drawn]
    domains = {each.name: domain_of(each, rungs[each.name]) for each in drawn}
    pairs = pairs_of(called, others)
    laws = [law for each in called for law in (*_about(each, pairs[:MOST_PAIRS]), *laws_of(each))]
    functions = (*called, *others)
    proposal = Proposal(source, functions, domains, (), ())
    found = _decided(proposal, files, laws, decide)
    tried = chosen([Tried(law, found[files.id_of(law)]) for law in laws])
    reasons = [LeftOut(each.name, each.place, each.undrawn or "") for each in undrawn]
    more = [LeftOut("further pairs", called[0].place, _TOO_MANY)] if len(pairs) > MOST_PAIRS else []
    left_out = (*source.left_out, *raised, *reasons, *more)
    return replace(proposal, tried=tuple(tried), left_out=left_out)


def propose_test(read: ReadTest, files: Files, decide: Decide) -> Proposal:
    """Try what a test asserts, and offer what held."""
    source = read.source
    domains = {each.name: read.domain for each in source.functions}
    proposal = Proposal(source, source.functions, domains, (), source.left_out)
    found = _decided(proposal, files, read.laws, decide)
    tried = [Tried(law, found[files.id_of(law)]) for law in read.laws]
    return replace(proposal, tried=tuple(replace(each, offered=each.held) for each in tried))


def confirmed(proposal: Proposal, files: Files, decide: Decide) -> Proposal:
    """Try the offered laws as they will be written, and leave out those that do not hold then.

    A proof that is looked for may find what drawn values did not.
    """
    while True:
        laws = [each.law for each in proposal.tried if each.offered]
        found = _decided(proposal, files, laws, decide)
        tried = [
            replace(each, evidence=found[each.evidence.id]) if each.offered else each
            for each in proposal.tried
        ]
        proposal = replace(proposal, tried=tuple(tried))
        if all(each.held for each in tried if each.offered):
            return proposal
        proposal = replace(proposal, tried=tuple(_without_failed(tried)))


def written(proposal: Proposal, files: Files) -> tuple[str, str]:
    """Return the texts of the contract and of the binding file."""
    laws = [each.law for each in proposal.tried if each.offered]
    functions = [*_needed(proposal.functions, laws)]
    return (
        contract_text(files, proposal.source, functions, proposal.domains, laws),
        binding_text(files, proposal.source, functions),
    )


def _rungs(
    source: Source, files: Files, decide: Decide
) -> tuple[Mapping[str, Rung], Sequence[LeftOut]]:
    """Return the first rung on which each function raises nothing, and what raises on all."""
    waiting = {each.name: each for each in source.functions if each.undrawn is None}
    settled: dict[str, Rung] = {}
    why: dict[str, LeftOut] = {}
    tried: set[tuple[str, str]] = set()
    for rung in RUNGS:
        domains = {name: domain_of(each, rung) for name, each in waiting.items()}
        new = [each for name, each in waiting.items() if (name, domains[name]) not in tried]
        tried |= domains.items()
        proposal = Proposal(source, tuple(new), domains, (), ())
        laws = [law for each in new for law in (total(each), telling(each))]
        found = _decided(proposal, files, laws, decide)
        for each in new:
            whole, told = (found[files.id_of(law)] for law in (total(each), telling(each)))
            if _holds(whole):
                settled[each.name] = rung
            else:
                why.setdefault(each.name, _uncallable(each, whole, told))
            if _holds(whole) or whole.verdict is not Verdict.REFUTED:
                del waiting[each.name]
    return settled, [each for name, each in why.items() if name not in settled]


def _about(function: Function, laws: Iterable[Law]) -> Iterator[Law]:
    return (law for law in laws if law.function == function.name)


def _holds(evidence: Evidence) -> bool:
    return evidence.verdict in HELD


def _uncallable(function: Function, whole: Evidence, told: Evidence) -> LeftOut:
    """Say what happened where a function could not be called everywhere."""
    if whole.verdict is not Verdict.REFUTED:
        return LeftOut(function.name, function.place, whole.reason or whole.verdict.name)
    evidence = told if " raised " in (told.reason or "") else whole
    given = ", ".join(
        f"{name} = {each!r}" for name, each in (evidence.counterexample or {}).items()
    )
    reason = f"{evidence.reason} for {given}; assert at its head what it needs"
    return LeftOut(function.name, function.place, reason)


def _decided(
    proposal: Proposal, files: Files, laws: Sequence[Law], decide: Decide
) -> Mapping[str, Evidence]:
    """Decide laws as obligations of a contract that is not on the disk yet."""
    if not laws:
        return {}
    functions = [*_needed(proposal.functions, laws)]
    text = contract_text(files, proposal.source, functions, proposal.domains, laws)
    binding = binding_text(files, proposal.source, functions)
    contract = loaded_contract(text, files.contract)
    checks = [*plan_proofs(contract, [loaded_binding(binding, files.binding)])]
    return {each.id: each for each in decide(checks)}


def _needed(functions: Iterable[Function], laws: Iterable[Law]) -> Iterator[Function]:
    """Yield the functions that laws are about or call."""
    used = {name for law in laws for name in (law.function, *calls_in(law.formal))}
    return (each for each in functions if each.name in used)


def _without_failed(tried: Iterable[Tried]) -> Iterator[Tried]:
    return (replace(each, offered=each.offered and each.held) for each in tried)
