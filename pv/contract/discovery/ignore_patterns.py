"""The patterns of a `.pvignore` file. Imported only where there is one: pathspec costs 20 ms."""

from collections.abc import Callable
from pathlib import Path

from pathspec import GitIgnoreSpec


def reader(file: Path) -> Callable[[str], bool]:
    """Return a test whether a path, relative to the file's folder, is ignored."""
    spec = GitIgnoreSpec.from_lines(file.read_text(encoding="utf-8").splitlines())
    return spec.match_file
