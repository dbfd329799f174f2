"""Find the files that a callable or a command reaches in its project, without importing them."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

from pv.binding.model import System
from pv.evidence.digests import of_files


def module_file(module: str, root: Path) -> Path | None:
    """Return the file of a module below `root`, or None when it lives elsewhere."""
    base = root.joinpath(*module.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


@cache  # one command asks for the same module for every check of it
def reached_from(module: str, root: Path) -> frozenset[Path]:
    """Return the files below `root` that importing a module executes, itself included."""
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        for part in _with_parents(name):
            file = module_file(part, root)
            if file and file not in found:
                found.add(file)
                waiting.extend(_imports(file, part))
    return frozenset(found)


def of_system(system: System, root: Path) -> frozenset[Path] | None:
    """Return the files that a system runs, or None when that cannot be told.

    Globs under `sources` decide; without them `python -m MODULE` and `python FILE` are followed.
    """
    if system.sources:
        return frozenset(
            file for glob in system.sources for file in root.glob(glob) if file.is_file()
        )
    match system.run:
        case ("python", "-m", module, *_):
            main = f"{module}.__main__"
            return reached_from(main, root) or reached_from(module, root) or None
        case ("python", script, *_) if (root / script).is_file():
            return frozenset({root / script}) | {
                file for name in _imports(root / script, "") for file in reached_from(name, root)
            }
    return None


def outside_versions(files: Iterable[Path], root: Path) -> dict[str, str]:
    """Return what identifies the packages outside a project that some files import."""
    tops = {name.partition(".")[0] for file in files for name in _imports(file, "")}
    foreign = {
        top
        for top in tops
        if top and top not in sys.stdlib_module_names and module_file(top, root) is None
    }
    return {top: version for top in sorted(foreign) if (version := identity_outside(top))}


def installed(package: str) -> ModuleSpec | None:
    """Return where a package outside any project lies, if it does; it is not imported."""
    try:
        return find_spec(package)
    except (ImportError, ValueError):
        return None


@cache
def identity_outside(package: str) -> str | None:
    """Return what changes when a package outside the project does; None if there is none.

    An installed package has a version, or the date of its files where its distribution has another
    name. One that is installed as a link to its sources is as changeable as the project itself.
    """
    spec = installed(package)
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin)
    if not file.is_file():  # built in, or frozen
        return None
    if not {"site-packages", "dist-packages"} & {*file.parts}:
        home = file.parent.parent if file.name == "__init__.py" else file.parent
        return of_files(reached_from(package, home), home)
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        found = file.stat()
        return f"{found.st_size} bytes of {found.st_mtime_ns}"


def _with_parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    return (".".join(parts[: n + 1]) for n in range(len(parts)))


@cache
def _imports(file: Path, module: str) -> frozenset[str]:
    """Name every module that a file imports anywhere, relative imports made absolute."""
    return frozenset(_named(file, module))


def _named(file: Path, module: str) -> Iterator[str]:
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    try:
        tree = ast.parse(file.read_bytes())
    except SyntaxError:  # running it will say so; here only its own bytes count
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=origin, names=names, level=level):
                base = _absolute(origin, package, level)
                yield base
                yield from (f"{base}.{alias.name}" for alias in names)


def _absolute(origin: str | None, package: str, level: int) -> str:
    if not level:
        return origin or ""
    parts = package.split(".")
    kept = parts[: len(parts) - level + 1]
    return ".".join([*kept, origin] if origin else kept)
