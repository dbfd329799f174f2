"""Drive an object by the rules of a state machine, in any order, and compare it with the model."""

import time
from dataclasses import replace

from pv.checks.model import StateMachine
from pv.checks.steps import STEPS, read_steps
from pv.claims import render
from pv.claims.values import Assignment, Value
from pv.engines.calling.bound_calls import maker
from pv.engines.calling.foreign_callables import Unusable, listen, resolve
from pv.engines.calling.named_calls import giving
from pv.engines.ends import without_values
from pv.engines.outcome import Options, Outcome
from pv.engines.search.function_mutants import Mutants
from pv.engines.search.trial import Impure
from pv.engines.stateful.drawn_steps import drawn, told
from pv.engines.stateful.driver import Broken, Make
from pv.engines.stateful.following import follow
from pv.engines.stateful.machine_runs import Trials, run
from pv.engines.stateful.shortening import shortened
from pv.evidence.verdict import Verdict
from pv.plural import number_of

NAME = "property"
RUNS = 200
_SHARE = 0.5  # of the budget; the mutants have the rest
_FEW = 20  # runs in which a mutant must be killed
_LEAST = 10
"""Fewer runs show nothing, when the time was up."""


def decide(plan: StateMachine, options: Options) -> Outcome:
    """Run the machine until the object leaves the model, or often enough."""
    printed = listen()
    try:
        make = _maker(plan)
        found = (
            _driven(plan, options, make)
            if options.case is None
            else _replayed(plan, options.case, make)
        )
    except Unusable as fault:
        found = Outcome(Verdict.ERROR, reason=str(fault))
    except Impure as fault:
        found = Outcome(Verdict.UNKNOWN, reason=str(fault))
    return found.saying(printed.taken()).by(NAME)


def _driven(plan: StateMachine, options: Options, make: Make) -> Outcome:
    for given in (plan.given, *(action.given for action in plan.actions)):
        if (name := without_values(given)) is not None:
            return Outcome(Verdict.VACUOUS, reason=f"the domain of `{name}` has no values")
    last = time.monotonic() + options.budget
    runs = options.cases or RUNS
    trials = run(plan, make, options, runs, last - _SHARE * options.budget)
    count = trials.done[""]
    if trials.shortest is not None:
        return _refuted(shortened(plan, make, trials.shortest, last), count)
    if trials.cut and count < min(_LEAST, runs):
        return Outcome(Verdict.UNKNOWN, count, f"the time was up in run {count} of {runs}")
    if (reason := _unsaid(plan, trials)) is not None:
        return Outcome(Verdict.UNKNOWN if trials.cut else Verdict.VACUOUS, count, reason)
    mutants, cut = _mutants(plan, make, options, last)
    if not mutants.killed:
        if cut:
            reason = "the time was up before it was known whether it can fail; raise --budget"
            return Outcome(Verdict.UNKNOWN, count, reason)
        return Outcome(Verdict.VACUOUS, count, "it cannot fail: no mutant without a rule is killed")
    steps = ", ".join(
        f"{each.name} {number_of(trials.done[each.name], 'time')}" for each in plan.actions
    )
    return Outcome(Verdict.SURVIVED, count, mutants=str(mutants), notes=(steps,))


def _replayed(plan: StateMachine, case: Assignment, make: Make) -> Outcome:
    """Take the steps of a case, one by one."""
    try:
        steps = [drawn(plan, step) for step in read_steps(plan, case[STEPS])]
        strange = follow(plan, make, steps)
    except Broken as broken:
        return _refuted(broken, 1)
    if strange is None:
        return Outcome(Verdict.SURVIVED, 1)
    reason = f"the machine does not allow `{told(strange)}` there, and says nothing of refusing it"
    return Outcome(Verdict.UNKNOWN, reason=reason)


def _refuted(broken: Broken, count: int) -> Outcome:
    case = {STEPS: [told(step) for step in broken.steps]}
    return Outcome(Verdict.REFUTED, count, broken.reason, case, broken.seen)


def _unsaid(plan: StateMachine, trials: Trials) -> str | None:
    """Return which action was never allowed, or which part of a claim never said anything."""
    for action in plan.actions:
        if not trials.done[action.name]:
            return f"no state that was reached allows `{action.name}`"
    if (part := trials.silent.first()) is not None:
        return f"in no case did what a part of it presupposes hold: {render(part)}"
    return None


def _mutants(plan: StateMachine, make: Make, options: Options, last: float) -> tuple[Mutants, bool]:
    """Run the model on mutants of the object, each without the effect of one rule.

    Returns also whether there was too little time for one that was not killed.
    """
    killed, cut = 0, False
    for number, action in enumerate(plan.actions):
        share = (last - time.monotonic()) / (len(plan.actions) - number)

        def idle(values: Assignment, name: str = action.name) -> Value:
            made = make(values)
            try:
                setattr(made, name, lambda *_, **__: None)
            except AttributeError:  # it has slots: a subclass is mutated
                made.__class__ = type("Idle", (type(made),), {name: lambda *_, **__: None})
            return made

        try:
            trials = run(plan, idle, options, _FEW, time.monotonic() + max(share, 1.0))
        except Impure:
            killed += 1
            continue
        killed += trials.shortest is not None
        cut = cut or (trials.cut and trials.shortest is None)
    return Mutants(killed, len(plan.actions)), cut


def _maker(plan: StateMachine) -> Make:
    """Return how the object is made, as the binding says; raises Unusable."""
    bound = plan.maker
    names = bound.arguments or tuple(plan.given)
    if strange := [name for name in names if name not in plan.given]:
        raise Unusable(
            f"the binding's `arguments` name `{strange[0]}`, which the machine is not given"
        )
    if bound.arguments:
        make = maker(bound)
        return lambda values: make(*(values[name] for name in names))
    give = giving(resolve(bound.callable), bound.callable, names, bound.keywords)

    def made(values: Assignment) -> Value:
        positional, named = give(values)
        return maker(replace(bound, keywords={**bound.keywords, **named}))(*positional)

    return made
