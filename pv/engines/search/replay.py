"""Evaluate a claim at one case: a solver's counterexample, or one that a person gives."""

import numpy as np

from pv.checks.model import Enumeration, Formulas, Induction, PythonPlan, Stubbed
from pv.claims import EvaluationError
from pv.claims.values import Value
from pv.engines.calling.bound_calls import bound_call
from pv.engines.calling.foreign_callables import Unusable, listen
from pv.engines.calling.plain_values import plain_case
from pv.engines.outcome import Options, Outcome, Proof
from pv.engines.search import enumerated
from pv.engines.search.engine import LEAST, Search
from pv.engines.search.trial import Impure
from pv.engines.spaces.samples import samples
from pv.evidence.verdict import Verdict


def replayed(plan: Formulas, case: dict[str, Value], options: Options) -> Outcome | None:
    """Return a refutation, if the claim is really false at what a solver found.

    Raises Unusable, Impure and EvaluationError.
    """
    functions = {name: bound_call(bound) for name, bound in plan.functions.items()}
    search = Search(plan, options, functions)
    case = search.members.completed(case)
    if not search.members.contains(case):
        return None
    judged = search.trial.judge(case)
    if judged.false is None:
        return None
    if judged.raised and not _fits(search):
        raise Unusable(f"in each case {judged.false}; correct the binding")
    return search.refuted(case, judged)


def decide(plan: PythonPlan | Proof, options: Options) -> Outcome:
    """Evaluate a claim at the case that is given."""
    printed = listen()
    try:
        found = _at(plan, dict(options.case or {}), options)
    except Unusable as fault:
        found = Outcome(Verdict.ERROR, reason=str(fault))
    except (Impure, EvaluationError) as fault:
        found = Outcome(Verdict.UNKNOWN, reason=str(fault))
    return found.saying(printed.taken()).by("property")


def _at(plan: PythonPlan | Proof, case: dict[str, Value], options: Options) -> Outcome:
    match plan:
        case Stubbed(given=formulas):
            within = None
        case Induction(sample=Enumeration() as sample) | (Enumeration() as sample):
            formulas, within = enumerated.as_formulas(sample), sample
        case Formulas() as formulas:
            within = None
        case _:
            return Outcome(Verdict.ERROR, reason="its cases are none that could be given")
    functions = {name: bound_call(bound) for name, bound in formulas.functions.items()}
    search = Search(formulas, options, functions)
    case = _as_drawn(formulas, case)
    inside = enumerated.has(within, case) if within else search.members.contains(case)
    if not inside:
        return Outcome(Verdict.UNKNOWN, reason="this case lies outside of what the claim is about")
    judged = search.trial.judge(case)
    if judged.false is None:
        verdict = Verdict.SURVIVED if judged.holds else Verdict.UNKNOWN
        return Outcome(verdict, int(judged.holds), judged.without or None, total=False)
    sides = tuple(f"{side}  is  {value}" for side, value in search.trial.sides(case))
    return Outcome(Verdict.REFUTED, 1, search.trial.reason(judged, case), plain_case(case), sides)


def _as_drawn(plan: Formulas, case: dict[str, Value]) -> dict[str, Value]:
    """Return a case with arrays in the place of lists."""
    variables = plan.space.variables
    arrays = {
        name: np.array(value) if values.whole or values.listed else np.array(value, dtype=float)
        for name, values in variables.items()
        if values.sizes and isinstance(value := case[name], list)
    }
    return {**case, **arrays}


def _fits(search: Search) -> bool:
    """Return whether the code takes some values of the space: it then is bound as it should be."""
    drawn = samples(search.members, LEAST, search.options.seed)
    return not all(search.trial.judge(case).raised for case in drawn)
