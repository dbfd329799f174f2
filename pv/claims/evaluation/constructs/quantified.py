"""Compile quantifiers, sums and their kin: a body over the values of variables."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from pv.claims import tree as t
from pv.claims.evaluation.budget import spend
from pv.claims.evaluation.constructs.indexing import ends
from pv.claims.evaluation.constructs.vectorize import NotAVector, without_index
from pv.claims.evaluation.context import Evaluate, Scope, Setting
from pv.claims.evaluation.errors import EvaluationError
from pv.claims.evaluation.guards import guarded, placed, truth_of
from pv.claims.evaluation.items import items, opposite, settled, sizes
from pv.claims.evaluation.scalars.arithmetic import PLAIN
from pv.claims.evaluation.scalars.reductions import REDUCTIONS
from pv.claims.evaluation.scopes import extended
from pv.claims.values import Value

Values = Callable[[Scope], Iterable[Value]]


def binder(node: t.Binder, setting: Setting) -> Evaluate:
    """Compile a body that is computed for every value, or for whole arrays at once."""
    if node.kind not in REDUCTIONS:
        raise EvaluationError(f"`{node.kind}` has no value that could be computed", node.span)
    at_once = _at_once(node, setting)
    if at_once is None:
        return _one_by_one(node, setting)
    waiting: list[Evaluate] = []  # compiled when a matrix is met, which is seldom

    def evaluate(scope: Scope) -> Value:
        try:
            return at_once(scope)
        except NotAVector:
            if not waiting:
                waiting.append(_one_by_one(node, setting))
            return waiting[0](scope)

    return evaluate


def _one_by_one(node: t.Binder, outer: Setting) -> Evaluate:
    setting = replace(outer, itemwise=False)
    over, body = scopes(node, setting), setting.compile(node.body)
    if node.kind in {"forall", "exists"}:
        body = truth_of(node.body, body)
    combine = placed(node, REDUCTIONS[node.kind])
    first = node.variables[0].name if node.variables else None
    return lambda scope: combine(
        (each[first] if first else None, body(each)) for each in over(scope)
    )


def scopes(node: t.Binder, setting: Setting) -> Callable[[Scope], Iterator[Scope]]:
    """Return the scopes in which the body is computed, one at a time; each costs its steps."""
    values = [(each.name, _values(each, node, setting)) for each in node.variables]
    cost = len(t.walk(node.body)) + (len(t.walk(node.condition)) if node.condition else 0)
    condition = None
    if node.condition is not None:
        condition = truth_of(node.condition, setting.compile(node.condition))

    def over(scope: Scope, at: int) -> Iterator[Scope]:
        if at == len(values):
            spend(cost)
            if condition is None or condition(scope):
                yield scope
            return
        name, of = values[at]
        for value in of(scope):
            spend(1)
            yield from over(extended(scope, {name: value}), at + 1)

    return lambda scope: over(scope, 0)


def _values(variable: t.Variable, node: t.Binder, setting: Setting) -> Values:
    """Return what a variable runs over: its set, or the indices of what it is an index of."""
    match variable.domain:
        case None:
            return _indices(variable, node, setting)
        case t.Range() as over:
            first, last = setting.compile(over.low), setting.compile(over.high)
            return lambda scope: ends(over, first(scope), last(scope))
        case domain:
            collection = setting.compile(domain)
            return lambda scope: items(collection(scope))


def _indices(variable: t.Variable, node: t.Binder, setting: Setting) -> Values:
    said = (node.body,) if node.condition is None else (node.body, node.condition)
    parts = [part for tree in said for part in t.walk(tree)]
    inside = {v.name for part in parts if isinstance(part, t.Binder) for v in part.variables}
    over = [
        (part.collection, axis)
        for part in parts
        if isinstance(part, t.Index) and not isinstance(part.collection, t.Binder)
        for axis, index in enumerate(part.indices)
        if index == t.Name(variable.name, index.span)
    ]
    if not over:
        raise EvaluationError(f"`{variable.name}` runs over nothing that is known", variable.span)
    known = [each for each in over if not t.names(each[0]) & inside] or over[:1]
    return _along([(setting.compile(each), axis) for each, axis in dict(known).items()], variable)


def _along(over: list[tuple[Evaluate, int]], variable: t.Variable) -> Values:
    """Run over the indices that all the collections have; raises where their sizes differ."""

    def along(scope: Scope) -> range:
        found = [(sizes(collection(scope)), axis) for collection, axis in over]
        counts = {each[axis] if each else 1 for each, axis in found}  # a number is its own item
        if len(counts) > 1:
            said = " and ".join(map(str, sorted(counts)))
            raise EvaluationError(f"`{variable.name}` runs over {said} items", variable.span)
        return range(counts.pop())

    return along


def _at_once(node: t.Binder, setting: Setting) -> Evaluate | None:
    """Compute over whole arrays where a single index runs over all items of vectors."""
    arithmetic = setting.arithmetic
    if arithmetic is PLAIN or len(node.variables) != 1:
        return None
    if node.variables[0].domain or node.condition:
        return None
    letter = node.variables[0].name
    body = without_index(node.body, letter) if letter in t.names(node.body) else None
    if body is None:
        return None
    whole = _all_items(body, setting)
    match node.kind:
        case "forall":
            return lambda scope: settled(whole(scope))
        case "exists":
            return lambda scope: not settled(opposite(whole(scope)))
        case kind if kind in arithmetic.builtins:
            return guarded(node, arithmetic.builtins[kind], (whole,))
    return None


def _all_items(body: t.Node, setting: Setting) -> Evaluate:
    """Compute a body for all items; a single answer may be that of many items, or of none."""
    compiled = replace(setting, itemwise=True).compile(body)

    def evaluate(scope: Scope) -> Value:
        found = compiled(scope)
        if not sizes(found):
            raise NotAVector
        return found

    return evaluate
