"""Report which modules a Python process looks for and which files it reads.

It is loaded by its path into every Python process under test, before anything else of it, so it
imports nothing of pv. What it hears goes line by line into a file, which a killed process leaves.
"""

import json
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from hashlib import sha256
from importlib.machinery import SourceFileLoader
from itertools import takewhile
from threading import local
from typing import Any

REPORT = "PV_REPORT"
"""Variable of the environment: the file to report to."""
APART = "PV_APART"
"""Variable of the environment: a folder that pv made for the process, of which nothing counts."""

Finders = dict[str, Any]
"""Entry of an import path -> the finder of its modules."""

_PV = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_STDLIB = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_INSTALLED = ("site-packages", "dist-packages")
_NO_FILES = ("/proc/", "/dev/", "/sys/")
_LARGE = 1 << 28  # bytes; a larger file is known by its size and times
_NOT_FOUND_BY_PATH = {"__main__", *sys.builtin_module_names}
_OF_PV = {"__pycache__", ".pv"}
_IMPORT_SYSTEM = ("importlib", "_frozen_importlib")
_ABOUT_THE_MACHINE = {f"{_STDLIB}{each}.py" for each in ("platform", "uuid", "ctypes/util")}


def installed_part(path: str) -> tuple[str, str] | None:
    """Return the folder of packages that a path is in, and the name there; None if in none."""
    parts = path.split(os.sep)
    for name in _INSTALLED:
        if name in parts[:-1]:
            end = len(parts) - parts[::-1].index(name)
            return os.sep.join(parts[:end]), parts[end]
    return None


def known_otherwise(path: str) -> bool:
    """Return whether a file is Python's, pv's or an installed package's: those have versions."""
    return path.startswith((_STDLIB, _PV)) or installed_part(path) is not None


def state_of(path: str) -> str | None:
    """Return what changes when a file does, its SHA-256; None where there is none."""
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            return "no file"
        if found.st_size > _LARGE:
            return f"{found.st_size} bytes of {found.st_mtime_ns} {found.st_ctime_ns}"
        return _digest(path)
    except PermissionError:
        return "not readable"
    except (OSError, ValueError):
        return None


def _digest(path: str) -> str:
    digest = sha256()
    with open(path, "rb") as stream:
        while part := stream.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def names_in(folder: str) -> str | None:
    """Return what changes when a file comes into a folder, leaves it or turns into a folder.

    It is None without a folder.
    """
    try:
        with os.scandir(folder) as entries:
            found = sorted(map(_kind_and_name, entries))
    except (OSError, ValueError):
        return None
    names = (f"{kind}{name}" for name, kind in found if name not in _OF_PV)
    return sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()


def _kind_and_name(entry: os.DirEntry[str]) -> tuple[str, str]:
    return entry.name, f"{entry.is_symlink():d}{entry.is_dir():d}"


def target_of(link: str) -> str | None:
    """Return where a symbolic link leads; None where there is none."""
    try:
        return os.readlink(link)
    except (OSError, ValueError):
        return None


def find(name: str, path: Iterable[str], finders: Finders) -> str | None:
    """Return the file that importing a name would execute, by an import path; None without one.

    Of a package without a file it is the list of its folders.
    """
    portions: list[str] = []
    for entry in path:
        finder = _finder(entry, finders)
        spec = finder.find_spec(name) if hasattr(finder, "find_spec") else None
        if spec is None:
            continue
        if spec.loader is not None:
            return spec.origin or ""
        portions += spec.submodule_search_locations or ()
    return os.pathsep.join(portions) or None


def _finder(entry: str, finders: Finders) -> Any:
    if entry not in finders:
        for hook in sys.path_hooks:
            try:
                finders[entry] = hook(entry)
            except ImportError:
                continue
            break
        else:  # there may be a folder later
            return None
    return finders[entry]


def compile_from_source() -> None:
    """Let modules of a project be compiled anew: their bytecode may be of an older text.

    Size and time of a file are all that Python compares.
    """
    recorded = SourceFileLoader.path_stats

    def path_stats(self: SourceFileLoader, path: str) -> Any:
        if known_otherwise(os.path.abspath(path)):
            return recorded(self, path)
        raise OSError("its bytecode is neither read nor written")

    SourceFileLoader.path_stats = path_stats  # type: ignore[method-assign]


class Observer:
    """An audit hook and a finder of modules, which only report."""

    def __init__(self, report: str, apart: str) -> None:
        self._file = report
        self._report = self._open()
        self._opened_as = os.fstat(self._report)
        self._apart = os.path.join(apart, "")
        self._told: set[tuple[str, ...]] = set()
        self._finders: Finders = {}
        self._busy = local()
        self._heard: dict[str, Callable[..., None]] = {
            "open": self._opened,
            "os.listdir": self._listed,
            "os.scandir": self._listed,
            "pathlib.Path.glob": self._globbed,
            "pathlib.Path.rglob": lambda folder, *_: self._names(folder),
            "os.mkdir": lambda path, _, at: self._made(path, at),
            "os.rename": self._put,
            "os.link": self._put,
            "os.symlink": lambda _, link, at: self._tell("made", link, at),
            "os.remove": lambda path, at: self._tell("written", path, at),
            "subprocess.Popen": lambda _, words, *__: self._started(words),
            "os.posix_spawn": lambda _, words, *__: self._started(words),
            "os.exec": self._replaced,
            "os.system": lambda command: self._started(["sh", "-c", command]),
            "sqlite3.connect": self._connected,
            "ctypes.dlopen": self._loaded,
            "import": lambda _, file, *__: self._loaded(file),  # of a compiled module
        }

    def begin(self) -> None:
        """Report what has been imported so far, and from now on what is."""
        self._write(["began", sys.orig_argv])
        for name, module in tuple(sys.modules.items()):
            above = sys.modules.get(name.rpartition(".")[0])
            self._look_for(name, getattr(above, "__path__", None))
            self._read(getattr(module, "__file__", None))
        sys.meta_path.insert(0, self)
        sys.addaudithook(self.hear)
        self._listen_to("open", self._open_at)
        self._listen_to("readlink", self._readlink)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Report an event once, if it is about files; what the report itself does is none."""
        treat = self._heard.get(event)
        if treat is None or getattr(self._busy, "here", False):
            return
        self._busy.here = True
        try:
            treat(*arguments)
        finally:
            self._busy.here = False

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:  # noqa: ARG002
        """Report where a module is looked for; the next finder finds it."""
        if getattr(self._busy, "here", False):
            return
        self._busy.here = True
        try:
            self._look_for(name, path)
        finally:
            self._busy.here = False

    def _listen_to(self, name: str, treat: Callable[..., Any]) -> None:
        """Replace a function of the system, of which no event tells all that counts."""
        original = getattr(os, name)

        @wraps(original)
        def heard(*arguments: Any, dir_fd: int | None = None, **named: Any) -> Any:
            return treat(original, *arguments, dir_fd=dir_fd, **named)

        setattr(os, name, heard)
        setattr(sys.modules[os.name], name, heard)
        os.supports_dir_fd.add(heard)

    def _open_at(
        self, original: Callable[..., int], *arguments: Any, dir_fd: int | None, **named: Any
    ) -> int:
        self._busy.at = dir_fd
        try:
            return original(*arguments, dir_fd=dir_fd, **named)
        finally:
            self._busy.at = None

    def _readlink(
        self, original: Callable[..., Any], path: Any, *, dir_fd: int | None
    ) -> str | bytes:
        if not getattr(self._busy, "here", False):
            self._busy.here = True
            try:
                self._link(path, dir_fd)
            finally:
                self._busy.here = False
        result: str | bytes = original(path, dir_fd=dir_fd)
        return result

    def _link(self, path: Any, at: int | None) -> None:
        place = self._place(path, at)
        if place and not known_otherwise(place) and self._is_new("link", place):
            self._write(["link", place, target_of(place)])

    def _look_for(self, name: str, path: Any) -> None:
        entries = tuple(self._entries(sys.path if path is None else path))
        inner = "." in name and all(map(known_otherwise, entries))
        if inner or name in _NOT_FOUND_BY_PATH or not self._is_new("module", name):
            return
        self._write(["module", name, entries, find(name, entries, self._finders)])

    def _entries(self, path: Any) -> Iterator[str]:
        for each in path:
            entry = self._place(each)
            if entry is not None:
                yield entry

    def _opened(self, path: Any, mode: Any, flags: Any) -> None:
        letters = mode if isinstance(mode, str) else ""
        at = None if letters else getattr(self._busy, "at", None)
        access = flags & os.O_ACCMODE
        anew = flags & (os.O_TRUNC | os.O_EXCL) or {*letters} & {*"wx"}
        if anew:
            self._made(path, at, exclusive=bool(flags & os.O_EXCL or "x" in letters))
            return
        if access != os.O_WRONLY:
            self._read(path, at)
        if access != os.O_RDONLY:
            self._tell("written", path, at)

    def _made(self, path: Any, at: int | None, *, exclusive: bool = True) -> None:
        """Report what the process makes itself; where something is, this fails or empties it."""
        place = self._place(path, at)
        if place and not (exclusive and os.path.lexists(place)):
            self._tell("made", place)

    def _put(self, source: Any, target: Any, from_: int, to: int) -> None:
        self._read(source, from_)
        self._tell("made", target, to)

    def _replaced(self, program: Any, words: Any, _: Any) -> None:
        """Report what a process turns into; it may look for the program in several folders."""
        if os.path.exists(program):
            self._started(words)

    def _started(self, words: Any) -> None:
        """Report a program that is started, which may be one that reports nothing."""
        caller = sys._getframe(2)  # noqa: SLF001 - beyond `hear`: who starts it
        while caller.f_back and caller.f_code.co_filename not in _ABOUT_THE_MACHINE:
            caller = caller.f_back
        if caller.f_back is None:
            plain = [words] if isinstance(words, str | bytes | os.PathLike) else words
            self._write(["started", [os.fsdecode(each) for each in plain]])

    def _connected(self, database: Any) -> None:
        """Report a database, which may be written too: that is not heard."""
        name = os.fsdecode(database).removeprefix("file:").partition("?")[0]
        if name and not name.startswith(":"):
            self._read(name)
            self._tell("written", name)

    def _loaded(self, library: Any) -> None:
        if library and os.sep in os.fsdecode(library):
            self._read(library)

    def _listed(self, folder: Any) -> None:
        caller = sys._getframe(2)  # noqa: SLF001 - beyond `hear`: who asked for the names
        if caller.f_globals.get("__name__", "").startswith(_IMPORT_SYSTEM):
            return  # which names it looked for is reported
        self._names("." if folder is None else folder)

    def _globbed(self, folder: Any, pattern: Any, *_: Any) -> None:
        """Report the first folder that is listed, which may be missing: then nothing tells it."""
        above = os.fsdecode(pattern).split(os.sep)[:-1]
        self._names(os.path.join(folder, *takewhile(lambda part: not {*part} & {*"*?["}, above)))

    def _names(self, folder: Any) -> None:
        place = self._place(self._named(folder) if isinstance(folder, int) else folder)
        if place and not known_otherwise(os.path.join(place, "")) and self._is_new("names", place):
            self._write(["names", place, names_in(place)])

    def _read(self, path: Any, at: int | None = None) -> None:
        place = self._place(path, at)
        if place is None or place.startswith(_PV):
            return
        if part := installed_part(place):  # which may be below the standard library
            self._use(*part, os.path.basename(place))
        elif not place.startswith(_STDLIB) and self._is_new("read", place):
            self._write(["read", place, state_of(place)])
            self._read(os.path.realpath(place))  # the process may have made a link to it

    def _use(self, home: str, name: str, file: str) -> None:
        """Report an installed package; that another one was asked about itself is no use of it."""
        if name == "__pycache__":  # of a module that is one file
            name = file.partition(".")[0] + ".py"
        if not name.endswith((".dist-info", ".egg-info")):
            self._tell("installed", os.path.join(home, name))

    def _tell(self, kind: str, path: Any, at: int | None = None) -> None:
        place = self._place(path, at)
        if place is not None and self._is_new(kind, place):
            self._write([kind, place])

    def _named(self, folder: int) -> str | None:
        """Return the path of a folder that was opened."""
        try:
            return os.readlink(f"/proc/self/fd/{folder}")
        except OSError:
            self._write(["started", ["a folder that has no path"]])
            return None

    def _place(self, path: Any, at: int | None = None) -> str | None:
        """Return an absolute path; None for what is no file of the project's or the user's.

        A relative one is below the folder `at`, if that is the number of one.
        """
        if path is None or isinstance(path, int):
            return None
        try:
            name = os.fsdecode(path)
            if at is not None and at >= 0 and not os.path.isabs(name):
                above = self._named(at)
                if above is None:
                    return None
                name = os.path.join(above, name)
            place = os.path.abspath(name)
        except (OSError, TypeError):  # the working folder is gone; or what is no path
            return None
        apart = f"{place}{os.sep}".startswith((self._apart, *_NO_FILES))
        return None if apart else place

    def _is_new(self, *what: str) -> bool:
        if what in self._told:
            return False
        self._told.add(what)
        return True

    def _write(self, line: list[Any]) -> None:
        if not self._is_open():  # a daemon closes all that it inherits
            self._report = self._open()
        os.write(self._report, json.dumps(line).encode() + b"\n")

    def _open(self) -> int:
        return os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def _is_open(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._report), self._opened_as)
        except OSError:
            return False
