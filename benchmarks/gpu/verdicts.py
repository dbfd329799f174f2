"""Run checks one after another and print a line for each; a check that fails stops no other."""

from collections.abc import Callable, Mapping
from time import perf_counter

Check = Callable[[], str]
"""Returns the fact that it found; raises CheckError, or anything else, where it does not hold."""


class CheckError(Exception):
    """What was checked does not hold."""


def require(holds: object, fact: str) -> str:
    """Return the fact; raise CheckError with it unless it holds."""
    if not holds:
        raise CheckError(fact)
    return fact


def run_checks(checks: Mapping[str, Check]) -> int:
    """Run all of them; return 1 if any failed, else 0."""
    failed = False
    for name, check in checks.items():
        started = perf_counter()
        try:
            word, fact = "ok", check()
        except Exception as fault:  # noqa: BLE001 - whatever is raised, the others still run
            word, failed = "FAIL", True
            fact = " ".join(f"{type(fault).__name__}: {fault}".split())
        print(f"{word:<4} {name}: {fact} ({perf_counter() - started:.1f} s)", flush=True)
    return int(failed)
