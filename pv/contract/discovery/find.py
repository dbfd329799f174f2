"""Find the YAML files below some paths, and tell contracts from what else lies there."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

_SUFFIXES = frozenset({".yaml", ".yml"})
_BLOCKS = frozenset(
    {"equations", "proof_obligations", "falsification_tests", "kani_harnesses", "symbolic_checks"}
)


class Content(Enum):
    """The kind of a YAML document."""

    CONTRACT = "contract"
    BINDING = "binding file"
    OTHER = "not a contract"


class Missing(NamedTuple):
    """A path that was asked for and is not there."""

    path: Path


def yaml_files(
    paths: Iterable[Path], *, deep: bool = True, skip_ignored: bool = False
) -> Iterator[Path | Missing]:
    """Yield the YAML files that paths name, each once; `.pvignore` is honoured in folders.

    With `deep`, subfolders are walked; with `skip_ignored`, `.pvignore` also holds for files that
    are named themselves.
    """
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found: Iterable[Path | Missing] = _below(path, deep=deep)
        elif not path.exists():
            found = (Missing(path),)
        else:
            found = () if skip_ignored and _is_ignored(path, _above(path.parent)) else (path,)
        for file in found:
            if isinstance(file, Missing) or file not in seen:
                yield file
            if isinstance(file, Path):
                seen.add(file)


def recognise(value: object) -> Content:
    """Return the kind of a document by its keys; the file's name says nothing."""
    if not isinstance(value, dict):
        return Content.OTHER
    if "bindings" in value and ("target" in value or "target_crate" in value):
        return Content.BINDING
    if isinstance(value.get("metadata"), dict) or _BLOCKS & set(value):
        return Content.CONTRACT
    return Content.OTHER


class _Ignoring(NamedTuple):
    """A folder with a `.pvignore`, and the test whether a path below it is ignored."""

    folder: str
    matches: Callable[[str], bool]


def _below(folder: Path, *, deep: bool) -> Iterator[Path]:
    rules = {str(folder): _above(folder)}
    for here, folders, names in os.walk(folder):
        inherited = rules.pop(here)
        for name in sorted(names):
            file = Path(here, name)
            if name[0] != "." and file.suffix in _SUFFIXES and not _is_ignored(file, inherited):
                yield file
        folders[:] = sorted(name for name in folders if deep and name[0] != ".")
        for name in folders:
            rules[os.path.join(here, name)] = (*inherited, *_own(Path(here, name)))  # noqa: PTH118


def _above(folder: Path) -> tuple[_Ignoring, ...]:
    """Return the `.pvignore` rules that hold in a folder, those of the repository's top first."""
    home = folder.resolve()
    found: tuple[_Ignoring, ...] = ()
    for each in (home, *home.parents):
        found = (*_own(each), *found)
        if (each / ".git").exists():
            break
    return found


def _own(folder: Path) -> tuple[_Ignoring, ...]:
    file = folder / ".pvignore"
    if not file.is_file():
        return ()
    reader: Callable[[Path], Callable[[str], bool]] = import_module(
        "pv.contract.discovery.ignore_patterns"
    ).reader
    return (_Ignoring(str(folder.resolve()), reader(file)),)


def _is_ignored(file: Path, rules: Sequence[_Ignoring]) -> bool:
    if not rules:
        return False
    path = file.parent.resolve() / file.name
    return any(rule.matches(path.relative_to(rule.folder).as_posix()) for rule in rules)
