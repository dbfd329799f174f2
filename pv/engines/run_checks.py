"""Run checks side by side, and keep what was decided when the user stops them."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

from pv.checks.model import Check
from pv.engines.session import Engines, Session
from pv.engines.systems.process import interrupt
from pv.evidence.record import Evidence


class Interrupted(KeyboardInterrupt):
    """Raised where the user pressed ^C, with the results that were there by then."""

    def __init__(self, results: tuple[Evidence, ...]) -> None:
        super().__init__()
        self.results = results


def run_checks(checks: Sequence[Check], session: Session) -> tuple[Evidence, ...]:
    """Decide every check, side by side; the results come in the order of the checks.

    Where the first failure is to end it, those not begun have none. Raises Interrupted on ^C.
    """
    found: dict[int, Evidence] = {}
    running: dict[int, Future[Evidence | None]] = {}
    with ExitStack() as stack:
        engines = Engines(session, stack)
        with ThreadPoolExecutor(max_workers=session.options.jobs) as pool:
            try:
                found |= {
                    n: known
                    for n, check in enumerate(checks)
                    if (known := engines.remembered(check)) is not None
                }
                waiting = [n for n in range(len(checks)) if n not in found]
                running = {n: pool.submit(_begun, engines, checks[n]) for n in waiting}
                found |= _results(running)
            except BaseException as fault:  # ^C above all: nothing may go on behind the user's back
                found |= _results({n: each for n, each in running.items() if _is_over(each)})
                interrupt()
                pool.shutdown(wait=False, cancel_futures=True)
                if isinstance(fault, KeyboardInterrupt):
                    raise Interrupted(tuple(found[n] for n in sorted(found))) from fault
                raise
    for n in sorted({*range(len(checks))} - {*found}):
        session.not_begun(checks[n])
    return tuple(found[n] for n in sorted(found))


def _begun(engines: Engines, check: Check) -> Evidence | None:
    """Run a check, unless another one ended the run."""
    return None if engines.ended else engines.run(check)


def _results(running: Mapping[int, Future[Evidence | None]]) -> dict[int, Evidence]:
    """Return the results of checks, when they are there; what was not begun has none."""
    found = ((n, each.result()) for n, each in running.items())
    return {n: evidence for n, evidence in found if evidence is not None}


def _is_over(check: Future[Evidence | None]) -> bool:
    return check.done() and not check.cancelled() and check.exception() is None
