"""Lay out the text of a test: docstrings and indented lines."""

import os
import textwrap
from collections.abc import Iterable
from pathlib import Path

from pv.checks.model import Check


def docstring(title: str, check: Check) -> str:
    """Return what a check is about, and the diagnosis if it fails, as a docstring."""
    paragraphs = [title, *([f"If it fails: {check.diagnosis}"] if check.diagnosis else [])]
    text = "\n\n".join(
        "\n".join(textwrap.wrap(" ".join(each.split()), 92, break_long_words=False))
        for each in paragraphs
    )
    return quoted(f"{text}\n" if "\n" in text else text)


def quoted(text: str) -> str:
    """Return a text of a contract as a literal in three quotes, which nothing in it can end."""
    plain = all(sign.isprintable() or sign == "\n" for sign in text)
    if "\\" in text and plain and '"' not in text and not text.endswith("\\"):
        return f'r"""{text}"""'
    return f'"""{"".join(map(_escaped, text))}"""' if not plain or _ends(text) else f'"""{text}"""'


def _ends(text: str) -> bool:
    return "\\" in text or '"""' in text or text.endswith('"')


def _escaped(sign: str) -> str:
    if sign in '\\"':
        return f"\\{sign}"
    return sign if sign.isprintable() or sign == "\n" else repr(sign)[1:-1]


def from_here(path: Path) -> str:
    """Return a path as it is seen from the current folder, in which pytest is to run."""
    return Path(os.path.relpath(path)).as_posix()


def indented(lines: Iterable[str]) -> list[str]:
    """Return lines as the body of a function or a loop."""
    return textwrap.indent("\n".join(lines), "    ").splitlines()
