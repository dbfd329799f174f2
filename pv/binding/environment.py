"""The environment of processes under test: what they inherit, and where they find modules."""

import os
from collections.abc import Iterable
from pathlib import Path

from pv.binding.source_folders import source_folders

_ALWAYS_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")


def inherited(names: Iterable[str] = ()) -> dict[str, str]:
    """Return the variables that a process has from the caller of pv: a few, and those named."""
    wanted = (*_ALWAYS_INHERITED, *names)
    return {name: os.environ[name] for name in wanted if name in os.environ}


def project_folders(root: Path) -> tuple[str, ...]:
    """Return the folders of a project in which modules are looked for: the root comes first."""
    root = root.absolute()
    return tuple(map(str, (root, *source_folders(root))))


def import_path(root: Path) -> tuple[str, ...]:
    """Return where a process looks for modules before the installed ones.

    First in the project's folders, then in the caller's PYTHONPATH, as Python itself would take it.
    """
    given = os.environ.get("PYTHONPATH", "")
    entries = [os.path.abspath(each) for each in given.split(os.pathsep)] if given else []  # noqa: PTH100
    own = () if root == Path() else project_folders(root)  # formulas have no code and no root
    return tuple(dict.fromkeys([*own, *entries]))
