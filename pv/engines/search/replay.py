"""Evaluate the implementation at a solver's counterexample, before that is believed."""

from pv.checks.model import Formulas
from pv.claims.domains.space import order
from pv.claims.values import Value
from pv.engines.calling.bound_calls import bound_call
from pv.engines.outcome import Options, Outcome
from pv.engines.search import finite_spaces
from pv.engines.search.draw import meets, value
from pv.engines.search.engine import Search
from pv.engines.search.shrink import inside


def replayed(plan: Formulas, case: dict[str, Value], options: Options) -> Outcome | None:
    """Return a refutation, if the claim is really false at what a solver found.

    Raises Unusable, Impure and EvaluationError.
    """
    space = plan.space
    case = dict(case)
    for name in order(space):
        if name in space.derived:
            case[name] = value(space.derived[name], case)
    functions = {name: bound_call(bound) for name, bound in plan.functions.items()}
    search = Search(plan, options, functions)
    case = finite_spaces.rounded(case, plan.dtype)
    if not inside(case, space) or not meets(space)(case):
        return None
    judged = search.trial.judge(case)
    if judged.false is None:
        return None
    return search.refuted(case, judged)
