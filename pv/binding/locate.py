"""Find what `module:qualname` names by reading source text; nothing is imported."""

import ast
import difflib
from dataclasses import dataclass
from pathlib import Path

from pv.binding.environment import import_path
from pv.binding.sources import installed, module_file


@dataclass(frozen=True, slots=True)
class NotFound:
    """A callable that is not there; the reason is a sentence with its remedy."""

    reason: str


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
        names = _defined(ast.parse(file.read_bytes()).body)
    except SyntaxError as fault:
        return NotFound(f"{file}:{fault.lineno}: {fault.msg}")
    first = qualname.partition(".")[0]
    if first in names:
        return file
    near = difflib.get_close_matches(first, names, n=1)
    defined = ", ".join(sorted(names)[:8]) or "nothing"
    hint = f"did you mean `{near[0]}`?" if near else f"it defines {defined}"
    return NotFound(f"{reference}: {file.name} defines no `{first}`; {hint}")


def _outside(reference: str, module: str, root: Path) -> NotFound | None:
    """Say that a module is neither below `root` nor installed; None if it may be."""
    top = module.partition(".")[0]
    missing = NotFound(f"{reference}: there is no module `{module}` below {top}/")
    if module_file(top, import_path(root)) is not None:
        return missing
    if installed(top, root) is not None:
        return None
    if (root / top).is_dir():
        return missing
    return NotFound(
        f"{reference}: there is no `{top}` in {root}, and none is installed; install it, correct"
        " `callable`, or say under `root` of the binding file where the code is"
    )


def _defined(body: list[ast.stmt]) -> set[str]:
    names: set[str] = set()
    for node in body:
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {alias.asname or alias.name.partition(".")[0] for alias in aliases}
            case ast.If(body=inner, orelse=other) | ast.Try(body=inner, orelse=other):
                names |= _defined(inner) | _defined(other)
    return names
