"""Plan the claims of a contract as checks of the code that bindings name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from pv.binding.model import Binding, Bound
from pv.checks.guarded import planned
from pv.checks.model import Check, Formulas, Kind, NotExecutable
from pv.checks.plans.formula_equality import plan_equalities
from pv.checks.plans.own_formulas import plan_of
from pv.checks.reading import equations
from pv.checks.reading.claims import Claim, claims_of, conjunction
from pv.checks.reading.definitions import Known, known_of
from pv.checks.reading.free_names import bases
from pv.checks.subjects import check_of, computed_in, located, subjects
from pv.claims import Fault, Node, called, read_field
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.text.classify import is_claim
from pv.claims.tree import Binder
from pv.contract.model import Contract
from pv.evidence.verdict import Verdict

UNNAMED = NotExecutable(Verdict.UNBOUND, "no binding names its equation")
_FIELDS = frozenset({"invariant", "postcondition", "codomain"})


def plan_properties(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return the claims that equations make of themselves, and that each equals its formula."""
    stated = (claim for claim in claims_of(contract) if claim.field in _FIELDS)
    for claim in (*stated, *_laws(contract, bindings)):
        plan = partial(plan_claims, contract, claim, bindings)
        yield from planned(contract, claim.id, claim.text.location, Kind.PROPERTY, plan)
    yield from plan_equalities(contract, bindings)


def _laws(contract: Contract, bindings: Sequence[Binding]) -> Iterator[Claim]:
    """Yield the formulas of bound equations that define nothing, and so are claims."""
    own = known_of(contract).own
    for equation in contract.equations:
        bound = any(each.implementation(contract.stem, equation.id) for each in bindings)
        if equation.formula is None or not bound or own.get(equation.id):
            continue
        read = read_field("formula", equation.formula.value)
        if not isinstance(read, Fault) and all(map(_is_law, read)):
            name = f"{contract.stem}/{equation.id}/formula"
            allowed = equation.tolerance, equation.tolerance_in
            tree = conjunction(read)
            yield Claim(name, "formula", equation.formula, equation.id, *allowed, tree)


def _is_law(tree: Node) -> bool:
    """Return whether a formula says something of a function that is true or false."""
    says = is_claim(tree) or (isinstance(tree, Binder) and tree.kind in {"forall", "exists"})
    return says and not called(tree) <= FUNCTIONS


def plan_claims(contract: Contract, claim: Claim, bindings: Sequence[Binding]) -> Iterator[Check]:
    """Return a check of a claim in each type of numbers, or one that says why there is none."""
    seen: list[Mapping[str, Bound]] = []
    why: Formulas | NotExecutable = UNNAMED
    for subject in subjects(contract, bindings):
        known = known_of(contract, subject.bound)
        plan = _held(claim, subject.dtype, known, contract)
        if isinstance(plan, Formulas) and plan.functions:
            if plan.functions not in seen:
                dtype = computed_in(plan, subject.dtype)
                if dtype != subject.dtype:  # nothing in it is bound in the type of this subject
                    plan = _held(claim, dtype, known, contract)
                yield check_of(contract, claim, _at_home(plan, subject.binding), dtype)
                seen.append(plan.functions if isinstance(plan, Formulas) else {})
        elif isinstance(plan, NotExecutable):
            why = plan
    if not seen:
        plan = plan_of(claim, known_of(contract), contract)
        if isinstance(plan, NotExecutable) and plan.verdict is Verdict.PROSE:
            why = plan
        elif why is UNNAMED:
            why = _unbound(contract, claim)
        yield check_of(contract, claim, why)


def _held(claim: Claim, dtype: str, known: Known, contract: Contract) -> Formulas | NotExecutable:
    """Plan a claim about code that computes in a type of numbers."""
    plan = plan_of(claim.held_in(dtype), known, contract)
    return replace(plan, functions=_called(plan)) if isinstance(plan, Formulas) else plan


def _at_home(plan: Formulas | NotExecutable, binding: Binding) -> Formulas | NotExecutable:
    return located(plan, binding) if isinstance(plan, Formulas) else plan


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
