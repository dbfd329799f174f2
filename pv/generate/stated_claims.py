"""Claims as generated modules state them: plans as texts, and the plans that are read from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from math import prod
from pathlib import Path

from pv.binding.model import Bound
from pv.carets import pointed
from pv.checks.model import Enumeration, Formulas
from pv.claims import (
    EXACT,
    Definition,
    Fault,
    Finite,
    IntRange,
    Node,
    Tolerance,
    called,
    names,
    parse,
    parse_domain,
    render,
)
from pv.claims import tree as t
from pv.claims.domains.space import Space, Values
from pv.claims.values import Value
from pv.generate.text_layout import from_here
from pv.python_source import NoPython


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim, what its variables are, and what it calls."""

    claim: str
    over: Mapping[str, Values | str] = field(default_factory=dict)
    """Variable -> its values; as a text where each of them is tried."""
    given: Sequence[str] = ()
    derived: Mapping[str, str] = field(default_factory=dict)
    conventions: Sequence[str] = ()
    formulas: Sequence[Definition] = ()
    calls: Mapping[str, Bound] = field(default_factory=dict)
    tolerance: Tolerance = EXACT
    dtype: str = "float64"
    root: str | None = None
    """The folder that holds the code, seen from the one in which pytest runs."""

    def plan(self) -> Enumeration | Formulas:
        """Return the plan that decides it; raises ValueError for a text that cannot be read."""
        domains = {name: each for name, each in self.over.items() if isinstance(each, str)}
        if domains:
            read = [parse_domain(text) for text in domains.values()]
            points = prod(each.size for each in read if isinstance(each, IntRange | Finite))
            return Enumeration(
                self.claim, domains, self.calls, self.tolerance, Path(), points, tuple(self.given)
            )
        return Formulas(
            self.claim, node(self.claim), tuple(self.formulas), self.space(), self.tolerance,
            self.calls, self.dtype,
        )  # fmt: skip

    def space(self) -> Space:
        """Return the values of all variables; raises ValueError for a text that cannot be read."""
        variables = {name: each for name, each in self.over.items() if isinstance(each, Values)}
        return Space(
            variables,
            {name: node(text) for name, text in self.derived.items()},
            tuple(map(node, self.given)),
            tuple(map(node, self.conventions)),
        )


def node(text: str) -> Node:
    """Read a text of the claim language; raises ValueError."""
    read = parse(text)
    if isinstance(read, Fault):
        place = pointed(text, read.start, read.end)
        raise ValueError(f"{read.message}\n{place}")  # noqa: TRY004 - its content
    return read


def stated(plan: Enumeration | Formulas) -> Stated:
    """Return the statement of a plan; raises NoPython if it could not be read back."""
    try:
        return _stated(plan)
    except ValueError as fault:
        why, _, _ = str(fault).partition("\n")
        raise NoPython(f"as it is written out it cannot be read again: {why}") from fault


def _stated(plan: Enumeration | Formulas) -> Stated:
    if isinstance(plan, Enumeration):
        node(plan.claim)
        return Stated(
            plan.claim, plan.domains, plan.conditions, calls=plan.functions,
            tolerance=plan.tolerance, root=_root(plan, plan.functions),
        )  # fmt: skip
    used = _used_by(plan)
    calls = {name: bound for name, bound in plan.functions.items() if name in used}
    found = Stated(
        render(plan.tree),
        plan.space.variables,
        tuple(map(render, plan.space.conditions)),
        {name: render(body) for name, body in plan.space.derived.items()},
        tuple(map(render, plan.space.conventions)),
        tuple(each for each in plan.definitions if each.name in used),
        calls,
        plan.tolerance,
        plan.dtype,
        _root(plan, calls),
    )
    bodies = tuple(each.body for each in found.formulas)
    again = (node(found.claim), found.space(), tuple(node(render(each)) for each in bodies))
    if not alike(again, (plan.tree, plan.space, bodies)):
        raise NoPython(f"`{found.claim}` and what it is over do not survive being written down")
    return found


def _root(plan: Enumeration | Formulas, calls: Mapping[str, Bound]) -> str | None:
    return from_here(plan.root) if calls else None


def alike(one: Value, other: Value) -> bool:
    """Return whether two trees, or records of them, differ at most in their places in a text."""
    one, other = _signed(one), _signed(other)
    if is_dataclass(one):
        parts = (each.name for each in fields(one) if each.name != "span")
        return type(one) is type(other) and all(
            alike(getattr(one, name), getattr(other, name)) for name in parts
        )
    if isinstance(one, Mapping):
        return [*one] == [*other] and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return type(one) is type(other) and bool(one == other)


def _signed(value: Value) -> Value:
    match value:
        case t.Unary("-", t.Number(number), span):
            return t.Number(-number, span)
    return value


def _used_by(plan: Formulas) -> set[str]:
    """Return the functions and values that a claim needs; what is bound needs no formula."""
    bodies = {each.name: each.body for each in plan.definitions}
    space = plan.space
    waiting = [plan.tree, *space.conditions, *space.derived.values()]
    said = _mentioned(waiting)
    while waiting:
        for name in _mentioned([waiting.pop()]) & bodies.keys():
            if name not in plan.functions and bodies[name] not in waiting:
                new = _mentioned([bodies[name]]) - said
                said |= new
                waiting += [bodies[name]] if new else []
    return said & (bodies.keys() | plan.functions.keys())


def _mentioned(trees: Iterable[Node]) -> set[str]:
    return {name for tree in trees for name in called(tree) | names(tree)}
