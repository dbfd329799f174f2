"""The patterns of a `.pvignore` file. Imported only where there is one: pathspec costs 20 ms."""

from collections.abc import Callable
from pathlib import Path

from pathspec import GitIgnoreSpec

from pv.contract.discovery.regular_file import read_regular

_MOST = 1 << 20  # bytes


def reader(file: Path) -> Callable[[str], bool]:
    """Return a test whether a path, relative to the file's folder, is ignored."""
    text = read_regular(file, _MOST).decode("utf-8", "replace")
    spec = GitIgnoreSpec.from_lines(text.splitlines())
    return spec.match_file
