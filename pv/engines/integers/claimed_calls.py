"""The calls in a claim: what each binding makes of them, and what they return on each path."""

import sys
from collections.abc import Iterator, Mapping
from types import FunctionType

from pv.checks.model import Induction
from pv.claims import Node, render
from pv.claims.smt.encode_integers import z3_term
from pv.claims.smt.terms import TRUE, Term, always
from pv.claims.tree import Binder, Call, Name, Where, definition_of, names, rebuild
from pv.engines.integers.loops import Code
from pv.engines.integers.source import arguments, is_generator, stays
from pv.engines.integers.state import State, Symbolic, Unsupported, symbolic

Called = tuple[FunctionType, Mapping[str, Symbolic]]
"""A function, and what the binding passes to it beside what a claim says."""


def called(name: str, plan: Induction, function: object) -> Called:
    """Return how a claim calls what is bound to a name; raises Unsupported."""
    bound = plan.functions[name]
    if not isinstance(function, FunctionType) or type(function) is not FunctionType:
        kind = type(function).__name__
        told = f"`{bound.callable}` is no plain function of Python: it is of type `{kind}`"
        raise Unsupported(None, told)
    module, _, qualname = bound.callable.partition(":")
    home: Mapping[str, object] = vars(sys.modules[module])
    held = home.get(qualname)
    if held is not function:
        raise Unsupported(None, f"`{bound.callable}` is no name at the top of its module")
    stays(qualname, home)
    if plan.claim is not None:
        if bound.arguments:
            told = f"the binding passes `arguments` of its own to `{name}`"
            raise Unsupported(None, f"{told}, which a claim may name in another order")
        if is_generator(function):
            raise Unsupported(None, f"`{bound.callable}` returns a generator, no number")
    named = {}
    for word, value in bound.keywords.items():
        try:
            named[word] = symbolic(value)
        except TypeError as fault:
            raise Unsupported(None, f"the binding's keyword `{word}` is {fault}") from fault
    return function, named


def refuse_shadows(tree: Node, calls: Mapping[str, Called]) -> None:
    """Refuse calls that mean another one for each value of a name that the claim brings in."""
    brought = {name for part in _walk(tree) for name in _bound_by(part)}
    if hidden := sorted(brought & calls.keys()):
        raise Unsupported(None, f"the claim gives `{hidden[0]}` another meaning")
    for part in _walk(tree):
        if isinstance(part, Call) and part.function in calls and (own := names(part) & brought):
            told = f"`{render(part)}` is another call for each `{min(own)}`"
            raise Unsupported(None, f"{told}, which the claim itself brings in")


def _bound_by(part: Node) -> Iterator[str]:
    match part:
        case Binder(variables=variables):
            yield from (each.name for each in variables)
        case Where(clauses=clauses):
            for found in map(definition_of, clauses):
                if found is not None:
                    yield from (found.name, *found.parameters)


def each_path(
    tree: Node,
    calls: Mapping[str, Called],
    code: Code,
    known: Mapping[str, Term],
    state: State,
) -> Iterator[tuple[State, dict[str, Term], Node]]:
    """Yield the claim with a name in place of each call, and what that is, on each path."""
    found = next(
        (part for part in _walk(tree) if isinstance(part, Call) and part.function in calls), None
    )
    if found is None:
        yield state, {}, tree
        return
    function, named = calls[found.function]
    written = [z3_term(each, known) for each in found.arguments]
    for each in (each for each in written if not always(each.defined)):
        code.require(f"`{render(found)}` is given something without a value", state, each.defined)
    given = arguments(function, [each._replace(defined=TRUE) for each in written], named)
    name = f"{found.function}#{len(known)}"
    replaced = _with(tree, found, Name(name, found.span))
    for after, value in code.call(function, given, state):
        if value is None:
            raise Unsupported(None, f"`{found.function}` returns None")
        more = {**known, name: value}
        for end, values, rest in each_path(replaced, calls, code, more, after):
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
