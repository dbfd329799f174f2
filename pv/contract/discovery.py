"""Find the YAML files below some paths, and tell contracts from what else lies there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from pathspec import GitIgnoreSpec

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
    ignore = folder / ".pvignore"
    lines = ignore.read_text(encoding="utf-8").splitlines() if ignore.is_file() else []
    ignored = GitIgnoreSpec.from_lines(lines)
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        wanted = file.suffix in _SUFFIXES and file.is_file() and not hidden
        if wanted and not ignored.match_file(inside.as_posix()):
            yield file
