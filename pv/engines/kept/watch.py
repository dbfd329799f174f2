"""Look between calls at what code keeps: an end like the beginning may hide what was between."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from pv.claims.values import Functions
from pv.engines.kept.changes import Kept, as_declared, beside_arguments, changed
from pv.engines.kept.reached_state import kept_by

_FREE = 0.3  # seconds
_SHARE = 0.5
"""Of the time that has passed, looking takes no more than this, beyond what is free."""


@dataclass
class Watch:
    """What code kept after its first call, which may prepare the others, and after later ones."""

    code: Functions
    root: Path
    first: Kept | None = None
    latest: Kept | None = None
    why: str | None = None
    """How a later call may depend on an earlier one, once that was seen."""
    spent: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def after_call(self) -> None:
        """Look again, unless that would take too long."""
        if self.why is None and self.spent < _FREE + _SHARE * (time.monotonic() - self.began):
            self.look()

    def look(self) -> Kept:
        """Compare what is kept now with what was kept after the first call."""
        started = time.monotonic()
        self.latest = kept_by(self.code)
        self.first = self.first or self.latest
        self.why = self.why or changed(self.first, self.latest)
        self.spent += time.monotonic() - started
        return self.latest

    def verdict(self, *, deterministic: bool) -> tuple[str | None, Kept]:
        """Return why there is no proof, if so, and what was kept in the end.

        `deterministic` declares that what the code asks of the world changes no result.
        """
        now = self.look()
        first = self.first or now
        now = as_declared(first, now) if deterministic else now
        return self.why or beside_arguments(first, now, root=self.root), now
