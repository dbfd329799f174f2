"""Claims of a contract as checks of what bindings name: is it true of the code."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pv.binding.locate import NotFound, locate
from pv.binding.model import Binding, Bound
from pv.checks import equations, identity
from pv.checks.executable import ROUNDING
from pv.checks.known import Known, known_of
from pv.checks.model import Check, Formulas, Kind, NotExecutable
from pv.checks.needs import bases, counted_by, uncounted
from pv.checks.reference import plan_of
from pv.checks.stated import Claim, claims_of
from pv.claims import Definition, Fault, called, read_field, render
from pv.claims.tree import Call, Comparison, Name, Span
from pv.contract.model import Contract, Equation
from pv.evidence.verdict import Verdict

UNNAMED = NotExecutable(Verdict.UNBOUND, "no binding names its equation")
_NOWHERE = Span(0, 0)
_FIELDS = frozenset({"invariant", "postcondition", "codomain"})


def plan_properties(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return the claims that equations make of themselves, and that each equals its formula."""
    for claim in claims_of(contract):
        if claim.field in _FIELDS:
            yield from plan_claims(contract, claim, bindings)
    yield from plan_equalities(contract, bindings)


def plan_claims(contract: Contract, claim: Claim, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return a check of one claim for each binding that it reaches, or one that says why not."""
    reached: list[_Subject] = []
    seen: list[Mapping[str, Bound]] = []
    why: Formulas | NotExecutable = UNNAMED
    for subject in _subjects(contract, bindings):
        known = known_of(contract, subject.bound)
        plan = plan_of(claim.held_in(subject.dtype), known, contract)
        if isinstance(plan, Formulas):
            plan = replace(plan, functions=_called(plan))
        if isinstance(plan, Formulas) and plan.functions:
            if plan.functions not in seen:
                where = subject.beside(reached)
                yield _check(contract, claim, _located(plan, subject.binding), where)
                reached.append(subject)
                seen.append(plan.functions)
        elif isinstance(plan, NotExecutable):
            why = plan
    if not reached:
        plan = plan_of(claim, known_of(contract), contract)
        if isinstance(plan, NotExecutable) and plan.verdict is Verdict.PROSE:
            why = plan
        elif why is UNNAMED:
            why = _unbound(contract, claim)
        yield _check(contract, claim, why, "")


def _unbound(contract: Contract, claim: Claim) -> NotExecutable:
    """Say which equations a binding would have to name, for a claim that calls some."""
    read = (claim.tree,) if claim.tree else read_field(claim.field, claim.text.value)
    owner = equations.functions(contract)
    used = [called(tree) | bases(tree) for tree in (() if isinstance(read, Fault) else read)]
    if lacking := sorted({owner[name] for names in used for name in names & owner.keys()}):
        reason = f"no binding file names a callable for {', '.join(lacking)}"
        return NotExecutable(Verdict.UNBOUND, reason)
    return UNNAMED


def _called(plan: Formulas) -> dict[str, Bound]:
    """Return what a claim really calls: what is bound hides the functions of its formula."""
    bodies = {each.name: each.body for each in plan.definitions}
    found: set[str] = set()
    waiting = [plan.tree]
    while waiting:
        node = waiting.pop()
        for name in (called(node) | bases(node)) - found:
            found.add(name)
            if name in bodies and name not in plan.functions:
                waiting.append(bodies[name])
    return {name: bound for name, bound in plan.functions.items() if name in found}


class _Subject(NamedTuple):
    """What a binding names for a contract, in one type of numbers."""

    binding: Binding
    dtype: str
    bound: Mapping[str, Bound]
    """Equation id -> what implements it."""

    def beside(self, others: Sequence["_Subject"]) -> str:
        """Tell it from the subjects before it: by its target, its type of numbers, or both."""
        if not others:
            return ""
        first = next((each for each in others if each.binding is self.binding), None)
        if first is None:
            return f"@{self.binding.target}"
        named = f"@{self.dtype}"
        return named if first is others[0] else f"@{self.binding.target}{named}"


def _subjects(contract: Contract, bindings: Sequence[Binding]) -> Iterator[_Subject]:
    for binding in bindings:
        entries = [
            (entry, entry.bound)
            for entry in binding.implementations
            if entry.contract == contract.stem and entry.bound is not None
        ]
        for dtype in dict.fromkeys(dtype for entry, _ in entries for dtype in entry.dtypes):
            bound = {
                entry.equation: replace(bound, dtype=dtype) if dtype in entry.dtypes else bound
                for entry, bound in entries
            }
            yield _Subject(binding, dtype, bound)


def _located(plan: Formulas, binding: Binding) -> Formulas | NotExecutable:
    for bound in plan.functions.values():
        place = locate(bound.callable, binding.root)
        if isinstance(place, NotFound):
            return NotExecutable(Verdict.ERROR, place.reason)
    return replace(plan, root=binding.root)


def _check(contract: Contract, claim: Claim, plan: Formulas | NotExecutable, where: str) -> Check:
    """Make a check; those of further subjects have what tells them apart behind the id."""
    subject = "nothing"
    if isinstance(plan, Formulas):
        subject = ", ".join(sorted({each.callable for each in plan.functions.values()}))
    name = f"{claim.id}{where}"
    return Check(
        id=name,
        aliases=frozenset({contract.stem, claim.id, *([claim.equation] if claim.equation else ())}),
        kind=Kind.OBLIGATION if claim.field == "formal" else Kind.PROPERTY,
        contract=contract.stem,
        contract_file=contract.file,
        location=claim.text.location,
        claim=claim.text.value.strip(),
        subject=subject,
        plan=plan,
        diagnosis=None,
        digests=identity.of_plan(contract.digest, name, plan),
    )


def plan_equalities(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return, for each binding of an equation that states a definition, that they agree."""
    reached: dict[str, list[_Subject]] = {}
    known = known_of(contract)
    for subject in _subjects(contract, bindings):
        bound = {n: each for n, each in subject.bound.items() if each.dtype == subject.dtype}
        for equation in contract.equations:
            head = _head(equation, known)
            if equation.id not in bound or head is None or equation.formula is None:
                continue
            name = f"{contract.stem}/{equation.id}/equals-formula"
            claim = Claim(name, "formula", equation.formula, equation.id, None)
            plan = _equality(head, bound[equation.id], claim, known, contract)
            if isinstance(plan, Formulas):
                plan = _located(plan, subject.binding)
            others = reached.setdefault(name, [])
            yield _check(contract, claim, plan, subject.beside(others))
            others.append(subject)


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
    formula = (
        Call(head.name, tuple(Name(each, _NOWHERE) for each in head.parameters), _NOWHERE)
        if head.parameters
        else Name(head.name, _NOWHERE)
    )
    called = Call(IMPLEMENTATION, tuple(Name(each, _NOWHERE) for each in given), _NOWHERE)
    tree = Comparison((called, formula), ("=",), _NOWHERE)
    stub = Definition(IMPLEMENTATION, tuple(given), formula)
    owner = next(each for each in contract.equations if each.id == claim.equation)
    known = replace(
        known,
        definitions={**known.definitions, IMPLEMENTATION: stub},
        equation_of={**known.equation_of, IMPLEMENTATION: owner},
        own={
            **known.own,
            owner.id: {**known.own[owner.id], IMPLEMENTATION: stub},
        },
    )
    plan = plan_of(replace(claim, tree=tree), known, contract)
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
        tolerance=ROUNDING[bound.dtype],
    )


IMPLEMENTATION = "implementation"
"""What is bound, in the claim that it equals its formula."""
