"""From a claim over formulas to conditions over real numbers, and what z3 says of them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pv.checks.model import Formulas
from pv.claims import Node
from pv.claims.axioms import AXIOMS
from pv.claims.real_source import RealWriter, single
from pv.claims.spaces import Values, order
from pv.claims.tree import Binary, String
from pv.claims.z3_source import Scope, scope_of
from pv.claims.z3_terms import (
    NoTerm,
    Solution,
    Term,
    compared,
    holds,
    negation,
    one_of,
    real_variable,
    solve,
    variable,
)


class Told(NamedTuple):
    """What z3 says of a claim over the reals."""

    against: Solution
    """Values that meet the axioms and contradict the claim; `none` is a proof."""
    premises: Solution
    """Values at which what the claim presupposes holds."""
    axioms: str
    """Which axioms stood for which function."""


def ask(plan: Formulas, seconds: float) -> Told:
    """Ask z3 for values at which a claim is false; raises NoTerm where it cannot be put to it."""
    writer = RealWriter()
    known = _variables(plan)
    scope: dict[str, Any] = dict(scope_of(known, plan.definitions))
    for name in order(plan.space):
        if name in plan.space.derived:
            scope[name] = writer.term(plan.space.derived[name], scope)
    inside = list(_inside(plan, writer, scope))
    premises = [holds(writer.term(each, scope)) for each in presupposed(plan.tree)]
    claim = holds(writer.term(plan.tree, scope))
    axioms = list(writer.axioms())
    share = seconds / 2
    met = solve([*inside, *axioms, *premises], share)
    against = solve([*inside, *axioms, negation(claim)], share)
    used = {each.function: None for each in writer.applications.values()}
    return Told(_of(against, known), _of(met, known), _axioms(used))


def presupposed(tree: Node) -> Iterator[Node]:
    """Yield the premises of an implication, and of what it implies."""
    while isinstance(tree, Binary) and tree.operator == "implies":
        yield tree.left
        tree = tree.right


def _variables(plan: Formulas) -> dict[str, Term]:
    known = {}
    for name, values in plan.space.variables.items():
        if values.sizes or values.simplex:
            raise NoTerm(f"`{name}` is an array")
        if any(isinstance(each, String) for each in values.listed):
            raise NoTerm(f"`{name}` is a text")
        known[name] = variable(name) if values.whole else real_variable(name)
    return known


def _inside(plan: Formulas, writer: RealWriter, scope: Scope) -> Iterator[Any]:
    """Yield the conditions of the domain."""
    for name, values in plan.space.variables.items():
        yield from _between(name, values, writer, scope)
    for condition in plan.space.conditions:
        yield holds(writer.term(condition, scope))


def _between(name: str, values: Values, writer: RealWriter, scope: Scope) -> Iterator[Any]:
    item = scope[name]
    if not isinstance(item, Term):
        raise NoTerm(f"`{name}` is a function")
    if values.listed:
        yield holds(one_of(item, [writer.term(each, scope) for each in values.listed]))
    if values.low is not None:
        word = "<" if values.open_low else "<="
        yield holds(compared(word, writer.term(values.low, scope), item))
    if values.high is not None:
        word = "<" if values.open_high else "<="
        yield holds(compared(word, item, writer.term(values.high, scope)))


def _of(found: Solution, known: dict[str, Term]) -> Solution:
    """Keep the variables of the claim; z3 leaves those open that may be anything."""
    if found.values is None:
        return found
    return found._replace(values={name: found.values.get(name, 0) for name in known})


def _axioms(used: dict[str, None]) -> str:
    """Write down the axioms that stood for functions."""
    said = []
    for function in used:
        texts = (*single(function, {*used}), *AXIOMS[function].pairs)
        said.append(f"for {function}: {'; '.join(texts)}")
    return ". ".join(said)
