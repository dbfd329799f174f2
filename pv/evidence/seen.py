"""What processes under test read, as they reported it."""

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

Sought = tuple[tuple[str, ...], str | None]
"""An import path, and the file that a module has by it; None if it has none."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that some processes read, each as it was when it was first read."""

    silent: frozenset[str] = frozenset()
    """Programs that were started and did not report what they read."""
    files: Mapping[str, str | None] = field(default_factory=dict)
    """Path -> digest; None: there was no such file."""
    folders: Mapping[str, str | None] = field(default_factory=dict)
    """Path -> digest of the names in it."""
    links: Mapping[str, str | None] = field(default_factory=dict)
    """Symbolic link -> where it leads, where a process asked for that."""
    modules: Mapping[str, Sought] = field(default_factory=dict)
    installed: frozenset[str] = frozenset()
    """Modules and packages in folders of installed ones."""
    own: frozenset[str] = frozenset()
    """Files that the processes themselves changed."""
    contradictions: frozenset[str] = frozenset()
    """Files that two of the processes found different."""

    def __or__(self, other: Self) -> Self:
        """Join what was seen; that which was seen first stands."""
        return type(self)(
            self.silent | other.silent,
            {**other.files, **self.files},
            {**other.folders, **self.folders},
            {**other.links, **self.links},
            {**other.modules, **self.modules},
            self.installed | other.installed,
            self.own | other.own,
            self.contradictions | other.contradictions | self._contradicted(other),
        )

    def with_sources(self, sources: Sequence[str]) -> Self:
        """Let the `sources` of a binding stand for what silent programs read."""
        return replace(self, silent=frozenset()) if sources else self

    def _contradicted(self, other: Self) -> frozenset[str]:
        own = self.own | other.own
        both = (self.files.keys() & other.files.keys()) - own
        return frozenset(each for each in both if self.files[each] != other.files[each] is not None)

    @property
    def may_change(self) -> frozenset[str]:
        """The files of data that the processes themselves changed, and the folders of these."""
        data = {each for each in self.own if not each.endswith(".py")}
        return frozenset(data | {os.path.dirname(each) for each in self.own})  # noqa: PTH120


def read_report(file: Path, program: Sequence[str] | None = None) -> Seen:
    """Read what processes wrote into one file, in the order of time.

    `program` was started first.
    """
    lines = file.read_bytes().splitlines() if file.exists() else ()
    report = _Report()
    if program is not None:
        report.take("started", [program])
    for line in lines:
        try:
            kind, *rest = json.loads(line)
            report.take(kind, rest)
        except (ValueError, TypeError):  # cut by a kill, or written by somebody else
            report.take("started", [["a process whose report is damaged"]])
    return report.seen()


class _Report:
    """The lines of a report so far."""

    def __init__(self) -> None:
        self._began: Counter[tuple[str, ...]] = Counter()
        self._started: list[tuple[str, ...]] = []
        self._files: dict[str, str | None] = {}
        self._folders: dict[str, str | None] = {}
        self._links: dict[str, str | None] = {}
        self._modules: dict[str, Sought] = {}
        self._installed: set[str] = set()
        self._own: set[str] = set()
        self._products: set[str] = set()

    def take(self, kind: str, rest: list[Any]) -> None:
        match kind, rest:
            case "began", [words]:
                self._began[tuple(words)] += 1
            case "started", [words]:
                self._started.append(tuple(words))
            case "module", [name, path, origin]:
                if not (origin and self._is_product(origin)):
                    self._modules.setdefault(name, (tuple(path), origin))
            case "installed", [path]:
                self._installed.add(path)
            case "read", [path, digest] if not self._is_product(path):
                self._files.setdefault(path, digest)
            case "names", [path, digest] if not self._is_product(path):
                self._folders.setdefault(path, digest)
            case "link", [path, target] if not self._is_product(path):
                self._links.setdefault(path, target)
            case "made", [path]:
                self._own.add(path)
                if path not in self._files:
                    self._products.add(path)
            case "written", [path]:
                self._own.add(path)

    def _is_product(self, path: str) -> bool:
        """Return whether the processes themselves made a file, or a folder that it is in."""
        if not self._products:
            return False
        return any(str(each) in self._products for each in (Path(path), *Path(path).parents))

    def _silent(self) -> frozenset[str]:
        """Return the programs of which no process has begun to report."""
        waiting = Counter(self._began)
        silent: set[str] = set()
        for words in self._started:
            began = next((each for each in waiting if _runs(each, words)), None)
            if began is None:
                silent.add(" ".join(words))
            else:
                waiting -= Counter([began])
        return frozenset(silent)

    def seen(self) -> Seen:
        return Seen(
            self._silent(),
            self._files,
            self._folders,
            self._links,
            self._modules,
            frozenset(self._installed),
            frozenset(self._own),
        )


def _runs(process: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Return whether a process came from a command: a script's has its interpreter before it."""
    if not words or len(process) < len(words):
        return False
    program, *rest = process[-len(words) :]
    return rest == [*words[1:]] and Path(program).name == Path(words[0]).name
