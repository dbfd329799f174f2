"""The process in which `enumerate` evaluates: `python -m pv.engines.enumerate_worker JOB OUTCOME`.

JOB and OUTCOME are JSON files, so nothing that the implementation prints can be taken for a result.
"""

import importlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from pv.claims import (
    EvaluationError,
    Fault,
    Finite,
    ImplementationError,
    IntRange,
    Node,
    Tolerance,
    compile_expression,
    operands,
    parse,
    parse_domain,
    render,
)
from pv.evidence.verdict import Verdict

Told = dict[str, Any]
FiniteDomain = IntRange | Finite


def main(job_file: str, outcome_file: str) -> None:
    """Do one job."""
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    Path(outcome_file).write_text(json.dumps(enumerate_job(job), default=repr), encoding="utf-8")


def enumerate_job(job: Mapping[str, Any]) -> Told:
    """Import the implementation and evaluate the claim everywhere."""
    functions: dict[str, Callable[..., Any]] = {}
    for name, reference in job["functions"].items():
        try:
            functions[name] = resolve(reference)
        except Exception as fault:  # noqa: BLE001 - importing foreign code may raise anything
            return _told(Verdict.ERROR, f"{reference}: {type(fault).__name__}: {fault}")
    tree = _tree(job["claim"])
    domains = {name: _domain(text) for name, text in job["domains"].items()}
    return search(tree, domains, functions, Tolerance(**job["tolerance"]))


def resolve(reference: str) -> Callable[..., Any]:
    """Import what `module:qualname` names.

    Raises whatever the import raises, AttributeError for a missing name, and TypeError when the
    object cannot be called.
    """
    module, _, qualname = reference.partition(":")
    found: Any = importlib.import_module(module)
    for part in qualname.split("."):
        found = getattr(found, part)
    if not callable(found):
        raise TypeError("is not callable; bind a function")
    implementation: Callable[..., Any] = found
    return implementation


def search(
    tree: Node,
    domains: Mapping[str, FiniteDomain],
    functions: Mapping[str, Callable[..., Any]],
    tolerance: Tolerance,
) -> Told:
    """Return the verdict over every point; the counterexample is the first in domain order."""
    holds = compile_expression(tree, functions, tolerance)
    cases = 0
    for cases, point in enumerate(_points(domains), start=1):
        try:
            if holds(point) is True:
                continue
        except (EvaluationError, ImplementationError) as fault:
            return _refuted(cases, point, str(fault), ())
        sides = _sides(tree, point, functions, tolerance)
        return _refuted(cases, point, f"false: {render(tree)}", sides)
    if not cases:
        return _told(Verdict.VACUOUS, "the domain has no points")
    return _told(Verdict.PROVED, None, cases)


def _points(domains: Mapping[str, FiniteDomain]) -> Iterator[dict[str, Any]]:
    for values in product(*(tuple(domain.points()) for domain in domains.values())):
        yield dict(zip(domains, values, strict=True))


def _sides(
    tree: Node, point: Mapping[str, Any], functions: Mapping[str, Any], tolerance: Tolerance
) -> tuple[str, ...]:
    return tuple(
        f"{render(node)}  is  {compile_expression(node, functions, tolerance)(point)!r}"
        for node in operands(tree)
    )


def _refuted(
    cases: int, point: Mapping[str, Any], reason: str, observation: tuple[str, ...]
) -> Told:
    return _told(Verdict.REFUTED, reason, cases, dict(point), observation)


def _told(
    verdict: Verdict,
    reason: str | None,
    cases: int = 0,
    counterexample: Mapping[str, Any] | None = None,
    observation: tuple[str, ...] = (),
) -> Told:
    return {
        "verdict": verdict.name,
        "reason": reason,
        "cases": cases,
        "counterexample": counterexample,
        "observation": observation,
    }


def _tree(text: str) -> Node:
    """Read what the planner has already read."""
    read = parse(text)
    if isinstance(read, Fault):
        raise AssertionError(read.message)  # noqa: TRY004 - a bug in pv, not a wrong type
    return read


def _domain(text: str) -> FiniteDomain:
    read = parse_domain(text)
    if not isinstance(read, IntRange | Finite):
        raise AssertionError(text)  # noqa: TRY004 - a bug in pv, not a wrong type
    return read


if __name__ == "__main__":
    main(*sys.argv[1:])
