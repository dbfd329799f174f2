"""Turn code, invariants and a claim into conditions, and z3's answers into a verdict."""

import ast
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import FunctionType

from pv.checks.model import Induction
from pv.claims import Fault, Node, parse, render
from pv.claims.smt.encode_integers import z3_term
from pv.claims.smt.terms import NoTerm, Term, holds, negation, solve, variable
from pv.claims.tree import Call, Name, rebuild
from pv.claims.values import Functions
from pv.engines.integers.loops import Code
from pv.engines.integers.source_mutants import mutants
from pv.engines.integers.state import Condition, State, Unsupported
from pv.engines.outcome import Outcome
from pv.engines.search.function_mutants import Mutants
from pv.evidence.verdict import Verdict
from pv.plural import number_of

PythonFunctions = Mapping[str, FunctionType]


def prove(plan: Induction, functions: Functions, tried: Outcome, end: float) -> Outcome:
    """Return PROVED where all conditions hold, and mutants of the code break them."""
    try:
        code = _conditions(plan, functions, None)
    except (Unsupported, NoTerm) as fault:
        return Outcome(Verdict.UNKNOWN, tried.cases, f"no proof was tried: {fault}")
    started = _domain(plan)[1]
    if not solve(started, _left(end)).values:
        return Outcome(Verdict.VACUOUS, 0, "no integers meet the preconditions")
    if (failed := _failed(code, end)) is not None:
        return Outcome(Verdict.UNKNOWN, tried.cases, failed)
    mutants = tried.mutants or str(_mutants(plan, functions, code, end))
    if mutants.startswith("0 "):
        return Outcome(
            Verdict.VACUOUS, tried.cases, "it cannot fail: no mutant of the code is killed"
        )
    return replace(
        tried,
        verdict=Verdict.PROVED,
        mutants=mutants,
        unbounded=True,
        notes=(_told(plan, code, tried),),
    )


def _told(plan: Induction, code: Code, tried: Outcome) -> str:
    """Say what was proved, of what, and by what."""
    which = ", ".join(plan.conditions) or "any values"
    loops = ", ".join(f"`{name}`" for name in sorted(code.cut))
    cut = f", the loops {loops} cut at their invariants" if loops else ""
    reached = ", ".join(sorted(f"{each.__module__}.{each.__qualname__}" for each in code.trees))
    seen = f"; {number_of(tried.cases, 'point')} tried before" if tried.cases else ""
    return (
        f"for all integers with {which}: z3 decided {number_of(len(code.conditions), 'condition')}"
        f" about the code of {reached}{cut}{seen}"
    )


def _conditions(
    plan: Induction, functions: Functions, altered: Mapping[FunctionType, ast.FunctionDef] | None
) -> Code:
    """Execute the code for unknown integers; raises Unsupported and NoTerm."""
    code = Code(_trees(plan.invariants), _trees(plan.variants), altered)
    known, conditions = _domain(plan)
    start = State({}, conditions)
    written = _written_in_python(functions)
    if plan.claim is None:
        _run_all(plan, written, code, known, start)
        return code
    for state, values, tree in _calls(_tree(plan.claim), written, code, known, start):
        what = f"false of every state that the invariants allow at the end: {plan.claim}"
        code.require(what, state, holds(z3_term(tree, {**known, **values})))
    return code


def _written_in_python(functions: Functions) -> dict[str, FunctionType]:
    """Return the functions; raises Unsupported for one that has no Python source."""
    found = {}
    for name, function in functions.items():
        if not isinstance(function, FunctionType):
            raise Unsupported(None, f"`{function!r}` is not written in Python")
        found[name] = function
    return found


def _run_all(
    plan: Induction, functions: PythonFunctions, code: Code, known: Mapping[str, Term], start: State
) -> None:
    """Execute each function for the variables that are called as its parameters are."""
    for function in functions.values():
        wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
        given = [known[name] for name in plan.arguments or wanted if name in known]
        if len(given) != len(wanted):
            told = ", ".join(sorted(known))
            raise Unsupported(None, f"`{function.__name__}` is not called with {told}")
        for _ in code.call(function, dict(zip(wanted, given, strict=True)), start):
            pass


def _calls(
    tree: Node, functions: PythonFunctions, code: Code, known: Mapping[str, Term], state: State
) -> Iterator[tuple[State, dict[str, Term], Node]]:
    """Yield the claim with a name in place of each call, and what that is, on each path."""
    found = next(
        (part for part in _walk(tree) if isinstance(part, Call) and part.function in functions),
        None,
    )
    if found is None:
        yield state, {}, tree
        return
    function = functions[found.function]
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    given = [z3_term(each, known) for each in found.arguments]
    if len(given) != len(names):
        raise Unsupported(None, f"`{found.function}` is given {number_of(len(given), 'argument')}")
    name = f"{found.function}'{len(known)}"
    replaced = _with(tree, found, Name(name, found.span))
    for after, value in code.call(function, dict(zip(names, given, strict=True)), state):
        if value is None:
            raise Unsupported(None, f"`{found.function}` returns None")
        more = {**known, name: value}
        for end, values, rest in _calls(replaced, functions, code, more, after):
            yield end, {name: value, **values}, rest


def _walk(tree: Node) -> Iterator[Node]:
    """Yield the parts of a tree, innermost calls first."""
    parts: list[Node] = []

    def visit(node: Node) -> Node:
        parts.append(node)
        return rebuild(node, visit)

    visit(tree)
    return reversed(parts)


def _with(tree: Node, old: Node, new: Node) -> Node:
    """Put a name in place of each call that is written like one."""
    text = render(old)

    def change(node: Node) -> Node:
        if isinstance(node, Call) and render(node) == text:
            return new
        return rebuild(node, change)

    return change(tree)


def _domain(plan: Induction) -> tuple[dict[str, Term], tuple[object, ...]]:
    """Return the variables, and the conditions that they meet."""
    known = {name: variable(name) for name in plan.variables}
    return known, tuple(holds(z3_term(_tree(text), known)) for text in plan.conditions)


def _failed(code: Code, end: float) -> str | None:
    """Return why the proof fails, if a condition does not hold."""
    for condition in code.conditions:
        found = solve([*condition.under, negation(condition.claim)], _left(end))
        if not found.none:
            return _why(condition, found.values, found.reason)
    return None


def _why(condition: Condition, values: Mapping[str, float] | None, reason: str) -> str:
    if values is None:
        return f"{reason}: whether {condition.what}"
    shown = {name.partition("!")[0]: value for name, value in sorted(values.items())}
    state = ", ".join(f"{name} = {value}" for name, value in shown.items())
    return f"{condition.what}, from {state}"


def _mutants(plan: Induction, functions: Functions, code: Code, end: float) -> Mutants:
    """Mutate the code that was reached: a condition must fail."""
    killed = tried = 0
    for function, tree in code.trees.items():
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


def _trees(texts: Mapping[str, str]) -> dict[str, Node]:
    return {name: _tree(text) for name, text in texts.items()}


def _tree(text: str) -> Node:
    """Read what the planner has already read."""
    read = parse(text)
    if isinstance(read, Fault):
        raise AssertionError(read.message)  # noqa: TRY004 - a bug in pv, not a wrong type
    return read
