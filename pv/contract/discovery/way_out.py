"""Links by which a file that stands in a project leads out of it."""

import os
from functools import lru_cache

_MARKS = ("pyproject.toml", "setup.py", "setup.cfg")


def way_out(file: str | os.PathLike[str]) -> str | None:
    """Return where a file leads that is, by its name, in a project and in truth elsewhere.

    The project is that of the current folder; for a file that is named elsewhere, its own.
    """
    path = os.path.abspath(file)
    real = os.path.realpath(path)
    if real == path:
        return None
    here = _project(os.getcwd())
    root = here if _is_below(path, here) else _project(os.path.dirname(path))
    return None if _is_below(real, os.path.realpath(root)) else real


@lru_cache(64)
def _project(folder: str) -> str:
    """Return the repository that holds a folder; without one the nearest project, or the folder."""
    above = [folder]
    while (parent := os.path.dirname(above[-1])) != above[-1]:
        above.append(parent)
    repositories = (each for each in above if os.path.exists(os.path.join(each, ".git")))
    marked = (each for each in above for mark in _MARKS if os.path.exists(os.path.join(each, mark)))
    return next(repositories, next(marked, folder))


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))
