"""Modules and names of Python and of packages that answer by more than their arguments."""

import sys
from collections.abc import Collection, Iterator

PURE = frozenset({
    "abc", "bisect", "builtins", "cmath", "collections", "copy", "dataclasses", "decimal", "enum",
    "fractions", "functools", "heapq", "itertools", "math", "numbers", "operator", "re",
    "statistics", "string", "types", "typing",
})  # fmt: skip
"""Modules of Python whose functions depend on their arguments alone, in few lines of Python."""
_KNOWN = PURE | {
    "__future__", "array", "ast", "attr", "attrs", "base64", "binascii", "calendar", "colorsys",
    "contextlib", "contextvars", "copyreg", "datetime", "difflib", "einops", "functorch",
    "graphlib", "hashlib", "hmac", "html", "ipaddress", "json", "keyword", "logging", "numpy",
    "pickle", "pprint", "pydantic", "queue", "reprlib", "scipy", "sre_compile", "sre_constants",
    "struct", "sympy", "sys", "textwrap", "thread", "threading", "torch", "typing_extensions",
    "unicodedata", "uuid", "warnings", "weakref", "zlib", "zoneinfo",
}  # fmt: skip
"""Those, and others of which that is so but for the names below."""
_ASKING = {
    "datetime": {"today", "now", "utcnow", "fromtimestamp", "astimezone", "timestamp"},
    "decimal": {"getcontext", "setcontext"},
    "logging": {"getLevelName", "root", "isEnabledFor", "getEffectiveLevel", "LogRecord"},
    "numpy": {
        "random", "load", "loadtxt", "genfromtxt", "fromfile", "memmap", "geterr", "seterr",
        "geterrcall", "seterrcall", "get_printoptions", "set_printoptions", "ctypeslib", "f2py",
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
        "normal", "bernoulli", "multinomial", "poisson", "manual_seed", "seed", "initial_seed",
        "random", "get_rng_state", "set_rng_state", "Generator", "default_generator", "load",
        "from_file", "get_default_dtype", "set_default_dtype", "is_grad_enabled",
        "get_num_threads", "normal_", "uniform_", "random_", "bernoulli_", "exponential_",
        "cauchy_", "geometric_", "log_normal_", "dropout", "Dropout", "dropout1d", "dropout2d",
        "dropout3d", "alpha_dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout",
        "init", "distributions", "rrelu", "RReLU", "gumbel_softmax", "DataLoader",
    },
    "uuid": {"uuid1", "uuid4", "uuid6", "uuid7", "getnode"},
    "warnings": {"filters", "catch_warnings"},
}  # fmt: skip
"""Names of those modules that ask: the clock, chance, files, settings of the process."""
_CONSTANT = frozenset({
    "byteorder", "float_info", "hash_info", "int_info", "maxsize", "maxunicode", "version_info",
})  # fmt: skip
"""All of `sys` that does not change."""
FUNCTIONS = frozenset({"open", "input", "id", "exec", "eval", "__import__", "globals", "hash"})
"""Functions of Python that depend on more than their arguments."""
ATTRIBUTES = frozenset({
    "__globals__", "__builtins__", "__subclasses__", "f_globals", "f_locals", "f_builtins",
    "f_back", "cache_info",
})  # fmt: skip
"""Ways to values that code does not name."""


def asks(module: str, names: Collection[str]) -> Iterator[str]:
    """Yield what answers by more than arguments, of what code uses of a module by these names."""
    top, _, rest = module.partition(".")
    home = top.removeprefix("_") if top in sys.stdlib_module_names else top
    if home not in _KNOWN and top not in _KNOWN:
        yield f"the module `{module}`"
    elif home == "sys":
        yield from (f"`sys.{name}`" for name in names if name in vars(sys).keys() - _CONSTANT)
    else:
        asking = _ASKING.get(home, set())
        yield from (f"`{name}` of `{top}`" for name in (*names, *rest.split(".")) if name in asking)


def is_foreign(name: str) -> bool:
    """Return whether a module is Python's own or that of an installed package."""
    top = name.partition(".")[0]
    file = getattr(sys.modules.get(top), "__file__", None) or ""
    return top in sys.stdlib_module_names or "-packages" in file or top == "builtins"
