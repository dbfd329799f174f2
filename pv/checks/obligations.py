"""Proof obligations and symbolic checks as checks of the callables that bindings name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from pathlib import Path

from pv.binding.locate import NotFound, locate
from pv.binding.model import Binding, Bound
from pv.checks import equations, identity
from pv.checks.model import Check, Enumeration, Kind, NotExecutable
from pv.claims import (
    ANY,
    EXACT,
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
from pv.contract.model import Contract, Equation, Obligation, SymbolicCheck
from pv.contract.text import Text
from pv.evidence.verdict import Verdict

MOST_POINTS = 1_000_000
"""Larger domains are not enumerated."""


_WRITTEN = {
    "equivalence": "`f(x) = g(x)`",
    "bound": "`0 <= f(x) <= 1`",
    "monotonicity": "`x < y implies f(x) <= f(y)`",
    "idempotency": "`f(f(x)) = f(x)`",
    "involution": "`f(f(x)) = x`",
    "roundtrip": "`g(f(x)) = x`",
    "linearity": "`f(a * x + y) = a * f(x) + f(y)`",
    "symmetry": "`f(x, y) = f(y, x)`",
    "associativity": "`f(f(x, y), z) = f(x, f(y, z))`",
    "conservation": "`sum(f(x)) = sum(x)`",
    "ordering": "`f(x)_i <= f(x)_{i+1} for all i`",
    "precondition": '`x < 0 implies raises(f(x), "message")`',
    "postcondition": "`x >= 0 implies f(x)^2 = x`",
}
"""How an obligation of each type is stated; pv does not guess which function it is about."""


class _Stopped(Exception):  # noqa: N818 - it carries an outcome, not an error
    """Planning ends here: nothing can be run, for this reason."""

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.plan = NotExecutable(verdict, reason)


def plan_obligation(
    contract: Contract, obligation: Obligation, bindings: Sequence[Binding]
) -> Check:
    """Turn one proof obligation into a check."""
    tolerance = obligation.tolerance or EXACT
    plan: Enumeration | NotExecutable
    if obligation.formal is None:
        plan = NotExecutable(Verdict.PROSE, _unstated(obligation.type))
    else:
        plan = plan_claim(contract, obligation.formal, _named(obligation), tolerance, bindings)
    said = obligation.formal or obligation.property
    claim = said.value.strip() if said else ""
    return Check(
        id=obligation.id,
        aliases=frozenset({contract.stem, *([about] if (about := _named(obligation)) else ())}),
        kind=Kind.OBLIGATION,
        contract=contract.stem,
        contract_file=contract.file,
        location=obligation.location,
        claim=claim,
        subject=subject_of(plan),
        plan=plan,
        diagnosis=None,
        digests=identity.of_plan(contract.digest, [obligation.id, claim], plan),
    )


def _unstated(kind: str) -> str:
    """Say that a type alone cannot be run, and what to write for it."""
    if kind not in _WRITTEN:
        return f"it has no `formal` text, and `{kind}` alone says nothing that can be run"
    return f"it has no `formal` text; for `{kind}` write {_WRITTEN[kind]}"


def plan_claim(
    contract: Contract,
    text: Text | None,
    equation: str | None,
    tolerance: Tolerance,
    bindings: Sequence[Binding],
) -> Enumeration | NotExecutable:
    """Plan a claim over the functions of a contract; `equation` says whose domain it has."""
    try:
        return _enumeration(contract, text, equation, tolerance, bindings)
    except _Stopped as stopped:
        return stopped.plan


def plan_symbolic(contract: Contract, check: SymbolicCheck, bindings: Sequence[Binding]) -> Check:
    """Turn one symbolic check into a check of the obligation that it decides."""
    wanted = check.obligation.value.strip()
    found = next((item for item in contract.obligations if item.id == wanted), None)
    if found is None:
        reason = f"{check.obligation.location}: `{wanted}` is no obligation id of this contract"
        return _undecided(contract, check, reason)
    planned = plan_obligation(contract, found, bindings)
    return replace(
        planned,
        id=check.id,
        aliases=planned.aliases | {planned.id},
        kind=Kind.SYMBOLIC,
        location=check.location,
    )


def _undecided(contract: Contract, check: SymbolicCheck, reason: str) -> Check:
    plan = NotExecutable(Verdict.PROSE, reason)
    return Check(
        id=check.id,
        aliases=frozenset({contract.stem}),
        kind=Kind.SYMBOLIC,
        contract=contract.stem,
        contract_file=contract.file,
        location=check.location,
        claim=(check.property or check.obligation).value.strip(),
        subject=subject_of(plan),
        plan=plan,
        diagnosis=None,
        digests=identity.of_plan(contract.digest, [check.id], plan),
    )


def _named(obligation: Obligation) -> str | None:
    return obligation.equation.value if obligation.equation else None


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
    about: str | None,
    tolerance: Tolerance,
    bindings: Sequence[Binding],
) -> Enumeration:
    if text is None:
        raise _Stopped(Verdict.PROSE, "it has no `formal` text")
    tree = _readable(text)
    equation_ids = equations.functions(contract)
    equation = _equation(contract, about, tree, equation_ids)
    domains = _domains(tree, equation)
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


def _domains(tree: Node, equation: Equation | None) -> dict[str, Domain]:
    known = equations.domains(equation) if equation else {}
    if isinstance(known, Fault):
        place = equation.location if equation else "the contract"
        raise _Stopped(Verdict.PROSE, f"{place}: the domain is not readable: {known.message}")
    free = names(tree)
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
            return {n: _located(b, binding.root) for n, b in bound.items()}, binding.root
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
