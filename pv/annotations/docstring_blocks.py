"""The lines between ```contract and ``` in a docstring."""

import ast
from collections.abc import Iterator

from pv.annotations.module_text import ModuleText
from pv.contract.text import Text

_OPEN, _CLOSE = "```contract", "```"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def blocks(node: Function | ast.ClassDef, module: ModuleText) -> Iterator[Text]:
    """Yield the lines of the blocks in a docstring, as far as their places are known."""
    match node.body[0]:
        case ast.Expr(value=ast.Constant(value=str(docstring)) as written):
            lines = docstring.split("\n")
        case _:
            return
    inside = False
    for number, line in enumerate(lines, start=written.lineno):
        words = line.strip()
        if words in {_OPEN, _CLOSE}:
            inside = words == _OPEN
        elif inside and words:
            yield module.line(words, number)
