"""The text of a module, and the place of each part of it."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pv.contract.finding import Location
from pv.contract.text import Text
from pv.proposals.source.hints import Imports

LINE_END = re.compile(r"\r\n|\r|\n")
"""As Python ends lines; `str.splitlines` knows others."""


class Unclear(Exception):  # noqa: N818 - it is the user's, not an error of ours
    """Raised where a claim is none that can be read; says where and what to do."""


@dataclass(frozen=True, slots=True)
class ModuleText:
    """A module of Python with its text."""

    name: str
    text: str
    shown: str
    """Its path, as a user here would write it."""
    imports: Imports
    lines: Sequence[str]

    def text_of(self, node: ast.expr, what: str) -> Text:
        """Return a literal text with its place; raises Unclear for what is none."""
        where = self.place(node)
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            message = (
                f"{where.file}:{where.line}: {what} is written out as a text, and nothing else"
            )
            raise Unclear(f"{message}; no code runs to read it")
        return Text(node.value, where, ast.get_source_segment(self.text, node) or "")

    def line(self, words: str, number: int) -> Text:
        """Return words that stand in a line; the whole line is their place where it has escapes."""
        whole = self.lines[min(number, len(self.lines)) - 1]
        column = whole.find(words) + 1
        place = Location(self.shown, number, max(column, 1), number, len(whole) + 1)
        return Text(words, place, words if column else "")

    def place(self, node: ast.expr | ast.stmt) -> Location:
        """Return where a part of the module stands."""
        end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        return Location(
            self.shown, node.lineno, self._column(node.lineno, node.col_offset),
            end[0], self._column(*end),
        )  # fmt: skip

    def _column(self, line: int, offset: int) -> int:
        """Return a column in characters, from 1; Python counts bytes."""
        return len(self.lines[line - 1].encode()[:offset].decode()) + 1
