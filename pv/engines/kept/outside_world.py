"""Modules and names of Python and of packages that answer by more than their arguments."""

import importlib
import sys
from collections.abc import Collection, Iterator

PURE = frozenset({
    "abc", "bisect", "builtins", "cmath", "collections", "copy", "dataclasses", "decimal", "enum",
    "fractions", "functools", "heapq", "itertools", "math", "numbers", "operator", "re",
    "statistics", "string", "types", "typing",
})  # fmt: skip
"""Modules of Python whose functions depend on their arguments alone, in few lines of Python."""
_KNOWN = PURE | {
    "__future__", "array", "ast", "attr", "attrs", "base64", "binascii", "calendar", "codecs",
    "colorsys", "configparser", "contextlib", "contextvars", "copyreg", "csv", "datetime",
    "difflib", "einops", "functorch", "graphlib", "hashlib", "hmac", "html", "io", "ipaddress",
    "json", "keyword", "locale", "logging", "ntpath", "numpy", "os", "pathlib", "pickle", "posix",
    "posixpath", "pprint", "pydantic", "pydantic_core", "queue", "random", "reprlib", "scipy",
    "sre_compile", "sre_constants", "struct", "sympy", "sys", "textwrap", "thread", "threading",
    "time", "tomllib", "torch", "typing_extensions", "unicodedata", "uuid", "warnings", "weakref",
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
    "pathlib": {
        "cwd", "exists", "group", "is_block_device", "is_char_device", "is_dir", "is_fifo",
        "is_file", "is_junction", "is_mount", "is_socket", "is_symlink", "lstat", "owner",
        "samefile", "stat",
    },
    "scipy": {"rvs", "qmc", "random", "io", "datasets", "sampling"},
    "sympy": {"random", "randprime", "randtest"},
    "thread": {"get_ident", "get_native_id"},
    "threading": {
        "get_ident", "get_native_id", "current_thread", "main_thread", "active_count", "enumerate",
        "Thread", "Timer", "local",
    },
    "torch": {
        "rand", "randn", "randint", "rand_like", "randn_like", "randint_like", "randperm",
        "normal", "from_file", "bernoulli", "multinomial", "poisson", "manual_seed", "seed",
        "initial_seed", "random", "get_rng_state", "set_rng_state", "Generator",
        "default_generator", "get_default_dtype", "set_default_dtype", "is_grad_enabled",
        "get_num_threads", "normal_", "uniform_", "random_", "bernoulli_", "exponential_",
        "cauchy_", "geometric_", "log_normal_", "dropout", "Dropout", "dropout1d", "dropout2d",
        "dropout3d", "alpha_dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout",
        "init", "distributions", "rrelu", "RReLU", "gumbel_softmax", "DataLoader",
    },
    "uuid": {"uuid1", "uuid4", "uuid6", "uuid7", "getnode"},
    "warnings": {"filters", "catch_warnings"},
}  # fmt: skip
"""Names of those modules that ask: the clock, chance, files, settings of the process."""
_ANSWERED: dict[str, set[str]] = {
    "locale": {
        "Error", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "getdefaultlocale", "getencoding",
        "getlocale", "getpreferredencoding", "localeconv", "normalize",
    },
    "os": {
        "DirEntry", "O_CREAT", "O_EXCL", "O_RDONLY", "O_RDWR", "O_TRUNC", "O_WRONLY", "PathLike",
        "_Environ", "altsep", "close", "curdir", "environ", "environb", "error", "extsep",
        "fdopen", "fsdecode", "fsencode", "fspath", "getenv", "getenvb", "linesep", "listdir",
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
        "byteorder", "float_info", "hash_info", "int_info", "maxsize", "maxunicode", "version_info",
    },
    "time": {"altzone", "daylight", "mktime", "struct_time", "timezone", "tzname"},
}  # fmt: skip
_ANSWERED |= {"posix": _ANSWERED["os"], "ntpath": _ANSWERED["posixpath"]}
"""All of these modules that does not change, or changes only with what evidence is kept by.

That is the text of files, the names in folders, the variables that a process inherits; and what
code does to files itself is heard.
"""
FUNCTIONS = frozenset({"input", "id", "exec", "eval", "__import__", "globals", "hash"})
"""Functions of Python that depend on more than their arguments."""
ATTRIBUTES = frozenset({
    "__globals__", "__builtins__", "__subclasses__", "f_globals", "f_locals", "f_builtins",
    "f_back", "cache_info",
})  # fmt: skip
"""Ways to values that code does not name."""


ONLY_ALONE = frozenset({
    "Random", "RandomState", "SeedSequence", "ctime", "default_rng", "gmtime", "localtime",
})  # fmt: skip
"""Functions that ask only where they are given nothing."""
_INSTALLED = ("site-packages", "dist-packages")


def asks(module: str, names: Collection[str]) -> Iterator[str]:
    """Yield what answers by more than arguments, of what code uses of a module by these names."""
    top, _, rest = module.partition(".")
    home = top.removeprefix("_") if top in sys.stdlib_module_names else top
    if home in _ANSWERED:
        asking = vars(importlib.import_module(module)).keys() - _ANSWERED[home]
        yield from (f"`{module}.{name}`" for name in sorted(asking.intersection(names)))
    elif home in _KNOWN or top in _KNOWN:
        asking = _ASKING.get(home, set())
        yield from (
            f"`{name}` of `{top}`"
            for name in sorted(asking.intersection((*names, *rest.split("."))))
        )
    elif top in sys.stdlib_module_names:
        yield f"the module `{module}`"


def is_foreign(name: str) -> bool:
    """Return whether a module is Python's own or that of an installed package."""
    top = name.partition(".")[0]
    file = str(getattr(sys.modules.get(top), "__file__", None) or "")
    return (
        top in sys.stdlib_module_names
        or top in _KNOWN
        or top not in sys.modules
        or any(f"/{each}/" in file.replace("\\", "/") for each in _INSTALLED)
    )


def is_library(name: str) -> bool:
    """Return whether a module is that of an installed package of which nothing is known here."""
    top = name.partition(".")[0]
    return is_foreign(name) and top not in sys.stdlib_module_names and top not in _KNOWN
