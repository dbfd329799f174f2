"""The folders of a project in which its Python code lies, beside the root itself."""

from collections.abc import Iterator
from configparser import ConfigParser
from configparser import Error as NoIni
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from pv.contract.discovery.regular_file import read_regular

_SOURCES = "src"
_MOST = 4 << 20  # bytes
_OPTION = "pythonpath"
_SECTIONS = {"pytest.ini": "pytest", ".pytest.ini": "pytest", "tox.ini": "pytest",
             "setup.cfg": "tool:pytest"}  # fmt: skip
"""File -> the section in which pytest is configured."""


def source_folders(root: Path) -> tuple[Path, ...]:
    """Return the folders that pytest's `pythonpath` names, and `src` unless it is installed.

    What is installed from elsewhere is meant: only there may a package have its compiled parts.
    """
    source = root / _SOURCES
    own = [source] if any(not _is_elsewhere(name, source) for name in _modules(source)) else []
    return tuple(dict.fromkeys([*_of_pytest(root), *own]))


def modules_in(root: Path) -> frozenset[str]:
    """Return the names of the modules and packages of a project."""
    return frozenset(name for each in (root, *source_folders(root)) for name in _modules(each))


def _modules(folder: Path) -> Iterator[str]:
    """Yield the modules and packages of a folder, which is no package itself."""
    if not folder.is_dir() or (folder / "__init__.py").is_file():
        return
    for each in sorted(folder.iterdir()):
        if each.stem.isidentifier() and (each.suffix == ".py" or each.is_dir()):
            yield each.stem


def _is_elsewhere(name: str, folder: Path) -> bool:
    """Return whether Python finds a module without this folder."""
    try:
        found = find_spec(name)
    except (ImportError, ValueError):  # finders are foreign code too
        return False
    if found is None:
        return False
    places = [found.origin] if found.has_location else found.submodule_search_locations or []
    return any(not Path(each).is_relative_to(folder) for each in places if each)


def _of_pytest(root: Path) -> tuple[Path, ...]:
    """Return what the first configuration of pytest names; one that cannot be read names none."""
    for name in ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"):
        with suppress(OSError, ValueError, NoIni):
            text = read_regular(root / name, _MOST).decode("utf-8")
            named = _named(name, text) if _OPTION in text else ()
            if named:
                return tuple(root / each for each in named if (root / each).is_dir())
    return ()


@lru_cache(16)  # the same few files are asked for every check
def _named(name: str, text: str) -> tuple[str, ...]:
    """Return the folders that a file of this name declares, as they are written."""
    if name == "pyproject.toml":
        match import_module("tomllib").loads(text):  # takes 8 ms
            case {"tool": {"pytest": {"ini_options": {"pythonpath": said}}}}:
                return _texts(said)
            case {"tool": {"pytest": {"pythonpath": said}}}:
                return _texts(said)
        return ()
    parser = ConfigParser(interpolation=None)
    parser.read_string(text)
    return _texts(parser.get(_SECTIONS[name], _OPTION, fallback=""))


def _texts(said: object) -> tuple[str, ...]:
    """Return what stands in a list, or in a text between spaces; of anything else nothing."""
    words = said.split() if isinstance(said, str) else said
    return tuple(each for each in words if isinstance(each, str)) if isinstance(words, list) else ()
