"""Plan claims once for each target: each is decided, and none hides another."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pv.binding.model import Binding
from pv.checks.model import Check, NotExecutable, Plan
from pv.checks.subjects import Target, targets
from pv.contract.model import Contract
from pv.evidence.verdict import Verdict

_UNREACHED = frozenset({Verdict.UNBOUND, Verdict.PROSE})


def plan_per_target(
    contract: Contract,
    bindings: Sequence[Binding],
    plan: Callable[[Sequence[Binding]], Iterable[Check]],
) -> Iterator[Check]:
    """Return the checks that `plan` makes of each target, those of one id side by side.

    What runs against no target is there once, with the reason.
    """
    found: dict[str, list[tuple[Target | None, Check]]] = {}
    homes: list[Target | None] = [*targets(contract, bindings)]
    for target in homes or [None]:
        for check in plan([target.binding] if target else []):
            found.setdefault(check.id, []).append((target, check))
    for checks in found.values():
        yield from _decided(contract, checks)


def _decided(contract: Contract, found: Sequence[tuple[Target | None, Check]]) -> Iterator[Check]:
    """Yield the checks that differ, each with its target; the first if none is to be decided."""
    seen: set[tuple[Path | None, str]] = set()
    for target, check in found:
        if target is None or not _is_about(contract, target, check):
            continue
        file = target.binding.file if _differs(check.plan) else None
        asked = (file, repr(check.plan))
        if asked not in seen:
            seen.add(asked)
            yield _of(target, check) if file else check
    if not seen:
        yield found[0][1]


def _differs(plan: Plan) -> bool:
    """Return whether a plan is about the code of its target; others are alike for all."""
    if isinstance(plan, NotExecutable):
        return plan.verdict in {Verdict.ERROR, Verdict.UNBOUND}
    return bool(getattr(plan, "functions", {}))


def _is_about(contract: Contract, target: Target, check: Check) -> bool:
    """Return whether a check says something of a target: it runs, or its equation is bound."""
    plan = check.plan
    if not isinstance(plan, NotExecutable) or plan.verdict not in _UNREACHED:
        return True
    return plan.verdict is Verdict.UNBOUND and any(
        target.binding.implementation(contract.stem, equation) for equation in check.aliases
    )


def _of(target: Target, check: Check) -> Check:
    variant = " ".join(each for each in (target.entry, check.variant) if each)
    return replace(check, target=target.name, variant=variant)
