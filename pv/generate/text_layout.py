"""Lay out the text of a test: docstrings and indented lines."""

import textwrap
from collections.abc import Iterable

from pv.checks.model import Check


def docstring(title: str, check: Check) -> str:
    """Return what a check is about, and the diagnosis if it fails, as a docstring."""
    paragraphs = [title, *([f"If it fails: {check.diagnosis}"] if check.diagnosis else [])]
    text = "\n\n".join(
        "\n".join(textwrap.wrap(" ".join(each.split()), 92, break_long_words=False))
        for each in paragraphs
    )
    raw = "r" if "\\" in text else ""
    closing = "\n" if "\n" in text else ""
    return f'{raw}"""{text}{closing}"""'


def indented(lines: Iterable[str]) -> list[str]:
    """Return lines as the body of a function or a loop."""
    return textwrap.indent("\n".join(lines), "    ").splitlines()
