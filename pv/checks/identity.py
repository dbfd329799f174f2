"""Digests of a check: when any of them changes, earlier evidence about it is stale."""

import platform
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pv
from pv.binding.model import Bound, System
from pv.binding.sources import identity_outside, of_system, outside_versions, reached_from
from pv.checks.model import Experiment, NotExecutable, Plan
from pv.evidence import digests
from pv.evidence.record import Digests


def of_experiment(
    contract_digest: str, asked: object, systems: Iterable[System], root: Path
) -> Digests | None:
    """Date an experiment; None when it cannot be told which files a system runs."""
    files: set[Path] = set()
    entries = []
    for system in systems:
        reached = of_system(system, root)
        if reached is None:
            return None
        files |= reached
        entries.append(repr(system))
    code = _code(frozenset(files), root, entries)
    return Digests(contract_digest, digests.of_value(asked), code)


def of_plan(contract_digest: str, asked: object, plan: Plan) -> Digests:
    """Date a check of Python callables; one that runs no code has no digest of code."""
    asked = digests.of_value([asked, repr(plan)])
    if isinstance(plan, NotExecutable | Experiment):
        return Digests(contract_digest, asked, "")
    return Digests(contract_digest, asked, _of_functions(plan.functions, plan.root))


def of_formulas(contract_digest: str, asked: object) -> Digests:
    """Date a check of a contract's own formulas; pv is all the code there is."""
    return Digests(contract_digest, digests.of_value(asked), _code(frozenset(), Path(), []))


def _of_functions(functions: Mapping[str, Bound], root: Path) -> str:
    modules = sorted({each.callable.partition(":")[0] for each in functions.values()})
    reached = [reached_from(module, root) for module in modules]
    versions = {
        module: identity_outside(module.partition(".")[0])
        for module, files in zip(modules, reached, strict=True)
        if not files
    }
    return _code(frozenset().union(*reached), root, versions)


def _code(files: frozenset[Path], root: Path, entries: object) -> str:
    return digests.of_value(
        {
            "files": digests.of_files(files, root),
            "entries": entries,
            "outside": outside_versions(files, root),
            "python": platform.python_version(),
            "pv": _pv_digest(),
        }
    )


@cache
def _pv_digest() -> str:
    """Digest pv's own code: a repaired engine must not live on an old one's evidence."""
    home = Path(pv.__file__).parent
    return digests.of_files(home.rglob("*.py"), home)
