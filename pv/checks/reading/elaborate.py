"""Complete a claim as its author means it: its values, its function, its shapes."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import count

from pv.checks.reading.claims import Claim, conjunction
from pv.checks.reading.definitions import Known
from pv.checks.reading.shared_domains import as_written
from pv.claims import Node, Tolerance, called, names
from pv.claims import tree as t
from pv.claims.domains.number_sets import values_of
from pv.claims.domains.space import Space, Values

_EPSILONS = frozenset({"ε", "eps", "epsilon"})


def about_the_formula(tree: Node, claim: Claim, known: Known) -> Node:
    """Complete a codomain as a claim about its formula: `[0, 1]` becomes `f(x) in [0, 1]`."""
    of_equation = (
        found
        for name, found in known.definitions.items()
        if known.equation_of[name].id == claim.equation
    )
    head = next(iter(known.own.get(claim.equation or "", {}).values()), next(of_equation, None))
    if head is None:
        return tree
    span = tree.span
    value: Node = (
        t.Call(head.name, tuple(t.Name(each, span) for each in head.parameters), span)
        if head.parameters
        else t.Name(head.name, span)
    )
    match tree:
        case t.Comparison(operands=(t.Name(name), *rest), operators=words) if name == head.name:
            return t.Comparison((value, *rest), words, span)
        case t.Comparison():
            return tree
    return t.Comparison((value, tree), ("in",), span)


def with_epsilon(tree: Node, tolerance: Tolerance | None, space: Space) -> Node:
    """Put the obligation's tolerance where a claim says ε; without one it stays open."""
    if tolerance is None or not tolerance.absolute:
        return tree

    def change(node: Node) -> Node:
        match node:
            case t.Name(name, span) if name in _EPSILONS and name not in space.variables:
                return t.Number(tolerance.absolute, span)
        return t.rebuild(node, change)

    return change(tree)


def call_bare_functions(
    tree: Node, known: Known, space: Space, given: Collection[str] = ()
) -> Node:
    """Replace the bare name of a function by a call of it: `CE >= 0` says it of every input.

    Names in `given` are parameters of the function that the tree is the body of.
    """

    def change(node: Node) -> Node:
        if isinstance(node, t.Name) and node.name not in {*space.variables, *given}:
            found = known.definitions.get(node.name)
            if found is not None and found.parameters:
                parameters = tuple(t.Name(each, node.span) for each in found.parameters)
                return t.Call(node.name, parameters, node.span)
        return t.rebuild(node, change)

    return change(tree)


def lift_quantifiers(tree: Node, space: Space, named: Collection[str]) -> tuple[Node, Space]:
    """Move the variables of a leading `forall c in ℝ:` to the space, where they are drawn.

    Of several parts each may have quantifiers of its own. A variable of one that is another thing
    elsewhere in the claim, or in its domains, gets another name.
    """
    parts = t.joined(tree, "and")
    if len(parts) == 1:
        return _lifted(tree, space, named)
    for n, part in enumerate(parts):
        others = frozenset().union(*map(names, (*parts[:n], *parts[n + 1 :])))
        parts[n], space = _lifted(_renamed(part, space, others | {*named}), space, named)
    return conjunction(tuple(parts)), space


def _lifted(tree: Node, space: Space, named: Collection[str]) -> tuple[Node, Space]:
    variables, objects = dict(space.variables), dict(space.objects)
    conditions: list[Node] = []
    while isinstance(tree, t.Binder) and tree.kind == "forall":
        kept = []
        for variable in tree.variables:
            calls = variable.domain is not None and not called(variable.domain).isdisjoint(named)
            drawn = not calls and variable.domain is not None and values_of(variable.domain)
            if _is_index(variable.name, tree.body, named):
                kept.append(variable)
            elif drawn:
                before = variables.get(variable.name)
                if before is not None and before.sizes:  # of `y ∈ {0, 1}` each item of y is meant
                    drawn = drawn._replace(sizes=before.sizes)
                variables[variable.name] = drawn
            elif isinstance(variable.domain, t.Name) and variable.domain.name not in named:
                objects[variable.name] = variable.domain.name
            elif variable.domain is not None:
                kept.append(variable)
            elif variable.name not in variables:
                if tree.condition is None:
                    kept.append(variable)
                else:  # `for α ≠ 0`: a real number, since nothing else is said
                    variables[variable.name] = Values()
        if kept:
            tree = t.Binder("forall", tuple(kept), tree.condition, tree.body, tree.span)
            break
        if tree.condition is not None:
            conditions.append(tree.condition)
        tree = tree.body
    for condition in conditions:
        tree = t.Binary("implies", condition, tree, tree.span)
    return tree, space._replace(variables=variables, objects=objects)


def _renamed(tree: Node, space: Space, others: Collection[str]) -> Node:
    """Give the variables of leading quantifiers other names where theirs are taken."""
    if not (isinstance(tree, t.Binder) and tree.kind == "forall"):
        return tree
    body = _renamed(tree.body, space, others)
    made = t.Binder("forall", tree.variables, tree.condition, body, tree.span)
    for variable in tree.variables:
        if variable.domain is not None and _is_taken(variable, space, others):
            taken = {*others, *names(tree), *space.variables, *space.derived, *space.size_names()}
            free = next(name for n in count(2) if (name := f"{variable.name}{n}") not in taken)
            made = _with_name(made, variable.name, free)
    return made


def _is_taken(variable: t.Variable, space: Space, others: Collection[str]) -> bool:
    """Return whether a name stands for other values elsewhere."""
    name, before = variable.name, space.variables.get(variable.name)
    drawn = variable.domain is not None and values_of(variable.domain)
    if drawn and before is not None and as_written(drawn) == as_written(before):
        return False
    ends = (end for values in space.variables.values() for end in values.ends())
    said = (*ends, *space.derived.values(), *space.conditions)
    elsewhere = {*others, *space.variables, *space.size_names()}.union(*map(names, said))
    return name in elsewhere


def _with_name(binder: t.Binder, old: str, new: str) -> t.Binder:
    """Rename a variable of a quantifier, in it and in what it says."""

    def change(node: Node) -> Node:
        if isinstance(node, t.Name) and node.name == old:
            return t.Name(new, node.span)
        hides = isinstance(node, t.Binder) and any(each.name == old for each in node.variables)
        return node if hides else t.rebuild(node, change)

    variables = tuple(
        replace(each, name=new) if each.name == old else each for each in binder.variables
    )
    condition = binder.condition and change(binder.condition)
    return t.Binder(binder.kind, variables, condition, change(binder.body), binder.span)


def restrict_to_premise(tree: Node, space: Space) -> Space:
    """Restrict the space to γ = 1 for `γ = 1 implies …`, within its domain.

    Other values show nothing. What the domain says of γ becomes a condition.
    """
    if not isinstance(tree, t.Binary) or tree.operator != "implies":
        return space
    variables, conditions = dict(space.variables), [*space.conditions]
    for said in t.joined(tree.left, "and"):
        match said:
            case t.Comparison(operands=(t.Name(name), t.Number() as value), operators=("=",)) if (
                name in variables and _may_be(variables[name], value)
            ):
                conditions += _ends(name, variables[name])
                variables[name] = Values(sizes=variables[name].sizes, listed=(value,))
    return space._replace(variables=variables, conditions=tuple(conditions))


def _may_be(values: Values, value: t.Number) -> bool:
    """Return whether a value is one of a kind: whether it lies between the ends is no matter."""
    if values.simplex or values.said or (values.whole and value.value % 1 != 0):
        return False
    return not values.listed or any(
        isinstance(each, t.Number) and each.value == value.value for each in values.listed
    )


def _ends(name: str, values: Values) -> Iterator[Node]:
    for end, is_open, word in (
        (values.low, values.open_low, ">"), (values.high, values.open_high, "<"),
    ):  # fmt: skip
        if end is not None:
            order = word if is_open else f"{word}="
            yield t.Comparison((t.Name(name, end.span), end), (order,), end.span)


def broadcast_right_side(tree: Node) -> Node:
    """Give the right side of an equation the shape of the left one: `X W + 0 = b` of every row."""
    match tree:
        case t.Comparison(operands=(left, right), operators=("=" | "≈",) as words, span=span):
            zeros = t.Binary("*", t.Number(0, span), left, span)
            return t.Comparison((left, t.Binary("+", right, zeros, span)), words, span)
    return t.rebuild(tree, broadcast_right_side)


def _is_index(name: str, body: Node, named: Collection[str]) -> bool:
    inside = (index for part in t.walk(body) if isinstance(part, t.Index) for index in part.indices)
    subscripted = any(each.endswith(f"_{name}") for each in names(body) - {*named})
    return subscripted or any(name in names(index) for index in inside)
