"""Evaluate the implementation at a solver's counterexample, before that is believed."""

from pv.checks.model import Formulas
from pv.claims.values import Value
from pv.engines.calling.bound_calls import bound_call
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.outcome import Options, Outcome
from pv.engines.search.engine import LEAST, Search
from pv.engines.spaces.samples import samples


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


def _fits(search: Search) -> bool:
    """Return whether the code takes some values of the space: it then is bound as it should be."""
    drawn = samples(search.members, LEAST, search.options.seed)
    return not all(search.trial.judge(case).raised for case in drawn)
