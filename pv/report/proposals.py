"""Proposals as text for people and as JSON for programs (`schemas/proposals.schema.json`)."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pv.evidence.verdict import Verdict
from pv.plural import number_of
from pv.proposals.model import LeftOut, Proposal, Tried
from pv.report import screen
from pv.report.limits import clipped

_WIDEST = 100
"""Characters of a value that contradicts a law."""


def as_text(proposal: Proposal) -> str:
    """Return what was tried of each function, with its verdict, and what was left out."""
    return screen.lines(*_lines(proposal))


def _lines(proposal: Proposal) -> Iterator[str]:
    for function in proposal.functions:
        mine = [each for each in proposal.tried if each.law.function == function.name]
        if not mine:
            continue
        domain = proposal.domains.get(function.name)
        yield f"{function.call}" + (f"  for {clipped(domain)}" if domain else "")
        yield from (_line(each) for each in mine if each.offered)
        yield from (_line(each) for each in mine if not each.held and each.law.is_expected)
        if beside := [f"{each.law.key} ({each.reason})" for each in mine if each.reason]:
            yield f"  held, not offered: {', '.join(beside)}"
    for each in proposal.left_out:
        yield f"{each.place}: {each.name} is left out: {each.reason}"
    for each in proposal.source.unread:
        yield f"{each.place}: {each.name}: {each.reason}"


def _line(tried: Tried) -> str:
    evidence = tried.evidence
    head = f"  {evidence.verdict.name:<9} {tried.law.key}"
    if tried.held:
        return f"{head}: {tried.law.formal}  ({number_of(evidence.cases, 'case')})"
    return f"{head}: {clipped(_why(tried))}"


def _why(tried: Tried) -> str:
    evidence = tried.evidence
    if evidence.verdict is Verdict.REFUTED and evidence.counterexample is not None:
        given = ", ".join(f"{name} = {each!r}" for name, each in evidence.counterexample.items())
        shown = f"for {given}" if given else "refuted"
        return "; ".join((shown, *(clipped(each, _WIDEST) for each in evidence.observation[:1])))
    return evidence.reason or ""


def as_json(proposals: Sequence[tuple[Proposal | None, Iterable[Path]]]) -> str:
    """Return proposals and the files that were written as one `pv.proposals/1` object.

    A contract to begin with has no proposal.
    """
    return screen.as_json(
        {
            "schema": "pv.proposals/1",
            "proposals": [_record(proposal, files) for proposal, files in proposals],
        }
    )


def _record(proposal: Proposal | None, files: Iterable[Path]) -> dict[str, object]:
    source = proposal.source if proposal else None
    return {
        "source": source.name if source else None,
        "files": [str(each) for each in source.files] if source else [],
        "written": [str(each) for each in files],
        "laws": [_law(proposal, each) for each in proposal.tried] if proposal else [],
        "left_out": [_left_out(each) for each in proposal.left_out] if proposal else [],
        "not_translated": [_left_out(each) for each in source.unread] if source else [],
    }


def _law(proposal: Proposal, tried: Tried) -> dict[str, object]:
    evidence, law = tried.evidence, tried.law
    return {
        "id": evidence.id,
        "function": law.function,
        "domain": proposal.domains[law.function],
        "law": law.key,
        "property": law.says,
        "formal": law.formal,
        "offered": tried.offered,
        "verdict": evidence.verdict.name,
        "cases": evidence.cases,
        "counterexample": evidence.counterexample,
        "reason": tried.reason or evidence.reason,
    }


def _left_out(part: LeftOut) -> dict[str, object]:
    return {"name": part.name, "place": part.place, "reason": part.reason}
