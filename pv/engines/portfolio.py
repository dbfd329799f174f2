"""Order of the engines: drawn values, then CrossHair for what survived, then many more values.

All share one budget; a proof may use a third of what the search has left.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from pv.checks.model import Formulas, PythonPlan, Stubbed
from pv.engines.outcome import Options, Outcome, Proof
from pv.engines.workers.pool import Workers
from pv.evidence.verdict import Verdict
from pv.plural import number_of

SHARE = 3
"""A proof may take one part in this many of what is left of the budget."""

FURTHER = 5_000
"""Values that are drawn of a claim about numbers that CrossHair did not decide."""
FURTHER_SECONDS = 4.0

NAME = "worker"
"""Engine of a check whose worker was lost; otherwise the one that decided is named."""


def open_engine(options: Options, stack: ExitStack) -> Callable[[PythonPlan], Outcome]:
    """Return the engine, which decides plans in workers; they end with the command."""
    workers = stack.enter_context(Workers())

    def decide(plan: PythonPlan) -> Outcome:
        started = time.monotonic()
        found = workers.decide(plan, options)
        left = options.budget - (time.monotonic() - started)
        given = plan.given if isinstance(plan, Stubbed) else plan
        if not (options.prove and isinstance(given, Formulas) and _provable(given, found)):
            return found
        some = replace(options, budget=max(left, 0) / SHARE)
        tried = _proved(workers, Proof(given, found), some).after(found)
        if tried.verdict is Verdict.SURVIVED and options.cases is None:
            return _tried_further(workers, plan, some, tried)
        return tried

    return decide


def _provable(plan: Formulas, found: Outcome) -> bool:
    """Return whether CrossHair may still decide: it has symbolic numbers, and none for arrays."""
    if found.verdict is not Verdict.SURVIVED or not found.total or plan.partial:
        return False
    if plan.space.objects:
        return False
    return not any(values.sizes or values.simplex for values in plan.space.variables.values())


def _proved(workers: Workers, proof: Proof, options: Options) -> Outcome:
    """Try for a proof; if its worker is lost, the claim still survived."""
    found = workers.decide(proof, options)
    if found.verdict is not Verdict.ERROR:
        return found
    told = f"CrossHair decided nothing within {options.budget:.3g} s: {found.reason}"
    return replace(proof.survived, notes=(*proof.survived.notes, told))


def _tried_further(
    workers: Workers, plan: PythonPlan, options: Options, survived: Outcome
) -> Outcome:
    """Draw many more values, which is cheap beside a proof that failed; note how many held.

    Their number depends on the machine, so it is no part of the cases that a claim is decided on.
    """
    seconds = min(options.budget, FURTHER_SECONDS)
    more = replace(options, cases=FURTHER, seed=options.seed + 1, budget=seconds)
    found = workers.decide(plan, more)
    if found.verdict is Verdict.REFUTED:
        return replace(found, cases=survived.cases + found.cases).after(survived)
    if found.verdict is not Verdict.SURVIVED:
        return survived
    told = f"{number_of(found.cases, 'further case')} held"
    return replace(survived, notes=(*survived.notes, told)).after(found)
