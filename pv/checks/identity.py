"""Digests of a check: when any of them changes, earlier evidence about it is stale.

What its code reads is not among them: that is observed while it runs.
"""

import platform
import site
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pv
from pv.binding.environment import import_path, inherited
from pv.binding.model import System
from pv.binding.sources import declared, of_system
from pv.checks.model import Experiment, NotExecutable, Plan
from pv.evidence import digests
from pv.evidence.installed import release
from pv.evidence.places import from_root
from pv.evidence.record import Digests


def of_experiment(
    contract_digest: str, asked: object, systems: Iterable[System], root: Path
) -> Digests | None:
    """Date an experiment; None when it cannot be told which files a system runs."""
    files: set[Path] = set()
    entries: list[object] = [release("hypothesis")]  # which draws the cases
    for system in systems:
        named = of_system(system, root)
        if named is None:
            return None
        files |= named
        entries.append([repr(system), _placed(inherited(system.inherit), root)])
    return Digests(contract_digest, digests.of_value(asked), _code(files, root, entries))


def of_plan(contract_digest: str, asked: object, plan: Plan) -> Digests:
    """Date a check of Python callables; one that runs no code has no digest of code."""
    if isinstance(plan, NotExecutable | Experiment):
        return Digests(contract_digest, digests.of_value([asked, repr(plan)]), "")
    asked = digests.of_value([asked, repr(plan).replace(repr(plan.root), ".")])
    return Digests(contract_digest, asked, _code(declared_files(plan), plan.root, []))


def of_formulas(contract_digest: str, asked: object) -> Digests:
    """Date a check of a contract's own formulas; pv is all the code there is."""
    return Digests(contract_digest, digests.of_value(asked), _code((), Path(), []))


def declared_files(plan: Plan) -> frozenset[Path]:
    """Return the files that a binding file says a check depends on."""
    if isinstance(plan, NotExecutable):
        return frozenset()
    if not isinstance(plan, Experiment):
        globs = (glob for bound in plan.functions.values() for glob in bound.sources)
        return declared(globs, plan.root)
    systems = [*(run.system for run in plan.runs), *plan.prepared.values()]
    return frozenset().union(*(of_system(each, plan.root) or () for each in systems))


def _code(files: Iterable[Path], root: Path, entries: object) -> str:
    return digests.of_value(
        {
            "files": digests.of_files(files, root),
            "entries": entries,
            "environment": _placed(inherited(), root),
            "import path": [from_root(each, root.absolute()) for each in import_path(root)],
            "python": _python(),
            "pv": _pv_digest(),
        }
    )


def _placed(variables: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return variables so that they are the same where the project was moved."""
    return {name: from_root(value, root.absolute()) for name, value in variables.items()}


@cache
def _python() -> list[str]:
    """Return what tells interpreters apart, and the files by which they extend the import path."""
    homes = [Path(each) for each in (*site.getsitepackages(), site.getusersitepackages())]
    extending = [file for home in homes for file in sorted(home.glob("*.pth"))]
    return [
        sys.version,
        platform.machine(),
        *(digests.of_files([each], each.parent) for each in extending),
    ]


@cache
def _pv_digest() -> str:
    """Digest pv's own code: a repaired engine must not live on an old one's evidence."""
    return digests.of_folder(str(Path(pv.__file__).parent), but=".pyc")
