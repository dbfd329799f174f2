"""Find a module by its name or its file, and read its source; nothing is imported."""

import ast
from collections.abc import Iterable
from importlib.util import decode_source
from pathlib import Path

from pv.binding.locate import find
from pv.contract.discovery.regular_file import read_regular
from pv.nearest import listed, nearest
from pv.proposals.model import Function, LeftOut, Source
from pv.proposals.source.functions import Read, read_functions
from pv.proposals.source.names import OTHER_NAMES

_SOURCE_FOLDER = "src"
_MOST = 4 << 20  # bytes
_TOO_DEEP = "its expressions are nested too deeply to be read; take the functions apart"


class Unreadable(Exception):  # noqa: N818 - it is the user's, not an error of ours
    """Raised where there is no such module, or no source that can be read; says what to do."""


def read_source(target: str, project: Path) -> Source:
    """Return what the source of a module says, named `package.module` or by its file.

    Behind a colon, one function is named. Of a package without functions of its own, all its
    modules are read. Raises Unreadable.
    """
    target, _, function = target.partition(":")
    found = _read_whole(target, project)
    return _only(found, function) if function else found


def _only(source: Source, name: str) -> Source:
    """Return a source with one of its functions; raises Unreadable."""
    functions = tuple(each for each in source.functions if each.name == name)
    left_out = tuple(each for each in source.left_out if each.name == name)
    unread = tuple(each for each in source.unread if each.name == name)
    if not functions and not left_out:
        known = [
            *(each.name for each in source.functions),
            *(each.name for each in source.left_out),
        ]
        hint = f"did you mean `{near[0]}`?" if (near := nearest(name, known)) else listed(known)
        raise Unreadable(f"{source.name}: it has no public function `{name}`; {hint or 'none'}")
    return Source(f"{source.name}.{name}", source.files, source.root, functions, left_out, unread)


def _read_whole(target: str, project: Path) -> Source:
    file, root, name = located(target, project)
    own = _read(file, name)
    if file.name != "__init__.py" or own.functions or own.left_out:
        return Source(name, (file,), root, *_told_apart(own))
    files = [each for each in sorted(file.parent.glob("*.py")) if not each.name.startswith("_")]
    parts = [_read(each, f"{name}.{each.stem}") for each in files]
    return Source(name, tuple(files), root, *_told_apart(_joined(parts)))


def _told_apart(read: Read) -> Read:
    """Leave out functions of which a parameter has the name of another function."""
    names = {each.name for each in read.functions}
    clashes = {
        each.name: parameter.name
        for each in read.functions
        for parameter in each.parameters
        if parameter.name in names
    }
    reasons = [
        LeftOut(
            each.name, each.place, f"`{clashes[each.name]}` is a function here too; {OTHER_NAMES}"
        )
        for each in read.functions
        if each.name in clashes
    ]
    kept = tuple(each for each in read.functions if each.name not in clashes)
    return Read(kept, (*read.left_out, *reasons), read.unread)


def _read(file: Path, name: str) -> Read:
    try:
        return read_functions(parsed_file(file), name, shown(file))
    except RecursionError as fault:
        raise Unreadable(f"{shown(file)}: {_TOO_DEEP}") from fault


def parsed_file(file: Path) -> ast.Module:
    """Return the tree of a file of Python; raises Unreadable."""
    return parsed_text(file)[0]


def parsed_text(file: Path) -> tuple[ast.Module, str]:
    """Return the tree of a file of Python, and its text; raises Unreadable."""
    try:
        written = read_regular(file, _MOST)
        return ast.parse(written), decode_source(written)
    except OSError as fault:
        raise Unreadable(f"{file}: cannot be read: {fault.strerror}") from fault
    except SyntaxError as fault:
        place = f"{shown(file)}:{fault.lineno or 1}"
        raise Unreadable(f"{place}: not Python: {fault.msg}; correct it") from fault
    except ValueError as fault:
        raise Unreadable(f"{shown(file)}: not Python: {fault}; correct it") from fault
    except (RecursionError, MemoryError) as fault:
        raise Unreadable(f"{shown(file)}: {_TOO_DEEP}") from fault


def _joined(parts: Iterable[Read]) -> Read:
    """Return what several modules say; of two functions with one name the first is kept."""
    kept: dict[str, Function] = {}
    left_out, unread = list[LeftOut](), list[LeftOut]()
    for each in parts:
        for function in each.functions:
            if (other := kept.setdefault(function.name, function)) is not function:
                reason = f"{other.module} has a function of this name; run `pv new` for each module"
                left_out.append(LeftOut(function.name, function.place, reason))
        left_out += each.left_out
        unread += each.unread
    return Read(tuple(kept.values()), tuple(left_out), tuple(unread))


def shown(file: Path) -> str:
    """Return a path as a user here would write it."""
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def is_in(name: str, project: Path) -> bool:
    """Return whether a project, or its folder of sources, has a module or package of this name."""
    return any(is_in_folder(name, home) for home in (project, project / _SOURCE_FOLDER))


def is_in_folder(name: str, home: Path) -> bool:
    """Return whether a folder has a module or package of this name."""
    return (home / f"{name}.py").is_file() or any((home / name).glob("*.py"))


def located(target: str, project: Path) -> tuple[Path, Path, str]:
    """Return a module's file, the folder above its packages, and its name; raises Unreadable."""
    return _by_file(Path(target)) if _is_file(target) else _by_name(target, project)


def _is_file(target: str) -> bool:
    return target.endswith(".py") or "/" in target


def _by_file(file: Path) -> tuple[Path, Path, str]:
    """Return a file, the folder above its packages, and its name from there."""
    if not file.is_file():
        raise Unreadable(f"{file}: there is no such file; name a module, as `package.module`")
    root = file.resolve().parent
    while (root / "__init__.py").is_file():
        root = root.parent
    parts = file.resolve().relative_to(root).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    if not all(part.isidentifier() for part in parts):
        raise Unreadable(f"{file}: no module can have this name; rename the file")
    return file, root, name


def root_of(modules: Iterable[str], project: Path) -> Path:
    """Return the folder below which modules lie: the project, or its folder of sources."""
    source = project / _SOURCE_FOLDER
    names = {each.partition(".")[0] for each in modules}
    below = source.is_dir() and any(is_in_folder(each, source) for each in names)
    return source if below else project


def _by_name(name: str, project: Path) -> tuple[Path, Path, str]:
    if not all(part.isidentifier() for part in name.split(".")):
        raise Unreadable(f"{name}: no module has such a name; write `package.module`, or its file")
    source = project / _SOURCE_FOLDER
    for root in (project, source):
        found = find(name, root) if root.is_dir() else None
        if found is not None and found.origin is not None and found.origin.endswith(".py"):
            below = Path(found.origin).is_relative_to(source)
            named_from_there = name.partition(".")[0] != _SOURCE_FOLDER
            return Path(found.origin), source if below and named_from_there else project, name
    raise Unreadable(
        f"{name}: there is no Python source of it in {project}, in its folder"
        f" {_SOURCE_FOLDER}/, or installed; correct the name, or name the file"
    )
