"""Modules and names of Python and of packages that answer by more than their arguments."""

import importlib
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

PURE = frozenset({
    "abc", "bisect", "builtins", "cmath", "collections", "copy", "dataclasses", "decimal", "enum",
    "fractions", "functools", "heapq", "itertools", "math", "numbers", "operator", "re",
    "statistics", "string", "types", "typing",
})  # fmt: skip
"""Modules of Python whose functions depend on their arguments alone, in few lines of Python."""
_KNOWN = PURE | {
    "__future__", "argparse", "array", "ast", "attr", "attrs", "base64", "binascii", "bz2",
    "calendar", "codecs", "colorsys", "configparser", "contextlib", "contextvars", "copyreg", "csv",
    "datetime", "difflib", "einops", "fnmatch", "functorch", "glob", "graphlib", "gzip", "hashlib",
    "hmac", "html", "importlib", "inspect", "io", "ipaddress", "json", "keyword", "linecache",
    "locale", "logging", "lzma", "ntpath", "numpy", "os", "pathlib", "pickle", "pkgutil", "posix",
    "posixpath", "pprint", "pydantic", "pydantic_core", "queue", "random", "reprlib", "runpy",
    "scipy", "sqlite3", "sre_compile", "sre_constants", "struct", "sympy", "sys", "tarfile",
    "textwrap", "thread", "threading", "time", "tokenize", "tomllib", "torch", "traceback",
    "typing_extensions", "unicodedata", "uuid", "warnings", "weakref", "zipfile", "zipimport",
    "zlib", "zoneinfo",
}  # fmt: skip
"""Those, and others of which that is so but for the names below."""
_ASKING: dict[str, set[str]] = {
    "datetime": {"today", "now", "utcnow"},
    "decimal": {"getcontext", "setcontext"},
    "logging": {"getLevelName", "root", "isEnabledFor", "getEffectiveLevel", "LogRecord"},
    "numpy": {
        "random", "geterr", "seterr", "geterrcall", "seterrcall", "get_printoptions",
        "set_printoptions", "ctypeslib", "f2py",
    },
    "operator": {"is_", "is_not"},
    "pathlib": {"st_atime", "st_atime_ns", "st_ctime", "st_ctime_ns", "st_mtime", "st_mtime_ns"},
    "scipy": {"rvs", "qmc", "random", "io", "datasets", "sampling"},
    "sympy": {"random", "randprime", "randtest"},
    "thread": {"get_ident", "get_native_id"},
    "threading": {
        "get_ident", "get_native_id", "current_thread", "main_thread", "active_count", "enumerate",
        "Thread", "Timer", "local",
    },
    "torch": {
        "rand", "randn", "randint", "rand_like", "randn_like", "randint_like", "randperm", "normal",
        "from_file", "bernoulli", "multinomial", "poisson", "seed", "initial_seed", "random",
        "get_rng_state", "set_rng_state", "default_generator", "set_default_dtype", "normal_",
        "uniform_", "random_", "bernoulli_", "exponential_", "cauchy_", "geometric_", "log_normal_",
        "dropout", "Dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "Dropout1d",
        "Dropout2d", "Dropout3d", "AlphaDropout", "init", "distributions", "rrelu", "RReLU",
        "gumbel_softmax", "DataLoader",
    },
    "uuid": {"uuid1", "uuid4", "uuid6", "uuid7", "getnode"},
}  # fmt: skip
"""Names of those modules that ask: the clock, chance, files, settings of the process."""
_METHODS: dict[str, set[str]] = {
    "datetime": _ASKING["datetime"],
    "logging": {"filters", "getEffectiveLevel", "handlers", "hasHandlers", "isEnabledFor"},
    "numpy": {"now", "today"},
    "pathlib": _ASKING["pathlib"],
    "scipy": {"rvs"},
    "torch": {
        "bernoulli_",
        "cauchy_",
        "exponential_",
        "geometric_",
        "log_normal_",
        "normal_",
        "random_",
        "uniform_",
    },
}
"""Those that objects of these modules have as methods."""
_ANSWERED: dict[str, set[str]] = {
    "locale": {
        "Error", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "getdefaultlocale", "getencoding",
        "getlocale", "getpreferredencoding", "localeconv", "normalize",
    },
    "os": {
        "DirEntry", "O_CREAT", "O_EXCL", "O_RDONLY", "O_RDWR", "O_TRUNC", "O_WRONLY", "PathLike",
        "_Environ", "altsep", "close", "curdir", "environ", "environb", "error", "extsep",
        "fdopen", "fsdecode", "fsencode", "fspath", "fwalk", "getenv", "getenvb", "linesep",
        "listdir",
        "makedirs", "mkdir", "name", "open", "pardir", "path", "pathsep", "read", "readlink",
        "remove", "removedirs", "rename", "renames", "replace", "rmdir", "scandir", "sep",
        "unlink", "walk", "write",
    },
    "posixpath": {
        "abspath", "altsep", "basename", "commonpath", "commonprefix", "curdir", "dirname",
        "expanduser", "expandvars", "extsep", "isabs", "join", "normcase", "normpath", "os",
        "pardir", "pathsep", "realpath", "relpath", "sep", "split", "splitdrive", "splitext",
        "splitroot",
    },
    "random": set(),
    "sys": {
        "builtin_module_names", "byteorder", "executable", "float_info", "hash_info",
        "implementation", "int_info", "maxsize", "maxunicode", "platform", "prefix",
        "stdlib_module_names", "version", "version_info",
    },
    "time": {"altzone", "daylight", "mktime", "struct_time", "timezone", "tzname"},
}  # fmt: skip
_ANSWERED |= {"posix": _ANSWERED["os"], "ntpath": _ANSWERED["posixpath"]}
"""All of these modules that does not change, or changes only with what evidence is kept by.

That is the text of files, the names in folders, the variables that a process inherits; and what
code does to files itself is heard.
"""
_STEADY: dict[str, set[str]] = {
    "os": {
        "WEXITSTATUS", "_exit", "dup2", "execl", "execle", "execlp", "execlpe", "execv", "execve",
        "execvp", "execvpe", "fork", "pipe", "posix_spawn", "posix_spawnp", "wait", "waitpid",
        "waitstatus_to_exitcode", "access", "cpu_count", "fdatasync", "fstat", "fsync", "getcwd",
        "getcwdb", "link", "lstat",
        "popen", "stat", "stat_result", "statvfs", "symlink", "system", "uname",
    },
    "pathlib": {
        "cwd", "exists", "group", "is_block_device", "is_char_device", "is_dir", "is_fifo",
        "is_file", "is_junction", "is_mount", "is_socket", "is_symlink", "lstat", "owner",
        "samefile", "stat",
    },
    "posixpath": {"exists", "getsize", "isdir", "isfile", "islink", "ismount", "lexists"},
    "torch": {"get_default_dtype", "get_num_threads", "is_grad_enabled"},
    "warnings": {"catch_warnings", "filters"},
}  # fmt: skip
_STEADY |= {"posix": _STEADY["os"], "ntpath": _STEADY["posixpath"]}
"""Names that tell what seldom changes, of the machine and of files; evidence does not record it."""
_WHOLLY_STEADY = frozenset({"ctypes", "shutil", "subprocess", "sysconfig", "tempfile"})
"""Modules of Python that do: they return names of files, or what other programs return."""
FOR_IMPORTS = frozenset({"`sys.modules`", "`sys.path`"})
"""What modules ask when they are imported to find others: that is recorded."""
FUNCTIONS = frozenset({"input", "id", "exec", "eval", "__import__", "globals", "hash"})
"""Functions of Python that depend on more than their arguments."""
ATTRIBUTES = frozenset({
    "__globals__", "__builtins__", "__subclasses__", "f_globals", "f_locals", "f_builtins",
    "f_back", "cache_info", "__hash__",
})  # fmt: skip
"""Ways to values that code does not name."""
ONLY_ALONE = frozenset({
    "Random", "RandomState", "SeedSequence", "ctime", "default_rng", "gmtime", "localtime",
})  # fmt: skip
"""Functions that ask only where they are given nothing."""
_INSTALLED = frozenset({"site-packages", "dist-packages"})


def asks(module: str, names: Collection[str], others: Collection[str] = ()) -> Iterator[str]:
    """Yield what answers by more than arguments, of what code uses of a module by these names.

    `others` are names that code reads from objects, which may be some of the module's.
    """
    top, home = _top_and_home(module)
    if "__dict__" in names:
        yield f"`{module}.__dict__`"
    if home in _ANSWERED:
        asking = vars(importlib.import_module(module)).keys() - _ANSWERED[home]
        asking -= _STEADY.get(home, set())
        yield from (f"`{module}.{name}`" for name in sorted(asking.intersection(names)))
    elif home in _KNOWN:
        parts = module.split(".")[1:]
        asking = _ASKING.get(home, set()).intersection((*names, *parts))
        asking |= _METHODS.get(home, set()).intersection(others)
        yield from (f"`{name}` of `{top}`" for name in sorted(asking))
    elif top in sys.stdlib_module_names - _WHOLLY_STEADY:
        yield f"the module `{module}`"


def changes_by_itself(module: str) -> bool:
    """Return whether a module holds what may change: code that is given it may look for that."""
    return _top_and_home(module)[1] in _ANSWERED


def steady(module: str, names: Collection[str]) -> Iterator[str]:
    """Yield what a proof has to take for granted, of what code uses of a module by these names."""
    top, home = _top_and_home(module)
    if is_library(module) or home in _WHOLLY_STEADY:
        yield f"`{top}`"
    yield from (f"`{top}.{name}`" for name in _STEADY.get(home, set()).intersection(names))


def _top_and_home(module: str) -> tuple[str, str]:
    """Return the package of a module, and the name by which the tables have it."""
    top = module.partition(".")[0]
    home = top.removeprefix("_") if top in sys.stdlib_module_names else top
    return top, top if top in _KNOWN else home


def is_foreign(name: str) -> bool:
    """Return whether a module is Python's own or that of an installed package."""
    top = name.partition(".")[0]
    file = Path(str(getattr(sys.modules.get(top), "__file__", None)))
    return top in sys.stdlib_module_names or top in _KNOWN or not _INSTALLED.isdisjoint(file.parts)


def is_library(name: str) -> bool:
    """Return whether a module is that of an installed package of which nothing is known here."""
    top = name.partition(".")[0]
    return is_foreign(name) and top not in sys.stdlib_module_names and top not in _KNOWN
