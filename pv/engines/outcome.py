"""What an engine returns about one check, and what it is told beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pv.binding.model import Bound
from pv.checks.model import Formulas
from pv.evidence.verdict import Verdict

DEFAULT_SEED = 0
DEFAULT_BUDGET = 30.0


@dataclass(frozen=True, slots=True)
class Options:
    """What the user may ask of every engine."""

    seed: int = DEFAULT_SEED
    jobs: int = 1
    """How many processes of systems under test may run at once."""
    cases: int | None = None
    """How many cases an experiment runs; None: what the contract or the default says."""
    case: Mapping[str, Any] | None = None
    """Run just this case, as a replay does."""
    budget: float = DEFAULT_BUDGET
    """Seconds for one check, all engines together."""

    prove: bool = False
    """Look for a proof where only survival was shown."""

    @property
    def in_full(self) -> bool:
        """Whether a run is what the contract asks for, so that it counts as evidence."""
        return self.cases is None and self.case is None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict with what it rests on."""

    verdict: Verdict
    cases: int = 0
    reason: str | None = None
    counterexample: Mapping[str, Any] | None = None
    observation: tuple[str, ...] = ()
    """What was seen at the counterexample, a line each."""
    processes: int = 0
    mutants: str | None = None
    """Mutants of the implementation that the claim killed, where that was tried."""
    notes: tuple[str, ...] = ()
    """What else is worth knowing of the implementation."""
    engine: str | None = None
    """The engine that decided, where a portfolio tried several."""
    unbounded: bool = False
    """Whether a proof is for all integers, not only for those up to some bound."""
    total: bool = False
    """Whether the claim had a value in every case: one that lacks some cannot be proved."""

    def by(self, engine: str) -> "Outcome":
        """Name the engine that decided."""
        return replace(self, engine=engine)

    def saying(self, printed: str) -> "Outcome":
        """Note what the implementation printed."""
        if not printed.strip():
            return self
        line = printed.strip().splitlines()[0]
        return replace(self, notes=(*self.notes, f"it prints to standard output: {line}"))


@dataclass(frozen=True, slots=True)
class Proof:
    """What survived, and is to be proved now."""

    plan: Formulas
    survived: Outcome

    @property
    def functions(self) -> Mapping[str, Bound]:
        """Name in the claim -> what implements it."""
        return self.plan.functions

    @property
    def root(self) -> Path:
        """The folder that holds the code."""
        return self.plan.root
