"""Files that binding files name: those of modules, of commands, and declared `sources`."""

import os
import shutil
from collections.abc import Iterable
from glob import glob
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path

from pv.binding.model import System
from pv.evidence.observer import Finders, find

_SINGLE_OPTIONS = "bBdEiIOPqsSuvx"
"""Options of Python without a value."""


def module_file(module: str, path: Iterable[str]) -> Path | None:
    """Return the file of a module by an import path, or None when it is not found there."""
    finders: Finders = {}
    place, name = None, ""
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        place = find(name, path, finders)
        if not place:
            return None
        path = _inside(place)
    return Path(place) if place and Path(place).is_file() else None


def declared(globs: Iterable[str], root: Path) -> frozenset[Path]:
    """Return the files that `sources` names."""
    patterns = [str(root / each) for each in globs]  # one may be absolute, which Path.glob refuses
    found = (Path(name) for each in patterns for name in glob(each, recursive=True))  # noqa: PTH207
    return frozenset(file for file in found if file.is_file())


def of_system(system: System, root: Path) -> frozenset[Path] | None:
    """Return the files that a command names: its program, files among its words, its `sources`.

    None when that is not all: what is neither Python, which is observed, nor has `sources`.
    """
    program, *words = system.run
    if not system.sources and (program != "python" or _unheard(words)):
        return None
    found = None if program == "python" else shutil.which(program)
    named = [root / word.rpartition("=")[2] for word in (program, *words)]
    files = [each for each in named if os.path.isfile(each)]  # noqa: PTH113 - takes any text
    return declared(system.sources, root) | {*files, *([Path(found)] if found else [])}


def _unheard(words: Iterable[str]) -> bool:
    """Return whether options of Python (-E, -I, -S) keep it from being observed."""
    options = takewhile(lambda word: {*word} <= {"-", *_SINGLE_OPTIONS} and word != "-", words)
    return any({*option} & {*"EIS"} for option in options)


def installed(package: str, root: Path) -> ModuleSpec | None:
    """Return where a package outside a project lies, if it does; it is not imported."""
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    plain_folder = [*(spec.submodule_search_locations or ())] == [str(root / package)]
    return None if plain_folder and not spec.has_location else spec


def _inside(place: str) -> list[str]:
    """Return where the modules of a package are looked for."""
    file = Path(place)
    if file.name.startswith("__init__."):
        return [str(file.parent)]
    return [] if file.is_file() else place.split(os.pathsep)
