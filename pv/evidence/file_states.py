"""The state of files and modules as they are now, each looked at once as long as it stays."""

from pathlib import Path

from pv.evidence.installed import identity
from pv.evidence.observer import Finders, find, names_in, state_of, target_of


class FileStates:
    """Answers for one command; a file is read again only when its size or times have changed."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[object, str | None]] = {}
        self._installed: dict[str, str | None] = {}
        self._modules: dict[tuple[str, tuple[str, ...]], str | None] = {}
        self._finders: Finders = {}

    def of_file(self, path: str) -> str | None:
        """Return the digest of a file; None where there is none."""
        stamp = _stamp(Path(path))
        known = self._files.get(path)
        if known is None or known[0] != stamp:
            known = self._files[path] = (stamp, state_of(path))
        return known[1]

    def of_folder(self, path: str) -> str | None:
        """Return the digest of the names in a folder; None where there is none."""
        return names_in(path)

    def of_link(self, path: str) -> str | None:
        """Return where a symbolic link leads; None where there is none."""
        return target_of(path)

    def of_installed(self, path: str) -> str | None:
        """Return what changes when an installed module is rebuilt or edited; None without one."""
        if path not in self._installed:
            self._installed[path] = identity(path)
        return self._installed[path]

    def of_module(self, name: str, path: tuple[str, ...]) -> str | None:
        """Return the file that a module has by an import path; None if it has none."""
        if (name, path) not in self._modules:
            self._modules[name, path] = find(name, path, self._finders)
        return self._modules[name, path]


def _stamp(file: Path) -> object:
    """Return what no change of a file leaves as it was: of the times, one cannot be set."""
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino
