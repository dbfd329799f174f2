"""Options and results of engines."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pv.binding.model import Bound
from pv.checks.model import Formulas, PythonPlan
from pv.claims.values import Assignment
from pv.evidence.seen import Seen
from pv.evidence.verdict import Verdict

DEFAULT_SEED = 0
DEFAULT_BUDGET = 30.0


@dataclass(frozen=True, slots=True)
class Options:
    """Options of every engine."""

    seed: int = DEFAULT_SEED
    jobs: int = 1
    """Processes of systems under test that may run at once."""
    cases: int | None = None
    """Cases that an experiment runs; None: what the contract or the default says."""
    case: Assignment | None = None
    """Run just this case, as a replay does."""
    budget: float = DEFAULT_BUDGET
    """Seconds for one check, all engines together."""
    total: float | None = None
    """Seconds of all checks together, after which none is begun; None is no limit."""
    exit_first: bool = False
    """Begin no check after one that is refuted, or an error."""

    prove: bool = False
    """Look for a proof where only survival was shown."""

    @property
    def in_full(self) -> bool:
        """Return whether a run is what the contract asks for, so that it counts as evidence."""
        return self.cases is None and self.case is None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict with its evidence."""

    verdict: Verdict
    cases: int = 0
    reason: str | None = None
    counterexample: Assignment | None = None
    observation: tuple[str, ...] = ()
    """Lines about the counterexample: the value of each side, the output of a process."""
    processes: int = 0
    mutants: str | None = None
    """Mutants of the implementation that the claim killed, where that was tried."""
    notes: tuple[str, ...] = ()
    """Further remarks on the implementation."""
    engine: str | None = None
    """The engine that decided, where a portfolio tried several."""
    unbounded: bool = False
    """True: a proof is for all integers, not only for those up to some bound."""
    total: bool = False
    """True: the claim had a value in every case; without one it cannot be proved."""
    seen: Seen | None = None
    """What the processes that decided it read; None: that is not known."""

    def by(self, engine: str) -> "Outcome":
        """Name the engine that decided."""
        return replace(self, engine=engine)

    def after(self, earlier: "Outcome") -> "Outcome":
        """Count what an earlier run for the same verdict read."""
        if self.seen is None or earlier.seen is None:
            return replace(self, seen=None)
        return replace(self, seen=earlier.seen | self.seen)

    def saying(self, printed: str) -> "Outcome":
        """Note what the implementation printed."""
        if not printed.strip():
            return self
        line = printed.strip().splitlines()[0]
        return replace(self, notes=(*self.notes, f"it prints to standard output: {line}"))


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim that survived, and is to be proved now."""

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


Job = tuple[PythonPlan | Proof, Options]
"""The message that a worker receives."""
