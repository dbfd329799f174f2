"""Plan one claim so that a bug of pv costs this claim, and no other."""

import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

import pv
from pv.checks.model import Check, Kind, NotExecutable
from pv.contract.finding import Location
from pv.contract.model import Contract
from pv.evidence.record import Digests
from pv.evidence.verdict import Verdict


def planned(
    contract: Contract, name: str, place: Location, kind: Kind, plan: Callable[[], Iterable[Check]]
) -> list[Check]:
    """Return the checks of one claim; where planning breaks, one check that is an ERROR."""
    try:
        return [*plan()]
    except Exception as fault:  # noqa: BLE001 - a bug in pv, told as the check's own reason
        return [_broken(contract, name, place, kind, fault)]


def _broken(contract: Contract, name: str, place: Location, kind: Kind, fault: Exception) -> Check:
    at = traceback.extract_tb(fault.__traceback__)[-1]
    where = f"{Path(at.filename).name}:{at.lineno}"
    told = f"{type(fault).__name__}: {fault} ({where})"
    reason = f"this is a bug in pv {pv.__version__}, please report it: {told}"
    return Check(
        id=name,
        aliases=frozenset({contract.stem}),
        kind=kind,
        contract=contract.stem,
        contract_file=contract.file,
        location=place,
        claim=name,
        subject="nothing",
        plan=NotExecutable(Verdict.ERROR, reason),
        diagnosis=None,
        digests=Digests(contract.digest, name, ""),
    )
