"""Find what `module:qualname` names by reading source text; nothing is imported."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from pv.binding.environment import import_path
from pv.binding.own_environment import has_pv_alone, remedy
from pv.binding.source_folders import modules_in
from pv.binding.sources import module_file
from pv.nearest import nearest

_OPENING = frozenset({"globals", "vars", "setattr", "exec", "__path__"})
"""Names by which a module may be given names that do not stand in its text."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """A callable that is not there; the reason is a sentence with its remedy."""

    reason: str
    package: str | None = None
    """What is not installed, where pv runs in an environment that has nothing but pv."""


def locate(reference: str, root: Path) -> Path | NotFound | None:
    """Return the file below `root`, or on the caller's PYTHONPATH, that defines a callable.

    None means that only importing the module can tell: it is installed, or no Python text.
    """
    module, _, qualname = reference.partition(":")
    file = module_file(module, import_path(root))
    if file is None:
        return _outside(reference, module, root)
    if file.suffix != ".py":
        return None
    try:
        names, is_open = _read(file.read_bytes())
    except SyntaxError as fault:
        return NotFound(f"{file}:{fault.lineno}: {fault.msg}")
    first = qualname.partition(".")[0]
    if first in names:
        return file
    if is_open or find(f"{module}.{first}", root) is not None:
        return None
    near = nearest(first, names)
    defined = ", ".join(sorted(names)[:8]) or "nothing"
    hint = f"did you mean `{near[0]}`?" if near else f"it defines {defined}"
    return NotFound(f"{reference}: {file.name} defines no `{first}`; {hint}")


@lru_cache(16)  # one module has the callables of many claims
def _read(source: bytes) -> tuple[set[str], bool]:
    """Return the names that a module defines, and whether it may have others."""
    tree = ast.parse(source)
    return _defined(tree), _is_open(tree)


def find(module: str, root: Path) -> ModuleSpec | None:
    """Return where Python finds a module, with `root` first on its path; nothing is imported."""
    found, path = None, [*import_path(root), *sys.path]
    for part in _with_parents(module):
        specs = (_found_by(finder, part, path, root) for finder in sys.meta_path)
        found = next((spec for spec in specs if spec is not None), None)
        if found is None:
            return None
        path = _below(found, part.rpartition(".")[2], path)
    return found


def _below(found: ModuleSpec, part: str, path: list[str]) -> list[str]:
    """Return the folders of a package; one without a file has a part in any folder searched."""
    if found.origin is None and found.submodule_search_locations is not None:
        return [str(folder) for each in path if (folder := Path(each) / part).is_dir()]
    return list(found.submodule_search_locations or ())


def _found_by(finder: object, name: str, path: list[str], root: Path) -> ModuleSpec | None:
    try:
        if finder is PathFinder:
            return PathFinder.find_spec(name.rpartition(".")[2], path)  # no parent is imported
        inside = None if path[:1] == [str(root)] else path
        found: ModuleSpec | None = finder.find_spec(name, inside)  # type: ignore[attr-defined]
    except (AttributeError, ImportError, ValueError):  # finders are foreign code too
        return None
    return found


def _with_parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[: n + 1]) for n in range(len(parts)))


def _outside(reference: str, module: str, root: Path) -> NotFound | None:
    """Say that Python finds a module neither below `root` nor elsewhere; None if it may."""
    if find(module, root) is not None:
        return None
    known = [each for each in _with_parents(module) if find(each, root) is not None]
    top = module.partition(".")[0]
    if not known:
        return _unknown_package(reference, top, root)
    file = module_file(known[-1], import_path(root))
    if file is None and not (root / top).is_dir():
        return None  # such as `os.path`, which exists once `os` is imported
    if file is not None and file.suffix == ".py" and _is_open(ast.parse(file.read_bytes())):
        return None
    return NotFound(f"{reference}: there is no module `{module}` below {top}/")


def _unknown_package(reference: str, top: str, root: Path) -> NotFound:
    fact = f"{reference}: there is no `{top}` in {root}, and none is installed"
    if near := nearest(top, modules_in(root)):
        return NotFound(f"{fact}; did you mean `{near[0]}`?")
    how = "install it, correct `callable`, or say under `root` of the binding file where it is"
    return NotFound(f"{fact}; {remedy(how)}", top if has_pv_alone() else None)


def _is_open(source: ast.Module) -> bool:
    """Return whether a module may have names, or modules below it, that its text does not show."""
    for node in ast.walk(source):
        match node:
            case ast.alias(name="*") | ast.FunctionDef(name="__getattr__"):
                return True
            case ast.Name(id=name) if name in _OPENING:
                return True
            case ast.Global() | ast.Attribute(attr="modules"):  # of `sys`
                return True
    return False


def _defined(source: ast.Module) -> set[str]:
    """Return the names that a module defines, wherever it does outside functions and classes."""
    names: set[str] = set()
    waiting: list[ast.AST] = [*source.body]
    while waiting:
        match waiting.pop():
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.Name(id=name, ctx=ast.Store())
            ):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {alias.asname or alias.name.partition(".")[0] for alias in aliases}
            case other:
                waiting += ast.iter_child_nodes(other)
    return names
