"""Turn code, invariants and a claim into conditions, and z3's answers into a verdict."""

import ast
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FunctionType
from typing import NamedTuple

from pv.checks.model import Induction
from pv.claims import Fault, Node, parse
from pv.claims.smt.encode_integers import z3_term
from pv.claims.smt.terms import NoTerm, Term, holds, negation, solve, variable
from pv.claims.tree import Number, walk
from pv.claims.values import Functions
from pv.engines.integers.claimed_calls import Called, called, each_path, refuse_shadows
from pv.engines.integers.loops import Code
from pv.engines.integers.source import arguments, tree_of
from pv.engines.integers.source_mutants import mutants
from pv.engines.integers.state import Condition, State, Unsupported
from pv.engines.search.function_mutants import Mutants
from pv.plural import number_of


class Shown(NamedTuple):
    """What z3 shows of a claim about code."""

    told: str = ""
    """What is proved, of what, and by what; empty where it is not."""
    missing: str = ""
    """Why there is no proof."""
    nothing: bool = False
    """No integers meet the preconditions."""
    against: dict[str, int] | None = None
    """Values of the claim's variables at which z3 has it fail."""
    mentioned: tuple[int, ...] = ()
    """Integers that the claim and the code mention."""
    code: Code | None = None
    """The code that was executed."""


def show(plan: Induction, functions: Functions, end: float) -> Shown:
    """Return that all conditions hold, or which does not."""
    try:
        code = _conditions(plan, functions, None)
    except (Unsupported, NoTerm) as fault:
        return Shown(missing=f"no proof was tried: {fault}")
    if plan.loop is not None and plan.loop not in code.cut:
        told = ", ".join(f"`{each}`" for each in sorted(code.cut)) or "none"
        return Shown(missing=f"there is no loop `{plan.loop}` in the code; its loops are {told}")
    if not solve(_domain(plan)[1], _left(end)).values:
        return Shown(nothing=True)
    if (failed := _failed(code, end)) is not None:
        point = {name: int(failed.values.get(name, 0)) for name in plan.variables}
        return Shown(missing=failed.why, against=point if failed.values else None)
    return Shown(_told(plan, code), mentioned=_mentioned(plan, code.trees), code=code)


def mentioned(plan: Induction, functions: Functions) -> tuple[int, ...]:
    """Return the integers in a claim, and in the code of the functions that it calls."""
    trees = {}
    for function in functions.values():
        with suppress(Unsupported):
            if isinstance(function, FunctionType):
                trees[function] = tree_of(function)
    return _mentioned(plan, trees)


def _mentioned(plan: Induction, trees: Mapping[FunctionType, ast.FunctionDef]) -> tuple[int, ...]:
    said = [part for text in _claims(plan) for part in walk(_tree(text))]
    found: list[object] = [part.value for part in said if isinstance(part, Number)]
    for function, tree in trees.items():
        found += [part.value for part in ast.walk(tree) if isinstance(part, ast.Constant)]
        found += [function.__globals__.get(name) for name in function.__code__.co_names]
    return tuple(sorted({each for each in found if type(each) is int}))


def _claims(plan: Induction) -> tuple[str, ...]:
    return plan.conditions if plan.claim is None else (plan.claim, *plan.conditions)


def _told(plan: Induction, code: Code) -> str:
    which = ", ".join(plan.conditions) or "any values"
    loops = ", ".join(f"`{name}`" for name in sorted(code.cut))
    cut = f", the loops {loops} cut at their invariants" if loops else ""
    reached = ", ".join(sorted(f"{each.__module__}.{each.__code__.co_name}" for each in code.trees))
    return (
        f"for all integers with {which}: z3 decided {number_of(len(code.conditions), 'condition')}"
        f" about the code of {reached}{cut}"
    )


def _conditions(
    plan: Induction, functions: Functions, altered: Mapping[FunctionType, ast.FunctionDef] | None
) -> Code:
    """Execute the code for unknown integers; raises Unsupported and NoTerm."""
    code = Code(_trees(plan.invariants), _trees(plan.variants), altered)
    known, conditions = _domain(plan)
    start = State({}, conditions)
    calls = {name: called(name, plan, function) for name, function in functions.items()}
    if plan.claim is None:
        for name, call in calls.items():
            _run(name, plan, call, code, known, start)
        return code
    claim = _tree(plan.claim)
    refuse_shadows(claim, calls)
    for state, values, tree in each_path(claim, calls, code, known, start):
        what = f"false of every state that the invariants allow at the end: {plan.claim}"
        code.require(what, state, holds(z3_term(tree, {**known, **values})))
    return code


def _run(
    name: str, plan: Induction, call: Called, code: Code, known: Mapping[str, Term], start: State
) -> None:
    """Execute a function for the variables that are called as its parameters are."""
    function, named = call
    wanted = plan.arguments or function.__code__.co_varnames[: function.__code__.co_argcount]
    absent = [each for each in wanted if each not in known and each not in named]
    if absent:
        told = f"`{name}` has no variable {', '.join(absent)} in its domain"
        raise Unsupported(None, f"{told}; name its `arguments` in the binding")
    given = arguments(function, [known[each] for each in wanted if each not in named], named)
    for _ in code.call(function, given, start):
        pass


def _domain(plan: Induction) -> tuple[dict[str, Term], tuple[object, ...]]:
    """Return the variables, and the conditions that they meet."""
    known = {name: variable(name) for name in plan.variables}
    return known, tuple(holds(z3_term(_tree(text), known)) for text in plan.conditions)


class _Failed(NamedTuple):
    why: str
    values: Mapping[str, float]


def _failed(code: Code, end: float) -> _Failed | None:
    """Return why the proof fails, if a condition does not hold."""
    for condition in code.conditions:
        found = solve([*condition.under, negation(condition.claim)], _left(end))
        if not found.none:
            return _Failed(_why(condition, found.values, found.reason), found.values or {})
    return None


def _why(condition: Condition, values: Mapping[str, float] | None, reason: str) -> str:
    if values is None:
        return f"{reason}: whether {condition.what}"
    shown = {name.partition("#")[0]: value for name, value in sorted(values.items())}
    state = ", ".join(f"{name} = {value}" for name, value in shown.items())
    return f"{condition.what}, from {state}"


def mutated(plan: Induction, functions: Functions, shown: Shown, end: float) -> Mutants:
    """Mutate the code that was reached: a condition must fail."""
    killed = tried = 0
    for function, tree in shown.code.trees.items() if shown.code else ():
        for altered in mutants(tree):
            try:
                wrong = _conditions(plan, functions, {function: altered})
            except (Unsupported, NoTerm):  # no mutant, but code that cannot be executed here
                continue
            tried += 1
            killed += _failed(wrong, end) is not None
    return Mutants(killed, tried)


def _left(end: float) -> float:
    return max(0.1, end - time.monotonic())


def _trees(texts: Mapping[str, Sequence[str]]) -> dict[str, list[Node]]:
    return {name: [*map(_tree, said)] for name, said in texts.items()}


def _tree(text: str) -> Node:
    """Read what the planner has already read."""
    read = parse(text)
    if isinstance(read, Fault):
        raise AssertionError(read.message)  # noqa: TRY004 - a bug in pv, not a wrong type
    return read
