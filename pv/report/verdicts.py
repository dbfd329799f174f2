"""Verdicts as text for people and as JSON for programs (`schemas/verdicts.schema.json`)."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pv.checks.model import Check
from pv.checks.standing.gates import GateResult
from pv.evidence.record import Evidence
from pv.evidence.verdict import Verdict, worst
from pv.plural import number_of
from pv.report import screen
from pv.report.limits import LONGEST_TEXT, MOST_NAMES, clipped, first_names

_WIDTH = 100
_INDENT = " " * 10


def as_text(evidence: Evidence) -> str:
    """Return one result: a headline, and after a failure the counterexample."""
    return screen.lines(*_lines(evidence))


def summary_text(results: Sequence[Evidence], not_begun: int = 0) -> str:
    """Return one line that counts the claims that ran, all by verdict, and those not begun."""
    ran = [item for item in results if item.verdict.measured]
    counts = Counter(item.verdict for item in results)
    parts = ", ".join(f"{counts[verdict]} {verdict.name}" for verdict in Verdict if counts[verdict])
    cached = sum(item.cached for item in results)
    source = f" ({cached} from evidence, --fresh runs again)" if cached else ""
    claims = number_of(len(results) + not_begun, "claim")
    left = f"; {not_begun:,} not begun" if not_begun else ""
    return f"{len(ran):,} of {claims} ran{source}: {parts or 'nothing'}{left}"


def not_begun_text(checks: Sequence[Check]) -> str:
    """Return the names of checks that were not begun."""
    names = ", ".join(_first([check.name for check in checks]))
    lines = textwrap.wrap(
        f"not begun: {names}",
        _WIDTH,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return screen.lines(*lines)


_NONE = {
    "falsification": "the contract has no falsification test",
    "proof": "the contract has no symbolic check",
}


def gate_text(gate: GateResult) -> str:
    """Return whether a gate holds, with its denominator, and what it does not ask for."""
    state = "holds" if gate.holds else "does not hold"
    met = max(0, gate.required - len(gate.unmet))
    head = f"gate {gate.id} {state}: {met:,} of {number_of(gate.required, 'requirement')} met"
    if not gate.required:
        head = f"gate {gate.id} shows nothing: it requires no verdict"
    beside = [
        f"{name} ({verdict.name if verdict is not None else 'never run'})"
        for name, verdict in gate.beside.items()
    ]
    shown = ", ".join(_first(beside))
    more = [f"{_INDENT}`{name}` asks for nothing: {_NONE[name]}" for name in gate.idle]
    more += _wrapped("it does not ask for", shown) if beside else []
    return screen.lines(head, *(f"{_INDENT}{reason}" for reason in _first(gate.unmet)), *more)


def gate_record(gate: GateResult) -> dict[str, object]:
    """Return a gate as JSON has it."""
    return {
        "id": gate.id,
        "contract": gate.contract,
        "holds": gate.holds,
        "required": gate.required,
        "unmet": [*_first(gate.unmet)],
        "idle": [*gate.idle],
        "beside": {
            name: None if verdict is None else verdict.name
            for name, verdict in first_names(gate.beside).items()
        },
        "left_out": max(0, len(gate.unmet) - MOST_NAMES) + max(0, len(gate.beside) - MOST_NAMES),
    }


def _first(texts: Sequence[str]) -> list[str]:
    """Return the first of many texts, and how many there are beside."""
    more = len(texts) - MOST_NAMES
    return [*texts[:MOST_NAMES], *([f"and {more:,} more"] if more > 0 else [])]


def as_json(
    results: Sequence[Evidence],
    gates: Sequence[Mapping[str, object]] | None = None,
    *,
    interrupted: bool = False,
    not_begun: Sequence[Check] = (),
) -> str:
    """Return the results as one `pv.verdicts/2` object."""
    counts = Counter(item.verdict.name for item in results)
    overall = worst(item.verdict for item in results)
    told: dict[str, object] = {
        "schema": "pv.verdicts/2",
        "results": [_record(item) for item in results],
        "summary": {"total": len(results), **counts},
        "verdict": overall.name if overall is not None else None,
    }
    if interrupted:
        told["interrupted"] = True
    if not_begun:
        told["not_begun"] = [check.key._asdict() | {"name": check.name} for check in not_begun]
    if gates is not None:
        told["gates"] = list(gates)
    return screen.as_json(told)


def _record(item: Evidence) -> dict[str, object]:
    return {
        "id": item.id,
        "contract": item.contract,
        "target": item.target,
        "variant": item.variant,
        "name": item.name,
        "place": item.place,
        "claim": clipped(item.claim, LONGEST_TEXT),
        "subject": item.subject,
        "tested": dict(item.tested),
        "engine": item.engine,
        "verdict": item.verdict.name,
        "cases": item.cases,
        "processes": item.processes,
        "seconds": item.seconds,
        "counterexample": item.counterexample,
        "observation": list(item.observation),
        "diagnosis": _clipped(item.diagnosis),
        "reason": _clipped(item.reason),
        "replay": item.replay,
        "mutants": item.mutants,
        "notes": list(item.notes),
        "cached": item.cached,
    }


def _clipped(text: str | None) -> str | None:
    return None if text is None else clipped(text, LONGEST_TEXT)


def _lines(item: Evidence) -> Iterator[str]:
    yield f"{item.verdict.name:<9} {item.name}  {_headline(item)}"
    for note in item.notes:
        yield from _wrapped("note", note)
    for name, place in item.tested.items():
        if Path(place).is_absolute():
            yield f"{_INDENT}tested: {name} is in {place}"
    if not item.verdict.fails:
        return
    yield from _wrapped("claim", item.claim)
    if item.reason:
        yield from _wrapped("because", item.reason)
    if item.counterexample:
        values = ", ".join(f"{name} = {value!r}" for name, value in item.counterexample.items())
        yield from _wrapped("for", values)
    yield from (f"{_INDENT}  {line}" for line in item.observation)
    if item.diagnosis:
        yield from _wrapped("diagnosis", " ".join(item.diagnosis.split()))
    if item.replay:
        yield f"{_INDENT}replay: {item.replay}"


def _headline(item: Evidence) -> str:
    if not item.verdict.measured:
        return f"{item.place}  {item.reason}"
    cases = number_of(item.cases, "case")
    processes = f", {number_of(item.processes, 'process')}" if item.processes else ""
    source = f"evidence of {item.recorded}" if item.cached else f"{item.seconds:.1f} s"
    mutants = f", {item.mutants}" if item.mutants else ""
    return f"{cases}{processes}{mutants}, {source}  {item.engine}: {item.subject}  {item.place}"


def _wrapped(label: str, text: str) -> list[str]:
    head, text = f"{_INDENT}{label}: ", clipped(text, LONGEST_TEXT)
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=head,
        subsequent_indent=_INDENT + "  ",
        break_long_words=False,
    )
