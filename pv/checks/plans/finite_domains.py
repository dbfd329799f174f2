"""Plan claims over finitely many points, to be evaluated at every one."""

from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path

from pv.binding.locate import NotFound, locate
from pv.binding.model import Binding, Bound
from pv.checks.model import Enumeration, NotExecutable
from pv.checks.reading import equations
from pv.claims import (
    ANY,
    Domain,
    EvaluationError,
    Fault,
    Function,
    Node,
    Tolerance,
    called,
    compile_expression,
    infer,
    names,
    parse,
    render,
)
from pv.claims.tree import Binary
from pv.contract.model import Contract, Equation
from pv.contract.text import Text
from pv.evidence.verdict import Verdict

MOST_POINTS = 1_000_000
"""Larger domains are not enumerated."""


class _Stopped(Exception):  # noqa: N818 - it carries an outcome, not an error
    """Raised where planning ends, with the verdict and the reason."""

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.plan = NotExecutable(verdict, reason)


def plan_claim(
    contract: Contract,
    text: Text | None,
    equation: str | None,
    tolerance: Tolerance,
    bindings: Sequence[Binding],
    requires: Text | None = None,
) -> Enumeration | NotExecutable:
    """Plan a claim over the functions of a contract; `equation` says whose domain it has.

    `requires` is what a postcondition presupposes.
    """
    try:
        return _enumeration(contract, text, requires, equation, tolerance, bindings)
    except _Stopped as stopped:
        return stopped.plan


def subject_of(plan: Enumeration | NotExecutable) -> str:
    """Name what a plan is evaluated against."""
    if isinstance(plan, NotExecutable):
        return "nothing"
    return (
        ", ".join(sorted({each.callable for each in plan.functions.values()})) or "the claim itself"
    )


def _enumeration(
    contract: Contract,
    text: Text | None,
    requires: Text | None,
    about: str | None,
    tolerance: Tolerance,
    bindings: Sequence[Binding],
) -> Enumeration:
    if text is None:
        raise _Stopped(Verdict.PROSE, "it has no `formal` text")
    tree = _readable(text)
    if requires is not None:
        tree = Binary("implies", _readable(requires), tree, tree.span)
    equation_ids = equations.functions(contract)
    equation = _equation(contract, about, tree, equation_ids)
    conditions = equations.preconditions(equation) if equation else ()
    domains = _domains(tree, conditions, equation)
    _well_typed(text, tree, domains, equation_ids)
    functions, root = _implementations(contract, tree, equation_ids, bindings)
    _has_values(text, tree, functions)
    return Enumeration(
        claim=render(tree),
        domains={name: str(domain) for name, domain in domains.items()},
        functions=functions,
        tolerance=tolerance,
        root=root,
        points=_points(domains),
        conditions=tuple(map(render, conditions)),
    )


def _readable(text: Text) -> Node:
    tree = parse(text.value)
    if isinstance(tree, Fault):
        place = text.locate(tree.start, tree.end)
        raise _Stopped(Verdict.PROSE, f"{place}: {tree.message}; {tree.remedy}")
    return tree


def _equation(
    contract: Contract, about: str | None, tree: Node, equation_ids: Mapping[str, str]
) -> Equation | None:
    """Return the equation that a claim is about: the named one, or the first it calls."""
    calls = [equation_ids[name] for name in sorted(called(tree)) if name in equation_ids]
    wanted = about or next(iter(calls), None)
    return next((item for item in contract.equations if item.id == wanted), None)


def _domains(
    tree: Node, conditions: Sequence[Node], equation: Equation | None
) -> dict[str, Domain]:
    known = equations.domains(equation) if equation else {}
    if isinstance(known, Fault):
        place = equation.location if equation else "the contract"
        raise _Stopped(Verdict.PROSE, f"{place}: the domain is not readable: {known.message}")
    free = names(tree).union(*map(names, conditions))
    if missing := sorted(free - set(known)):
        raise _Stopped(
            Verdict.PROSE,
            f"`{missing[0]}` has no domain; give one under `domain:` of the equation it is about",
        )
    return {name: domain for name, domain in known.items() if name in free}


def _well_typed(
    text: Text, tree: Node, domains: Mapping[str, Domain], equation_ids: Mapping[str, str]
) -> None:
    scope = {name: domain.type for name, domain in domains.items()}
    scope |= {name: Function(None, ANY) for name in equation_ids}
    faults = infer(tree, scope)
    if isinstance(faults, tuple) and faults:
        first = faults[0]
        place = text.locate(first.start, first.end)
        raise _Stopped(Verdict.PROSE, f"{place}: {first.message}; {first.remedy}")


def _has_values(text: Text, tree: Node, functions: Mapping[str, Bound]) -> None:
    """Stop at a variable that runs over nothing that could be counted: `for all x`."""
    try:
        compile_expression(tree, dict.fromkeys(functions, lambda *_: None))
    except EvaluationError as fault:
        place = text.locate(fault.span.start, fault.span.end)
        raise _Stopped(Verdict.UNKNOWN, f"{place}: {fault}") from fault


def _implementations(
    contract: Contract, tree: Node, equation_ids: Mapping[str, str], bindings: Sequence[Binding]
) -> tuple[dict[str, Bound], Path]:
    """Return what implements the functions called, and their project's root."""
    wanted = {name: equation_ids[name] for name in called(tree) if name in equation_ids}
    for binding in bindings:
        found = {n: binding.implementation(contract.stem, e) for n, e in wanted.items()}
        if all(found.values()):
            bound = {n: entry.bound for n, entry in found.items() if entry and entry.bound}
            if given := sorted(name for name, each in bound.items() if each.arguments):
                reason = f"the binding says what `{given[0]}` is given"  # it may be any variable
                raise _Stopped(Verdict.UNKNOWN, reason)
            return {n: _located(b, binding.root) for n, b in bound.items()}, binding.root
    if not wanted:
        raise _Stopped(Verdict.UNBOUND, "it calls no function that a binding names")
    unbound = ", ".join(sorted(set(wanted.values())))
    raise _Stopped(Verdict.UNBOUND, f"no binding file names a callable for {unbound}")


def _located(bound: Bound, root: Path) -> Bound:
    place = locate(bound.callable, root)
    if isinstance(place, NotFound):
        raise _Stopped(Verdict.ERROR, place.reason)
    return bound


def _points(domains: Mapping[str, Domain]) -> int:
    endless = [name for name, domain in domains.items() if domain.size is None]
    if endless:
        raise _Stopped(
            Verdict.UNKNOWN, f"no engine decides `{endless[0]}`, whose domain is not finite, yet"
        )
    points = prod(domain.size or 0 for domain in domains.values())
    if points > MOST_POINTS:
        raise _Stopped(
            Verdict.UNKNOWN, f"{points:,} points; at most {MOST_POINTS:,} are enumerated"
        )
    return points
