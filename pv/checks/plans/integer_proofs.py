"""Plan proofs for all integers, the code's loops cut at declared invariants.

An obligation of type `loop_invariant` or `loop_variant` names its loop in `applies_to_phase`, by
the variable of a `for` or the word `while`, and speaks of the implementation's own variables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pv.binding.model import Binding, Bound
from pv.checks import identity
from pv.checks.model import Check, Enumeration, Formulas, Induction, NotExecutable
from pv.checks.reading import equations
from pv.claims import Domain, Fault, Integers, IntRange, parse, parse_domain, render
from pv.contract.model import Contract, Equation, Obligation
from pv.contract.text import Text
from pv.evidence.verdict import Verdict

INVARIANT, VARIANT = "loop_invariant", "loop_variant"
STRATEGY = "inductive"
_WITHOUT_POINTS = (
    "no proof for all integers was tried: code has to be bound, and the domains have to be finite, "
    "such as 0..1000, with at most 1,000,000 points together, which are tried as well"
)


def is_about_a_loop(obligation: Obligation) -> bool:
    """Return whether an obligation is about a loop, and can be read."""
    if obligation.type not in {INVARIANT, VARIANT} or obligation.phase is None:
        return False
    return obligation.formal is not None and not isinstance(parse(obligation.formal.value), Fault)


def plan_loop(
    contract: Contract, obligation: Obligation, check: Check, bindings: Sequence[Binding]
) -> Check:
    """Return the check that all that is said of an implementation's loops is so."""
    equation = _equation(contract, obligation)
    if equation is None:
        plan: Induction | NotExecutable = NotExecutable(
            Verdict.PROSE, "name the `equation` whose implementation has the loop"
        )
    else:
        plan = _loops(contract, equation, bindings, obligation.phase)
    return _planned(contract, check, plan)


def plan_unbounded(contract: Contract, check: Check, equation: str | None) -> Check:
    """Return the check of an obligation for all integers; `check` decides it within its domain."""
    plan = check.plan
    if isinstance(plan, Formulas):
        return replace(check, limits=(*check.limits, _WITHOUT_POINTS))
    if not isinstance(plan, Enumeration):
        return check
    domains = {name: parse_domain(text) for name, text in plan.domains.items()}
    read = {name: each for name, each in domains.items() if not isinstance(each, Fault)}
    below = _lower_ends(read)
    if isinstance(below, NotExecutable):
        return _planned(contract, check, below)
    whole = Induction(
        claim=plan.claim,
        variables=tuple(read),
        conditions=tuple(dict.fromkeys((*below, *plan.conditions))),
        functions=plan.functions,
        invariants=_said(contract, equation, INVARIANT),
        variants=_said(contract, equation, VARIANT),
        sample=plan,
        root=plan.root,
    )
    return _planned(contract, check, whole)


def _planned(contract: Contract, check: Check, plan: Induction | NotExecutable) -> Check:
    return replace(
        check,
        plan=plan,
        subject=_subject(plan),
        digests=identity.of_plan(contract.digest, [check.id, check.claim], plan),
    )


def _subject(plan: Induction | NotExecutable) -> str:
    if isinstance(plan, NotExecutable):
        return "nothing"
    return ", ".join(sorted({bound.callable for bound in plan.functions.values()}))


def _loops(
    contract: Contract, equation: Equation, bindings: Sequence[Binding], loop: Text | None
) -> Induction | NotExecutable:
    known = equations.domains(equation)
    if isinstance(known, Fault):
        return NotExecutable(Verdict.PROSE, f"the domain is not readable: {known.message}")
    found = _bound(contract, equation, bindings)
    if found is None:
        reason = f"no binding file names a callable for {equation.id}"
        return NotExecutable(Verdict.UNBOUND, reason)
    below = _lower_ends(known)
    if isinstance(below, NotExecutable):
        return below
    binding, bound = found
    said = map(render, equations.preconditions(equation))
    return Induction(
        claim=None,
        variables=tuple(known),
        conditions=tuple(dict.fromkeys((*below, *said))),
        functions={equation.id: bound},
        invariants=_said(contract, equation.id, INVARIANT),
        variants=_said(contract, equation.id, VARIANT),
        sample=None,
        root=binding.root,
        arguments=bound.arguments,
        loop=loop.value.strip() if loop else None,
    )


def _bound(
    contract: Contract, equation: Equation, bindings: Sequence[Binding]
) -> tuple[Binding, Bound] | None:
    for binding in bindings:
        entry = binding.implementation(contract.stem, equation.id)
        if entry is not None and entry.bound is not None:
            return binding, entry.bound
    return None


def _equation(contract: Contract, obligation: Obligation) -> Equation | None:
    wanted = obligation.equation.value if obligation.equation else None
    if wanted is None and len(contract.equations) == 1:
        return contract.equations[0]
    return next((each for each in contract.equations if each.id == wanted), None)


def _said(contract: Contract, equation: str | None, kind: str) -> Mapping[str, tuple[str, ...]]:
    """Return all that is declared of each loop of an equation's implementation."""
    found: dict[str, tuple[str, ...]] = {}
    for obligation in contract.obligations:
        if obligation.type != kind or not is_about_a_loop(obligation):
            continue
        home = _equation(contract, obligation)
        if home is not None and home.id == equation and obligation.phase and obligation.formal:
            loop = obligation.phase.value.strip()
            found[loop] = (*found.get(loop, ()), obligation.formal.value)
    return found


def _lower_ends(domains: Mapping[str, Domain]) -> tuple[str, ...] | NotExecutable:
    """Return the conditions that are left when no variable has an upper end."""
    said = []
    for name, domain in domains.items():
        match domain:
            case IntRange(low=low):
                said.append(f"{name} >= {low}")
            case Integers(low=None):
                continue
            case Integers(low=low):
                said.append(f"{name} >= {low}")
            case _:
                reason = f"`{name}` is no integer; only integers have proofs by induction"
                return NotExecutable(Verdict.UNKNOWN, reason)
    return tuple(said)
