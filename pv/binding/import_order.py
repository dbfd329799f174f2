"""Let a process import the code of one project first, as the processes of pv do."""

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from pv.binding.environment import project_folders
from pv.binding.locate import find

_KEPT = frozenset({"pv", "__main__"})


@contextmanager
def first_on_path(root: Path) -> Iterator[None]:
    """Import from below `root` first; modules that are others there are put aside until the end."""
    folders = project_folders(root)
    others = {*_others(root, folders)}
    aside = _taken_out(others)
    sys.path[:0] = folders
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for each in folders:
            if each in sys.path:
                sys.path.remove(each)
        _taken_out(others)
        sys.modules.update(aside)


def _others(root: Path, folders: Sequence[str]) -> Iterator[str]:
    """Yield the packages that are imported, and for which Python finds others with `root` first."""
    for name in {each.partition(".")[0] for each in sys.modules} - _KEPT:
        if PathFinder.find_spec(name, folders) is not None and name in sys.modules:
            found = find(name, root)
            loaded: ModuleSpec | None = getattr(sys.modules[name], "__spec__", None)
            if found is not None and (loaded is None or _place(found) != _place(loaded)):
                yield name


def _place(spec: ModuleSpec) -> str:
    """Return the file of a module, or the first folder of a package without one."""
    places = [spec.origin] if spec.origin else [*(spec.submodule_search_locations or ())]
    return os.path.realpath(places[0]) if places else ""


def _taken_out(packages: set[str]) -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] in packages]
    return {name: sys.modules.pop(name) for name in names}
