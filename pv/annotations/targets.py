"""Find the code that a word of a command line names, and the claims in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pv.annotations.model import Code
from pv.annotations.source import claimed_functions, defined_names
from pv.nearest import listed, nearest
from pv.proposals.source.modules import Unreadable, located, parsed_text, shown

_LINE = re.compile(r"(.+\.py):(\d+)")
_HOW = (
    'write `@pv.claim("f(x) >= 0", x="[0, 1]")` above a function f of x, or begin a contract'
    " with `pv new`"
)


def code_named(word: str, project: Path) -> Code | None:
    """Return the code with claims that a word names: a module, its file, a function, a line.

    None: it names no code of the project that states claims, and may be an id. Raises Unreadable
    for a file, a line or a function without any, and Unclear.
    """
    if found := _LINE.fullmatch(word):
        return _at_line(_code(found[1], project), int(found[2]))
    if word.endswith(".py"):
        return _some(_code(word, project), word)
    if not all(part.isidentifier() for part in word.split(".")):
        return None
    parts = word.split(".")
    for count in range(len(parts), 0, -1):
        code = _module(".".join(parts[:count]), project)
        if code is not None and code.functions:
            rest = ".".join(parts[count:])
            return _of_function(code, rest) if rest else code
    return None


def by_class(code: Code) -> Iterator[Code]:
    """Yield the functions of a module, and the methods of each class: their names may be alike."""
    for home in dict.fromkeys(each.home for each in code.functions):
        of = tuple(each for each in code.functions if each.home == home)
        yield replace(code, functions=of, home=home)


def _module(name: str, project: Path) -> Code | None:
    """Return a module of the project by its name; what is installed elsewhere has none to run."""
    try:
        code = _code(name, project)
    except Unreadable:
        return None
    return None if code.file.is_absolute() else code


def _code(target: str, project: Path) -> Code:
    file, root, name = located(target, project)
    tree, text = parsed_text(file)
    functions = tuple(claimed_functions(tree, text, name, shown(file)))
    return Code(name, Path(shown(file)), root, defined_names(tree, name), functions)


def _some(code: Code, word: str) -> Code:
    if not code.functions:
        raise Unreadable(f"{word}: no function here states a claim; {_HOW}")
    return code


def _at_line(code: Code, line: int) -> Code:
    inside = [each for each in code.functions if line in each.lines]
    if not inside:
        told = [f"{each.name} in line {each.location.line}" for each in code.functions]
        raise Unreadable(
            f"{code.file}:{line}: no function with claims stands here; {_others(told)}"
        )
    return replace(code, functions=tuple(inside[-1:]))


def _of_function(code: Code, name: str) -> Code:
    """Return the claims of a function, or of all methods of a class."""
    inside = [each for each in code.functions if f"{each.name}.".startswith(f"{name}.")]
    if not inside:
        near = nearest(name, [each.name for each in code.functions])
        hint = f"did you mean `{near[0]}`?" if near else _others([e.name for e in code.functions])
        raise Unreadable(f"{code.name}: `{name}` states no claim; {hint}")
    return replace(code, functions=tuple(inside))


def _others(names: Sequence[str]) -> str:
    return f"those that do are {listed(names)}" if names else _HOW
