"""Other files that the judgement of a file depends on, found and read on demand.

Those that were asked for are at hand. The others are only searched for the names in question, and
read where they hold one, so that validating one file stays quick in a large folder.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from pv.contract.discovery.find import Content, Missing, yaml_files
from pv.contract.discovery.read_bytes import read_bytes
from pv.nearest import nearest
from pv.rules.model.summary import Mention, Summary

HOME = "contracts"
"""Name of the folder that holds all contracts of a project, in subfolders too."""

# A typo or two. Looking for less would take seconds in a folder of thousands.
_CLOSE, _TYPOS = 0.85, 2

_SEPARATORS = bytes.maketrans(b"\"'{}[],:#&*!|>\t\r\n", b" " * 17)


class Neighbours:
    """The files asked for and those around them, each read when it is first needed."""

    def __init__(
        self, asked: Iterable[Summary], others: Sequence[Path], load: Callable[[Path], Summary]
    ) -> None:
        self._asked = tuple(asked)
        self._others = tuple(others)
        self._load = load
        self._nearest: dict[str, str | None] = {}

    @cached_property
    def contracts(self) -> Mapping[str, tuple[Path, ...]]:
        """Stem -> files that may hold a contract of this name; they are not yet read."""
        found: dict[str, tuple[Path, ...]] = {}
        near = (Path(item.file) for item in self._asked if item.content is Content.CONTRACT)
        for file in (*near, *self._others):
            found[file.stem] = (*found.get(file.stem, ()), file)
        return found

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """The systems that binding files declare."""
        likely = (file for file, data in self._contents if b"bindings" in data)
        summaries = (*self._asked, *map(self._summary, likely))
        return tuple(name for summary in summaries for name in summary.declares)

    def named(self, stem: str) -> tuple[Summary, ...]:
        """Return the contracts of a name."""
        found = map(self._summary, self.contracts.get(stem, ()))
        return tuple(item for item in found if item.content is Content.CONTRACT)

    def nearest(self, stem: str) -> str | None:
        """Return the name of a contract that a misspelt one was most likely meant to be."""
        if stem not in self._nearest:
            alike = [name for name in self.contracts if abs(len(name) - len(stem)) <= _TYPOS]
            self._nearest[stem] = next(iter(nearest(stem, alike, 1, _CLOSE)), None)
        return self._nearest[stem]

    def owners(self, name: str) -> tuple[Mention, ...]:
        """Return each place where a contract has an id of this name."""
        return tuple(self._owners.get(name, ()))

    @cached_property
    def _owners(self) -> Mapping[str, list[Mention]]:
        found: dict[str, list[Mention]] = {}
        for mention in (mention for summary in self._asked for mention in summary.ids):
            found.setdefault(mention.name, []).append(mention)
        words = frozenset(word for name in found for word in _words(name.encode())[:1])
        likely = (file for file, data in self._contents if not words.isdisjoint(_words(data)))
        for mention in (mention for file in likely for mention in self._summary(file).ids):
            found.setdefault(mention.name, []).append(mention)
        return found

    @cached_property
    def _contents(self) -> tuple[tuple[Path, bytes], ...]:
        read = ((file, read_bytes(file)) for file in self._others)
        return tuple((file, data) for file, data in read if isinstance(data, bytes))

    @cached_property
    def _summaries(self) -> dict[Path, Summary]:
        return {Path(summary.file): summary for summary in self._asked}

    def _summary(self, file: Path) -> Summary:
        if file not in self._summaries:
            self._summaries[file] = self._load(file)
        return self._summaries[file]


def neighbouring_files(files: Iterable[Path]) -> Iterator[Path]:
    """Yield the YAML files beside the given ones.

    Below a folder named `contracts` all belong together; elsewhere those of one folder do, with
    the binding files in the folder `bindings/` beside them.
    """
    given = set(files)
    for home in dict.fromkeys(map(_home, given)):
        deep = home.name == HOME
        for file in yaml_files([home, home / "bindings"], deep=deep):
            if not isinstance(file, Missing) and file not in given:
                yield file


def _home(file: Path) -> Path:
    return next((folder for folder in file.parents if folder.name == HOME), file.parent)


def _words(data: bytes) -> list[bytes]:
    return data.translate(_SEPARATORS).split()
