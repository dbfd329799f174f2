"""Paths below a project's root, written so that they hold where the project was moved."""

import os
from pathlib import Path


def from_root(text: str, root: Path) -> str:
    """Return a path, or a list of paths as PATH has it, with those below the root as from it."""
    return os.pathsep.join(_relative(path, str(root)) for path in text.split(os.pathsep))


def at_root(text: str, root: Path) -> str:
    """Return what `from_root` was given, for the root as it is now."""
    return os.pathsep.join(_absolute(path, str(root)) for path in text.split(os.pathsep))


def _relative(path: str, root: str) -> str:
    return "." if path == root else path.removeprefix(os.path.join(root, ""))  # noqa: PTH118


def _absolute(path: str, root: str) -> str:
    return root if path == "." else os.path.join(root, path)  # noqa: PTH118 - most are absolute
