"""Evaluate the implementation at a solver's counterexample, before that is believed."""

from itertools import islice

from pv.checks.model import Formulas
from pv.claims.domains.space import order
from pv.claims.values import Value
from pv.engines.calling.bound_calls import bound_call
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.outcome import Options, Outcome
from pv.engines.search import finite_spaces
from pv.engines.search.draw import cases, meets, value
from pv.engines.search.engine import LEAST, Search
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
    if judged.raised and not _fits(search):
        raise Unusable(f"in each case {judged.false}; correct the binding")
    return search.refuted(case, judged)


def _fits(search: Search) -> bool:
    """Return whether the code takes some values of the space: it then is bound as it should be."""
    drawn = cases(search.plan.space, LEAST, search.options.seed)
    rounded = (finite_spaces.rounded(case, search.plan.dtype) for case in islice(drawn, LEAST))
    return not all(search.trial.judge(case).raised for case in rounded)
