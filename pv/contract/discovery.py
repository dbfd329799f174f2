"""Find the YAML files below some paths, and tell contracts from what else lies there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

_SUFFIXES = frozenset({".yaml", ".yml"})
_BLOCKS = frozenset(
    {"equations", "proof_obligations", "falsification_tests", "kani_harnesses", "symbolic_checks"}
)


class Content(Enum):
    """What a YAML document is."""

    CONTRACT = "contract"
    BINDING = "binding file"
    OTHER = "not a contract"


@dataclass(frozen=True, slots=True)
class Missing:
    """A path that was asked for and is not there."""

    path: Path


def yaml_files(paths: Iterable[Path]) -> Iterator[Path | Missing]:
    """Return the YAML files that paths name; folders are walked, `.pvignore` is honoured."""
    for path in paths:
        if path.is_dir():
            yield from _below(path)
        elif path.exists():
            yield path
        else:
            yield Missing(path)


def recognise(value: Any) -> Content:
    """Tell what a document is by its keys; nothing is guessed from a file's name."""
    if not isinstance(value, dict):
        return Content.OTHER
    if "bindings" in value and ("target" in value or "target_crate" in value):
        return Content.BINDING
    if isinstance(value.get("metadata"), dict) or _BLOCKS & set(value):
        return Content.CONTRACT
    return Content.OTHER


def _below(folder: Path) -> Iterator[Path]:
    ignored = _ignored(folder / ".pvignore")
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        wanted = file.suffix in _SUFFIXES and file.is_file() and not hidden
        if wanted and not ignored(inside.as_posix()):
            yield file


def _ignored(file: Path) -> Callable[[str], bool]:
    if not file.is_file():
        return lambda _: False
    reader: Callable[[Path], Callable[[str], bool]] = import_module("pv.contract.ignore").reader
    return reader(file)
