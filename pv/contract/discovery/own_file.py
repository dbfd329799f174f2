"""Tell whether a file that pv keeps for itself may be believed: this user made it, here."""

import os
from collections.abc import Callable
from pathlib import Path
from stat import S_ISDIR, S_ISREG

_BESIDE = ("", "-wal", "-shm")
"""What SQLite reads together with a file."""
_ALONE = ("-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false")
"""What is tracked must not make git run what it names."""


def doubt(file: Path) -> str | None:
    """Return why a file is not to be believed, with the remedy; None if it may be, or is not there.

    A pull request can carry one, or a link in place of its folder; so can whoever else may write
    here.
    """
    if not os.path.lexists(file.parent):
        return None
    if why := _strange(file.parent, S_ISDIR, "a link or no folder"):
        return why
    there = [each for each in map(file.with_name, _names(file)) if os.path.lexists(each)]
    for each in there:
        if why := _strange(each, S_ISREG, "no regular file"):
            return why
    return _tracked(file) if there else None


def _strange(path: Path, is_kind: Callable[[int], bool], otherwise: str) -> str | None:
    """Return that a file or folder is of another kind, or of another user."""
    status = path.lstat()
    if not is_kind(status.st_mode):
        return f"{path.name} is {otherwise}; delete it"
    if status.st_uid != os.geteuid():
        return f"{path.name} belongs to another user; delete it, or run as that one"
    return None


def _names(file: Path) -> list[str]:
    return [f"{file.name}{end}" for end in _BESIDE]


def _tracked(file: Path) -> str | None:
    """Return that git tracks a file, or that it cannot be asked, though there is a repository."""
    home = file.parent.resolve()
    if not any((folder / ".git").exists() for folder in (home, *home.parents)):
        return None
    import subprocess  # noqa: PLC0415 - 10 ms, which a run without such a file need not spend

    names = [f":(icase){name}" for name in _names(file)]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    try:
        ran = subprocess.run(  # noqa: S603 - git, and names of our own
            ["git", *_ALONE, "ls-files", "-z", "--", *names],  # noqa: S607 - the user's own git
            cwd=home, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError:
        return "git, which could tell whether it is tracked, is not installed; use --fresh"
    if ran.returncode != 0:
        return f"git does not tell whether it is tracked: {ran.stderr.strip()}"
    if ran.stdout:
        return "git tracks it, so a commit may have brought it; `git rm --cached` it, and delete it"
    return None
