"""Compile `body where a = 1, f(x) = x + a, a > 0`."""

from dataclasses import replace

from pv.claims.evaluation.budget import spend
from pv.claims.evaluation.context import Evaluate, Scope, Setting
from pv.claims.evaluation.guards import truth_of
from pv.claims.evaluation.scopes import extended
from pv.claims.tree import Definition, Where, definition_of, walk
from pv.claims.values import Implementation, Value


def where(node: Where, setting: Setting) -> Evaluate:
    """Compute with local definitions; what else is said there must hold, or nothing is said."""
    functions = dict(setting.functions)
    inner = replace(setting, functions=functions)
    named: list[tuple[str, Evaluate]] = []
    conditions: list[Evaluate] = []
    around: list[Scope] = []  # where the local functions are called
    for clause in node.clauses:
        found = definition_of(clause)
        if found is None or found.indices:
            conditions.append(truth_of(clause, inner.compile(clause)))
        elif found.parameters:
            functions[found.name] = _local(found, inner.compile(found.body), around)
        else:
            named.append((found.name, inner.compile(found.body)))
    body = inner.compile(node.body)

    def evaluate(scope: Scope) -> Value:
        inside = scope
        for name, value in named:
            inside = extended(inside, {name: value(inside)})
        around.append(inside)
        try:
            if not all(holds(inside) for holds in conditions):
                return True
            return body(inside)
        finally:
            around.pop()

    return evaluate


def _local(found: Definition, body: Evaluate, around: list[Scope]) -> Implementation:
    """Make a function of a local definition; it sees what stands around it."""
    cost = len(walk(found.body))

    def call(*values: Value) -> Value:
        if len(values) != len(found.parameters):
            raise TypeError(f"{found.name} takes {len(found.parameters)} arguments")
        spend(cost)
        return body(extended(around[-1], dict(zip(found.parameters, values, strict=True))))

    return call
