"""Plan proof obligations as checks of the callables that bindings name."""

from collections.abc import Sequence

from pv.binding.model import Binding
from pv.checks import identity
from pv.checks.model import Check, Enumeration, Kind, NotExecutable
from pv.checks.plans.finite_domains import plan_claim, subject_of
from pv.claims import EXACT
from pv.contract.model import Contract, Obligation
from pv.evidence.verdict import Verdict

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
    "postcondition": "`f(x)^2 = x`, under `requires: x >= 0`",
    "completeness": "`forall c in {0, 1, 2}: exists x in 0..9: f(x) = c`",
    "soundness": "`accepts(x) implies x > 0`",
    "classification": '`f(x) in {"low", "high"}`',
    "independence": "`f(x, y) = f(x, z)`",
    "safety": "`f(x) <= 100`",
    "frame": "`f(x)_i = x_i for all i`",
    "loop_invariant": "`done = epoch * size`, under `applies_to_phase: epoch`",
    "loop_variant": "`n - done`, under `applies_to_phase: while`",
    "state_machine": "`size <= 3` and a `machine`",
    "old_state": "`size <= 3` and a `machine`",
}
"""Example of an obligation of each type; pv does not guess which function it is about."""


def plan_obligation(
    contract: Contract, obligation: Obligation, bindings: Sequence[Binding]
) -> Check:
    """Turn one proof obligation into a check."""
    tolerance = obligation.tolerance or EXACT
    plan: Enumeration | NotExecutable
    if obligation.formal is None:
        plan = NotExecutable(Verdict.PROSE, _unstated(obligation.type))
    else:
        about, requires = _named(obligation), obligation.requires
        plan = plan_claim(contract, obligation.formal, about, tolerance, bindings, requires)
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


def _named(obligation: Obligation) -> str | None:
    return obligation.equation.value if obligation.equation else None
