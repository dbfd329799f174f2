"""Decide determinism: the same calls twice in one process, and again in a fresh one.

The second process has another hash seed, so that the order of a set shows.
"""

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from pv.checks.model import Repetition
from pv.engines.outcome import Options, Outcome
from pv.engines.workers.pool import Workers
from pv.evidence.verdict import Verdict

NAME = "property"


def open_engine(options: Options, stack: ExitStack) -> Callable[[Repetition], Outcome]:
    """Return the engine; its first process stays warm, the second is always new."""
    warm = stack.enter_context(Workers(environment={"PYTHONHASHSEED": "1"}))

    def decide(plan: Repetition) -> Outcome:
        first = warm.decide(plan, options)
        if first.verdict is not Verdict.SURVIVED:
            return first
        with Workers(environment={"PYTHONHASHSEED": "2"}) as fresh:
            second = fresh.decide(plan, options)
        return _compared(first, second).after(first)

    return decide


def _compared(first: Outcome, second: Outcome) -> Outcome:
    if second.verdict is not Verdict.SURVIVED:
        reason = f"in a fresh process: {second.reason}"
        return replace(second, reason=reason)
    for n, (here, there) in enumerate(zip(first.observation, second.observation, strict=False)):
        if here != there:
            case, result = json.loads(here)
            _, other = json.loads(there)
            reason = "the same values gave another result in a fresh process"
            shown = (f"first  is  {result}", f"in the other process  is  {other}")
            return Outcome(Verdict.REFUTED, n + 1, reason, case, shown)
    cases = min(first.cases, second.cases)
    noted = "each called twice in one process, and twice more in a fresh one with another hash seed"
    return replace(first, cases=cases, observation=(), notes=(*first.notes, noted))
