"""Run the checks of proposals, by the engines that decide those of contracts."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from pv.checks.model import Check
from pv.engines.outcome import Options
from pv.engines.run_checks import run_checks
from pv.engines.session import Session
from pv.evidence.record import Evidence
from pv.evidence.store import Store


class Tries:
    """Runs of checks that share the time for all of them."""

    def __init__(
        self,
        options: Options,
        progress: Callable[[int], AbstractContextManager[Callable[[Evidence], None]]],
        warn: Callable[[str], None],
    ) -> None:
        """Take options, what hears of results of a number of checks, and what hears warnings."""
        self._options = options
        self._progress = progress
        self._warn = warn
        self._spent = 0.0

    def decide(self, store: Store, checks: Sequence[Check], *, prove: bool) -> Sequence[Evidence]:
        """Decide checks, and keep what is found in a store."""
        total = self._options.total
        left = None if total is None else max(0.0, total - self._spent)
        with self._progress(len(checks)) as done:
            session = Session(
                options=replace(self._options, prove=prove, total=left),
                store=store,
                fresh=False,
                replay=lambda *_: None,
                done=done,
                warn=self._warn,
            )
            found = run_checks(checks, session)
        self._spent += sum(each.seconds for each in found)
        return found
