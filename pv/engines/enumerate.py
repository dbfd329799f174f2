"""Decide a claim by evaluating it at every point of a finite domain."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pv.checks.model import Enumeration
from pv.engines.outcome import Options, Outcome
from pv.engines.process import Finished, isolated_environment, run_process
from pv.engines.workspace import read_json
from pv.evidence.verdict import Verdict

NAME = "enumerate"

DEADLINE = 120.0
"""Seconds for one claim, the import of the implementation included."""


def open_engine(options: Options, stack: ExitStack) -> Callable[[Enumeration], Outcome]:  # noqa: ARG001 - the protocol
    """Return the engine; its workers are opened a claim at a time."""
    return decide


def decide(plan: Enumeration) -> Outcome:
    """Enumerate in a worker process, where the implementation is imported and may do its worst."""
    with TemporaryDirectory(prefix="pv-enumerate-") as name:
        folder = Path(name)
        (folder / "job.json").write_text(json.dumps(_job(plan)), encoding="utf-8")
        finished = run_process(
            ["python", "-m", "pv.engines.enumerate_worker", "job.json", "outcome.json"],
            folder=folder,
            environment=isolated_environment({}, (), plan.root),
            timeout=DEADLINE,
        )
        told = read_json(folder / "outcome.json")
    return _outcome(told, finished)


def _job(plan: Enumeration) -> dict[str, Any]:
    return {
        "claim": plan.claim,
        "domains": dict(plan.domains),
        "functions": dict(plan.functions),
        "tolerance": {
            "absolute": plan.tolerance.absolute,
            "relative": plan.tolerance.relative,
            "ulp": plan.tolerance.ulp,
        },
    }


def _outcome(told: Any, finished: Finished) -> Outcome:
    if told is None:
        cause = finished.fault or f"ended with exit code {finished.exit_code}"
        last = tuple(f"stderr| {line}" for line in finished.stderr.splitlines()[-6:])
        return Outcome(Verdict.ERROR, reason=f"the worker process {cause}", observation=last)
    return Outcome(
        verdict=Verdict[told["verdict"]],
        cases=told["cases"],
        reason=told["reason"],
        counterexample=told["counterexample"],
        observation=tuple(told["observation"]),
    )
