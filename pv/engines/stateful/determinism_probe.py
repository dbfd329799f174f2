"""Call an implementation twice with the same values, in a worker, and keep the results."""

import json
import time
from collections.abc import Callable
from itertools import islice

from pv.binding.model import Bound
from pv.checks.model import Repetition
from pv.claims import EXACT, EvaluationError, ImplementationError
from pv.claims.evaluation.errors import text_of
from pv.claims.values import Functions, Implementation, Value
from pv.engines.calling.bound_calls import maker, of_values
from pv.engines.calling.foreign_callables import Unusable, listen
from pv.engines.calling.plain_values import plain_case
from pv.engines.outcome import Options, Outcome
from pv.engines.search.function_mutants import forgetful, kill_mutants
from pv.engines.search.interpreter import Interpreter
from pv.engines.spaces.finite_spaces import points
from pv.engines.spaces.membership import Members
from pv.engines.spaces.rounding import Drawn
from pv.engines.spaces.samples import samples
from pv.engines.stateful.exact_text import exact_text
from pv.evidence.verdict import Verdict

CASES = 100

_Call = Callable[[Drawn], str]


def decide(plan: Repetition, options: Options) -> Outcome:
    """Return the result of each case as a line of the observation, or a refutation."""
    printed = listen()
    try:
        functions = {name: _recorded(bound) for name, bound in plan.functions.items()}
        found = _repeated(plan, options, functions)
    except Unusable as fault:
        found = Outcome(Verdict.ERROR, reason=str(fault))
    except EvaluationError as fault:
        found = Outcome(Verdict.UNKNOWN, reason=f"it has no value: {fault}")
    return found.saying(printed.taken())


def _repeated(plan: Repetition, options: Options, functions: Functions) -> Outcome:
    call = _caller(plan, functions)
    end = time.monotonic() + options.budget
    seen: list[tuple[Drawn, str]] = []
    for case in _cases(plan, options):
        if seen and time.monotonic() > end:
            break
        first, second = call(case), call(case)
        if first != second:
            shown = (f"first  is  {first}", f"then  is  {second}")
            reason = "the same values gave two results in one process"
            return Outcome(Verdict.REFUTED, len(seen) + 1, reason, plain_case(case), shown)
        seen.append((case, first))
    if not seen:
        return Outcome(Verdict.VACUOUS, reason="no values that were tried meet the preconditions")
    if all(result.startswith(_RAISED) for _, result in seen):
        return Outcome(Verdict.ERROR, len(seen), f"in each case it {seen[0][1]}")
    drawn = [case for case, _ in seen[:3]]
    mutants = kill_mutants(functions, lambda others: _same(plan, others), drawn, (forgetful,))
    lines = tuple(json.dumps([plain_case(case), result]) for case, result in seen)
    return Outcome(Verdict.SURVIVED, len(seen), observation=lines, mutants=str(mutants))


def _cases(plan: Repetition, options: Options) -> list[Drawn]:
    wanted = options.cases or CASES
    every = points(plan.given)
    members = Members(plan.given.space, plan.given.dtype, plan.given.draws)
    drawn = samples(members, wanted, options.seed)
    return [*islice(drawn if every is None else every, wanted)]


_RAISED = "raised "
_RETURNED: list[Value] = []
"""What code returned in this call, before it became a value of claims."""


def _recorded(bound: Bound) -> Implementation:
    """Return what a binding names, as a function of values of claims that keeps what it returned.

    As a value of claims, 1.0 in two types or with more digits is the same.
    """
    made = maker(bound)

    def call(*values: Value) -> Value:
        found = made(*values)
        _RETURNED.append(found)
        return found

    return of_values(call, bound)


def _text(value: Value, names: str) -> str:
    told = exact_text(value, names)
    also = [text for each in _RETURNED if (text := exact_text(each, names)) != told]
    return f"{told} ({'; '.join(also)})" if also else told


def _caller(plan: Repetition, functions: Functions) -> _Call:
    """Return a function that calls once and writes down the result, or the exception."""
    given = {name: bound.arguments for name, bound in plan.functions.items()}
    objects = plan.given.space.objects
    interpreter = Interpreter(plan.given.definitions, functions, given, objects=objects)
    evaluate = interpreter.compile(plan.call, EXACT)

    names = " and ".join(bound.callable for bound in plan.functions.values())

    def call(case: Drawn) -> str:
        try:
            _RETURNED.clear()
            return _text(evaluate(interpreter.scope(case)), names)
        except RecursionError as fault:
            raise Unusable(f"{names} returned what is nested too deeply to compare") from fault
        except ImplementationError as fault:
            if isinstance(fault.original, Unusable | EvaluationError):
                raise fault.original from fault
            return f"{_RAISED}{type(fault.original).__name__}: {text_of(fault.original, str)}"

    return call


def _same(plan: Repetition, functions: Functions) -> Callable[[Drawn], bool]:
    call = _caller(plan, functions)
    return lambda case: call(case) == call(case)
