"""Find out which laws of a module hold: try them all, choose, and try the chosen ones in full."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pv.checks.model import Check
from pv.checks.planner import plan_proofs
from pv.evidence.record import Evidence
from pv.proposals.choice import chosen
from pv.proposals.documents import (
    Files,
    binding_text,
    contract_text,
    loaded_binding,
    loaded_contract,
)
from pv.proposals.domains import RUNGS, domain_of
from pv.proposals.laws import laws_of, pairs_of
from pv.proposals.model import Function, Law, LeftOut, Proposal, Source, Tried

Decide = Callable[[Sequence[Check]], Sequence[Evidence]]
"""Runs checks, as `pv prove` does."""


@dataclass(frozen=True, slots=True)
class _Called:
    """A function in the domain in which it raised nothing, with all that was tried there."""

    function: Function
    domain: str
    tried: tuple[Tried, ...]


def propose(source: Source, files: Files, decide: Decide) -> Proposal:
    """Try laws on drawn values, those of each function first, and choose those to offer."""
    called, raised = _called(source, files, decide)
    domains = {each.function.name: each.domain for each in called}
    undrawn = [each for each in source.functions if each.undrawn is not None]
    functions = [*(each.function for each in called), *undrawn]
    pairs = _tried(source, files, functions, domains, pairs_of(functions), decide)
    tried = [
        one
        for each in called
        for one in (*_about(each.function, pairs), *each.tried)
    ]  # fmt: skip
    reasons = [LeftOut(each.name, each.place, each.undrawn or "") for each in undrawn]
    left_out = (*source.left_out, *raised, *reasons)
    return Proposal(source, tuple(functions), domains, tuple(chosen(tried)), left_out)


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


def _called(
    source: Source, files: Files, decide: Decide
) -> tuple[Sequence[_Called], Sequence[LeftOut]]:
    """Try the laws of each function in the first domain in which it raises nothing."""
    waiting = [each for each in source.functions if each.undrawn is None]
    found: dict[str, _Called] = {}
    why: dict[str, LeftOut] = {}
    last: dict[str, str] = {}
    for rung in RUNGS:
        domains = {each.name: domain_of(each, rung) for each in waiting}
        waiting = [each for each in waiting if last.get(each.name) != domains[each.name]]
        last |= domains
        laws = [law for each in waiting for law in laws_of(each)]
        tried = _tried(source, files, waiting, domains, laws, decide)
        for each in waiting:
            mine = (*_about(each, tried),)
            if mine[-1].held:
                found[each.name] = _Called(each, domains[each.name], mine)
            else:
                why.setdefault(each.name, _raised(each, mine))
        waiting = [each for each in waiting if each.name not in found]
    order = [each.name for each in source.functions]
    return (
        [found[name] for name in order if name in found],
        [reason for name, reason in why.items() if name not in found],
    )


def _about(function: Function, tried: Iterable[Tried]) -> Iterator[Tried]:
    return (each for each in tried if each.law.function == function.name)


def _raised(function: Function, tried: Sequence[Tried]) -> LeftOut:
    """Say what happened where a function could not be called everywhere."""
    telling = (each.evidence for each in tried if " raised " in (each.evidence.reason or ""))
    evidence = next(telling, tried[-1].evidence)
    given = ", ".join(
        f"{name} = {each!r}" for name, each in (evidence.counterexample or {}).items()
    )
    at = f" for {given}" if given else ""
    reason = f"{evidence.reason or evidence.verdict.name}{at}"
    return LeftOut(
        function.name,
        function.place,
        f"{reason}; assert at its head what it needs, or bind another",
    )


def _tried(
    source: Source,
    files: Files,
    functions: Sequence[Function],
    domains: Mapping[str, str],
    laws: Sequence[Law],
    decide: Decide,
) -> Sequence[Tried]:
    proposal = Proposal(source, tuple(functions), domains, (), ())
    found = _decided(proposal, files, laws, decide)
    return [Tried(law, found[files.id_of(law)]) for law in laws]


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


def _needed(functions: Iterable[Function], laws: Sequence[Law]) -> Iterator[Function]:
    """Yield the functions that laws are about or call."""
    for each in functions:
        if any(law.function == each.name or f"{each.name}(" in law.formal for law in laws):
            yield each


def _without_failed(tried: Iterable[Tried]) -> Iterator[Tried]:
    return (replace(each, offered=each.offered and each.held) for each in tried)
