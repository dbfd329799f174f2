"""Prove a claim about Python code for all integers, its loops cut at declared invariants.

The code itself is executed with unknown integers, so what is proved is proved of it and not of a
model. Before that, a small part of the domain is tried: a claim that is false needs no proof.
"""

import time

from pv.checks.model import Induction
from pv.engines.calling.foreign_callables import Unusable, listen, resolve
from pv.engines.outcome import Options, Outcome
from pv.engines.search import engine as enumeration
from pv.evidence.verdict import Verdict

NAME = "symbolic"


def decide(plan: Induction, options: Options) -> Outcome:
    """Try some points, then prove the conditions that the code and its invariants give."""
    end = time.monotonic() + options.budget
    tried = Outcome(Verdict.PROVED)
    if plan.sample is not None:
        tried = enumeration.decide(plan.sample, options)
        if tried.verdict is not Verdict.PROVED:
            return tried
    printed = listen()
    try:
        from pv.engines.integers import verification_conditions  # noqa: PLC0415 - z3 is an extra, and slow to import
    except ModuleNotFoundError as fault:
        told = f"no proof was tried: `{fault.name}` is missing; install pv with its extra symbolic"
        return Outcome(Verdict.UNKNOWN, tried.cases, told, engine=NAME)
    try:
        functions = {name: resolve(bound.callable) for name, bound in plan.functions.items()}
    except Unusable as fault:
        return Outcome(Verdict.ERROR, reason=str(fault), engine=NAME)
    found = verification_conditions.prove(plan, functions, tried, end)
    return found.saying(printed.taken()).by(NAME)
