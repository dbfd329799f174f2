"""Plan the claim that an implementation equals the formula of its equation."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from pv.binding.model import Binding, Bound
from pv.checks.guarded import planned
from pv.checks.model import Check, Formulas, Kind, NotExecutable
from pv.checks.plans.own_formulas import plan_of
from pv.checks.reading.claims import Claim
from pv.checks.reading.definitions import Known, known_of
from pv.checks.reading.executability import ROUNDING
from pv.checks.reading.free_names import counted_by, uncounted
from pv.checks.subjects import Subject, check_of, located, subjects
from pv.claims import Definition, render
from pv.claims.tree import Call, Comparison, Name, Node, Span
from pv.contract.model import Contract, Equation
from pv.evidence.verdict import Verdict

IMPLEMENTATION = "implementation"
"""Name of the implementation, in the claim that it equals its formula."""
_NOWHERE = Span(0, 0)


def plan_equalities(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return, for each binding of an equation that states a definition, that they agree."""
    known = known_of(contract)
    for subject in subjects(contract, bindings):
        bound = {n: each for n, each in subject.bound.items() if each.dtype == subject.dtype}
        for equation in contract.equations:
            head = _head(equation, known)
            if equation.id not in bound or head is None or equation.formula is None:
                continue
            name = f"{contract.stem}/{equation.id}/equals-formula"
            allowed = equation.tolerance, equation.tolerance_in
            claim = Claim(name, "formula", equation.formula, equation.id, *allowed)
            drawn = replace(known, entries=subject.bound)
            made = partial(_check, head, bound[equation.id], claim, drawn, contract, subject)
            place = equation.formula.location
            yield from planned(contract, name, place, Kind.PROPERTY, made)


def _check(
    head: Definition, bound: Bound, claim: Claim, known: Known, contract: Contract, subject: Subject
) -> Iterator[Check]:
    plan = _equality(head, bound, claim, known, contract)
    if isinstance(plan, Formulas):
        plan = located(plan, subject.binding)
    yield check_of(contract, claim, plan, subject.dtype)


def _head(equation: Equation, known: Known) -> Definition | None:
    mine = known.own.get(equation.id, {})
    return next((each for each in mine.values() if each.parameters), None) or next(
        iter(mine.values()), None
    )


def _equality(
    head: Definition, bound: Bound, claim: Claim, known: Known, contract: Contract
) -> Formulas | NotExecutable:
    """Plan `implementation(x) = formula(x)`: the formula's own functions stay formulas."""
    given = bound.arguments or head.parameters
    if not given:
        reason = f"`{head.name}` has no parameters; name its `arguments` in the binding"
        return NotExecutable(Verdict.UNBOUND, reason)
    formula = _call(head.name, head.parameters) if head.parameters else Name(head.name, _NOWHERE)
    tree = Comparison((_call(IMPLEMENTATION, given), formula), ("=",), _NOWHERE)
    stub = Definition(IMPLEMENTATION, tuple(given), formula)
    owner = next(each for each in contract.equations if each.id == claim.equation)
    plan = plan_of(replace(claim, tree=tree), _with(stub, owner, known), contract)
    if isinstance(plan, NotExecutable):
        return plan
    for each in plan.definitions:
        for letter in each.indices if each.name == head.name else ():
            if counted_by(each.body, letter) is None:
                return NotExecutable(Verdict.UNKNOWN, uncounted(each.name, letter))
    return replace(
        plan,
        claim=render(tree),
        definitions=tuple(each for each in plan.definitions if each.name != IMPLEMENTATION),
        functions={IMPLEMENTATION: replace(bound, arguments=())},
        dtype=bound.dtype,
        tolerance=claim.held_in(bound.dtype).tolerance or ROUNDING[bound.dtype],
    )


def _call(function: str, arguments: Sequence[str]) -> Node:
    return Call(function, tuple(Name(each, _NOWHERE) for each in arguments), _NOWHERE)


def _with(stub: Definition, owner: Equation, known: Known) -> Known:
    """Let what is bound be one more function of its equation."""
    return replace(
        known,
        definitions={**known.definitions, stub.name: stub},
        equation_of={**known.equation_of, stub.name: owner},
        own={**known.own, owner.id: {**known.own[owner.id], stub.name: stub}},
    )
