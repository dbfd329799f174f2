"""What a record of evidence depends on: it is fresh while all of it is as it was."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from pv.evidence.digests import of_bytes
from pv.evidence.file_states import FileStates
from pv.evidence.places import at_root, from_root
from pv.evidence.seen import Seen


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Files and modules; paths are relative to the project's root where they are below it."""

    files: Mapping[str, str | None] = field(default_factory=dict)
    """Path -> digest; None: it was looked for in vain."""
    folders: Mapping[str, str | None] = field(default_factory=dict)
    """Path -> digest of the names in it, where code listed them."""
    links: Mapping[str, str | None] = field(default_factory=dict)
    """Symbolic link -> where it leads."""
    modules: Mapping[str, tuple[int, str | None]] = field(default_factory=dict)
    """Name -> number of the import path, and the file found by it; None: it was not found."""
    paths: tuple[tuple[str, ...], ...] = ()
    """Import paths."""
    installed: Mapping[str, str | None] = field(default_factory=dict)
    """Module or package in a folder of installed ones -> what changes when it is rebuilt."""

    @property
    def digest(self) -> str:
        """Return what tells two of these apart."""
        return of_bytes(self.to_json().encode())

    def to_json(self) -> str:
        """Write it as one line of JSON; `from_json` is its inverse."""
        return json.dumps(asdict(self), ensure_ascii=True, sort_keys=True)

    @classmethod
    def from_json(cls, line: str) -> Self:
        """Read what `to_json` wrote; raises ValueError, KeyError or TypeError."""
        value = json.loads(line)
        modules = {name: (number, file) for name, (number, file) in value["modules"].items()}
        paths = tuple(tuple(path) for path in value["paths"])
        return cls(**{**value, "modules": modules, "paths": paths})

    def import_path(self, name: str, root: Path) -> list[str]:
        """Return where a module was looked for; nowhere if it was not."""
        number, _ = self.modules.get(name, (None, None))
        return [] if number is None else [at_root(each, root) for each in self.paths[number]]

    def change(self, root: Path, states: FileStates) -> str | None:
        """Name something that is no longer as it was; None while nothing has changed."""
        at = root.absolute()
        for path, digest in self.files.items():
            if states.of_file(at_root(path, at)) != digest:
                return path
        for path, digest in self.folders.items():
            if states.of_folder(at_root(path, at)) != digest:
                return path
        for path, target in self.links.items():
            if states.of_link(at_root(path, at)) != target:
                return path
        for path, digest in self.installed.items():
            if states.of_installed(at_root(path, at)) != digest:
                return path
        paths = [tuple(at_root(entry, at) for entry in path) for path in self.paths]
        for name, (number, file) in self.modules.items():
            if states.of_module(name, paths[number]) != (file and at_root(file, at)):
                return f"module {name}"
        return None


def dependencies(seen: Seen, root: Path, states: FileStates) -> Dependencies:
    """Return what a check depends on whose processes saw this."""
    at = root.absolute()
    paths = {path: n for n, path in enumerate(dict.fromkeys(p for p, _ in seen.modules.values()))}
    return Dependencies(
        files={from_root(path, at): digest for path, digest in sorted(seen.files.items())},
        folders={from_root(path, at): digest for path, digest in sorted(seen.folders.items())},
        links={from_root(path, at): target for path, target in sorted(seen.links.items())},
        modules={
            name: (paths[path], file and from_root(file, at))
            for name, (path, file) in sorted(seen.modules.items())
        },
        paths=tuple(tuple(from_root(entry, at) for entry in path) for path in paths),
        installed={
            from_root(path, at): states.of_installed(path) for path in sorted(seen.installed)
        },
    )


def changed_meanwhile(seen: Seen, states: FileStates) -> str | None:
    """Name a file that was changed, by another process, after it had been read."""
    if seen.contradictions:
        return min(seen.contradictions)
    own = seen.may_change
    for path, digest in seen.files.items():
        if digest is not None and path not in own and states.of_file(path) != digest:
            return path
    for path, digest in seen.folders.items():
        if digest is not None and path not in own and states.of_folder(path) != digest:
            return path
    return None
