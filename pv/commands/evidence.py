"""`pv evidence prune`: delete the evidence that answers nothing any more."""

import argparse
from collections.abc import Mapping
from typing import TextIO

from pv.checks.freshness import Known
from pv.checks.model import Check
from pv.checks.planner import plan_checks
from pv.commands.shared import checking, exit_codes
from pv.commands.shared.errors import UserFault
from pv.commands.shared.targets import Selection, gather
from pv.evidence.dependencies import Dependencies
from pv.evidence.record import Digests, Key
from pv.evidence.store import Pruned, Store
from pv.plural import number_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "action", choices=("prune",),
        help="prune: delete stale records, but for the newest of each claim",
    )  # fmt: skip


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Do the action; exit code 2 where a contract is faulty, whose evidence might be deleted."""
    assert arguments.action == "prune"  # noqa: S101 - it is the only one
    asked = gather(Selection((), ()), stderr)
    if asked.faulty:
        raise UserFault("nothing was deleted: what these files claim cannot be told")
    checks = {
        check.key: check
        for contract in asked.contracts
        for check in plan_checks(contract, asked.bindings)
    }
    with checking.evidence(stderr) as store:
        pruned = _prune(store, checks)
    deleted, kept = number_of(pruned.deleted, "record"), f"{pruned.kept:,}"
    print(f"{checking.EVIDENCE}: {deleted} deleted, {kept} kept", file=stdout)
    return exit_codes.HOLDS


def _prune(store: Store, checks: Mapping[Key, Check]) -> Pruned:
    known = Known(store)

    def is_fresh(key: Key, digests: Digests, needs: Dependencies) -> bool:
        check = checks.get(key)
        return check is not None and check.digests == digests and known.holds(check, needs)

    return store.prune(is_fresh)
