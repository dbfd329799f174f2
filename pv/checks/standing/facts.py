"""What can be asked of a check: its names, and what is known of it, each as a word."""

from pv.checks.model import Check, NotExecutable
from pv.checks.standing.cost import engine_of
from pv.checks.standing.evidence_levels import level
from pv.evidence.record import Evidence


def facts(check: Check, kind: str, fresh: Evidence | None, stale: Evidence | None) -> str:
    """Return the names of a check and `word:value` for each fact, each on a line.

    `kind` is that of its contract; `stale` the latest evidence where none is fresh.
    """
    lacking = check.plan.verdict if isinstance(check.plan, NotExecutable) else None
    last = fresh or stale
    verdict = lacking or (last and last.verdict)
    state = "fresh" if fresh else "stale" if stale else "never-run"
    return "\n".join((
        *sorted(check.names),
        check.contract,
        f"kind:{kind}",
        f"engine:{engine_of(check)}",
        f"level:{level(check, fresh).name}",
        *((f"verdict:{verdict.name}",) if verdict is not None else ()),
        *((f"is:{state}",) if lacking is None else ()),
    ))  # fmt: skip
