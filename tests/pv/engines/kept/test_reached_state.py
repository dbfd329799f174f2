"""What code keeps between calls, or asks of the world, is named; what is pure has no such thing."""

import importlib
import textwrap

import pytest

from pv.engines.kept.changes import as_declared, assumed, beside_arguments
from pv.engines.kept.reached_state import kept_by


@pytest.fixture
def beside(tmp_path, monkeypatch):
    """Return a function that calls `f` of some code, and says what it depends on."""
    monkeypatch.syspath_prepend(str(tmp_path))
    numbered = iter(range(100))

    def said(code):
        module = f"reached_{abs(hash(tmp_path))}_{next(numbered)}"
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(code))
        functions = {"f": importlib.import_module(module).f}
        before = kept_by(functions)
        for n in range(3):
            functions["f"](n)
        return beside_arguments(before, kept_by(functions))

    return said


STATE = {
    "lambda": "S = {'n': 0, 'h': lambda: 0}\ndef f(n):\n    S['n'] += 1\n    return S['n']",
    "lock": (
        "import threading\nS = {'n': 0, 'l': threading.Lock()}\n"
        "def f(n):\n    S['n'] += 1\n    return S['n']"
    ),
    "cached arrays that may change": """
        import numpy as np
        from functools import lru_cache
        @lru_cache
        def made():
            return np.zeros(1)
        def f(n):
            made()[0] += 1
            return made()[0]
        """,
    "logger": """
        import logging
        L = logging.getLogger('reached.state')
        L.setLevel(10)
        def f(n):
            L.setLevel(L.level + 1)
            return L.level
        """,
    "abstract class": """
        import abc
        class T(abc.ABC):
            pass
        def f(n):
            T.register([int, str, bytes][n])
            return isinstance(1.0, T)
        """,
    "held lock": (
        "import threading\nL = threading.Lock()\ndef f(n):\n    return L.acquire(blocking=False)"
    ),
    "object with a lambda": """
        class C:
            def __init__(self):
                self.n, self.h = 0, lambda: 0
        S = C()
        def f(n):
            S.n += 1
            return S.n
        """,
    "local class": """
        def made():
            class C:
                n = 0
            return C()
        S = made()
        def f(n):
            S.n += 1
            return S.n
        """,
    "torch module": """
        import torch
        class N(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.register_buffer("n", torch.zeros(1))
                self.h = lambda: 0
            def forward(self, x):
                self.n += 1
                return self.n
        M = N()
        def f(n):
            return int(M(n))
        """,
    "generator": "G = (i for i in range(10**6))\ndef f(n):\n    return next(G)",
    "partial": """
        import functools
        class M:
            def __init__(self):
                self.n = 0
                self.h = lambda: 0
            def inc(self):
                self.n += 1
                return self.n
        P = functools.partial(M.inc, M())
        def f(n):
            return P()
        """,
    "cached list": """
        import functools
        @functools.lru_cache
        def g():
            return []
        def f(n):
            g().append(1)
            return len(g())
        """,
    "cached array": """
        import functools
        import numpy as np
        @functools.lru_cache
        def g():
            return np.zeros(2)
        def f(n):
            g()[0] += 1
            return g()[0]
        """,
    "attribute of a cache": """
        import functools
        @functools.lru_cache
        def g():
            return 1
        g.k = 0
        def f(n):
            g.k += 1
            return g.k
        """,
    "count of hits": """
        import functools
        @functools.lru_cache
        def g():
            return 1
        def f(n):
            g()
            return g.cache_info().hits
        """,
    "metaclass": """
        class M(type):
            k = 0
            def __call__(cls):
                M.k += 1
                return M.k
        class C(metaclass=M):
            pass
        def f(n):
            return C()
        """,
    "slots": """
        class C:
            __slots__ = ("_k", "h")
            def __init__(self):
                self._k, self.h = 0, lambda: 0
            @property
            def k(self):
                self._k += 1
                return self._k
        S = C()
        def f(n):
            return S.k
        """,
    "doc": "def f(n):\n    f.__doc__ = (f.__doc__ or '') + 'x'\n    return len(f.__doc__)",
    "globals": "def f(n):\n    globals()['z'] = globals().get('z', 0) + 1\n    return z",
    "long list": "S = [0] * 10**6\ndef f(n):\n    S[5] += 1\n    return S[5]",
    "very long list": "S = [[0] for _ in range(10**6)]\ndef f(n):\n    S[5][0] += 1\n    return S",
    "getstate": """
        class C:
            n = 0
            def __getstate__(self):
                return {}
        S = C()
        def f(n):
            S.n += 1
            return S.n
        """,
    "weak keys": """
        import weakref
        class K:
            pass
        KEY, W = K(), weakref.WeakKeyDictionary()
        def f(n):
            W[KEY] = W.get(KEY, 0) + 1
            return W[KEY]
        """,
    "local of a thread": """
        import threading
        T = threading.local()
        def f(n):
            T.n = getattr(T, 'n', 0) + 1
            return T.n
        """,
    "context": """
        from contextvars import ContextVar
        V = ContextVar('V', default=0)
        def f(n):
            V.set(V.get() + 1)
            return V.get()
        """,
    "queue": "import queue\nQ = queue.SimpleQueue()\ndef f(n):\n    Q.put(1)\n    return Q.qsize()",
    "mmap": "import mmap\nM = mmap.mmap(-1, 9)\ndef f(n):\n    M[0] = M[0] + 1\n    return M[0]",
    "sqlite3": """
        import sqlite3
        D = sqlite3.connect(':memory:')
        D.execute('create table t (n)')
        def f(n):
            D.execute('insert into t values (1)')
            return D.execute('select count(*) from t').fetchone()[0]
        """,
    "type of zeros": """
        import numpy as np
        S = [np.float32(0)]
        def f(n):
            S[0] = np.float64(0) if type(S[0]) is np.float32 else np.float32(0)
            return S[0]
        """,
}


@pytest.mark.parametrize("name", STATE)
def test_what_is_kept_is_named(beside, name):
    assert beside(STATE[name]) is not None


WORLD = {
    "random": ("import random", "random.random()"),
    "its function": ("from random import random", "random()"),
    "random of numpy": ("import numpy as np", "np.random.rand()"),
    "numpy.random": ("from numpy import random as r", "r.rand()"),
    "torch": ("import torch", "float(torch.rand(1))"),
    "method of torch": ("import torch", "float(torch.zeros(1).normal_())"),
    "time": ("import time", "time.time()"),
    "date": ("from datetime import date", "date.today().day"),
    "now": ("import datetime as d", "d.datetime.now().day"),
    "pid": ("import os", "os.getpid()"),
    "environ": ("from os import environ", "environ.setdefault(str(n), '')"),
    "seed of the system": ("import numpy as np", "np.random.default_rng().random()"),
    "random of the system": ("import random", "random.Random().random()"),
    "passed on": ("import numpy as np", "getattr(np.random, 'rand')()"),
    "renamed": ("import numpy as np", "(lambda r: r.rand())(np.random)"),
    "now, as numbers": ("import time", "time.localtime().tm_sec"),
    "texts of NumPy": ("import numpy as np", "np.datetime64('now').astype(int)"),
    "hash": ("", "'a'.__hash__()"),
    "names of a module": ("import sys", "sys.__dict__.get('x', 0)"),
    "handlers": ("import logging", "len(logging.getLogger().handlers)"),
    "clock at import": ("import time\nK = time.time()", "K"),
    "clock by another name": ("import time\nJ = [time.time()]\nK = {'k': J}", "K['k'][0]"),
    "chance at import": ("from random import randint\nK = [randint(0, 1) for _ in '1']", "K[0]"),
    "chance in a class": ("import random\nclass C:\n    K = random.random()", "C.K"),
    "sys": ("import sys\nsys.x = 0", "sys.path"),
    "decimal": ("import decimal", "decimal.getcontext().prec"),
    "written file": ("", "open(__file__ + '.txt', 'w').close()"),
    "written path": ("from pathlib import Path", "Path(__file__ + '.txt').write_text('')"),
    "folder": ("import os", "os.makedirs(f'{__file__}.{n}', exist_ok=True)"),
    "chance of the system": ("from pathlib import Path", "Path('/proc/self/stat').read_text()"),
    "uuid": ("import uuid", "uuid.uuid4().int"),
    "inside": ("", "__import__('time').time()"),
    "frame": ("", "f.__globals__.get('x')"),
    "identity of a number": ("K = 1000", "n is K"),
    "identity of a text": ("K = 'a' * 2", "str(n) is not K"),
    "identity in a class": ("class C:\n    K = 1000", "n is C.K"),
    "identity of a module's": ("import sys", "n is sys.maxsize"),
    "identity of two": ("", "[n][0] is n"),
    "identity in a lambda": ("K = 1000", "(lambda m: m is K)(n)"),
    "identity of an item's": (
        "class C:\n    n = 1000\n    def __eq__(self, other):\n        return self.n is other.n",
        "C() == C()",
    ),
    "identity by a function": ("from operator import is_", "is_(n, 1000)"),
    "identity in a method": (
        "class C:\n    def g(self, n, k=1000):\n        return n is k",
        "C().g(n)",
    ),
}


@pytest.mark.parametrize("name", WORLD)
def test_what_is_asked_of_the_world_is_named(beside, name):
    above, asks = WORLD[name]
    said = beside(f"{above}\ndef f(n):\n    return {asks}\n")
    assert said is not None
    assert "depends on" in said or "changes" in said or "compared" in said


PURE = {
    "identity of what is there once": """
        import enum
        from dataclasses import dataclass
        from numbers import Number
        import numbers
        class Mode(str, enum.Enum):
            FAST = "fast"
        @dataclass(frozen=True)
        class Point:
            x: int
            def __eq__(self, other):
                return self is other or self.x == other.x
        MISSING = object()
        def g(n, more=MISSING):
            return more is MISSING or more is not Mode.FAST or type(n) is numbers.Number
        def f(n):
            match n > 3:
                case True:
                    return n
            if Point(n) == Point(n + 1) or (n < 2) is False or type(n) is bool:
                return n
            known = n is None or n is not ... or Point(n).__class__ is Point
            return g(n) and known and Number is n.__class__ and n.__add__(n) is NotImplemented
        """,
    "variable": "import os\ndef f(n):\n    return n + (os.environ.get('LANG') == 'x')",
    "read path": """
        from pathlib import Path
        def f(n):
            return len((Path(__file__).parent / Path(__file__).name).read_text())
        """,
    "read file": "def f(n):\n    with open(__file__) as s:\n        return len(s.read())",
    "file of its own": """
        import tempfile
        from pathlib import Path
        HOME = Path(__file__).parent / 'apart'
        def f(n):
            HOME.mkdir()
            (HOME / 'a').write_text(str(n))
            read = (HOME / 'a').read_text()
            (HOME / 'a').unlink()
            HOME.rmdir()
            return int(read)
        """,
    "layout": "import torch\nL = torch.strided\ndef f(n):\n    return n if L else 0",
    "zone of an instant": "import time\ndef f(n):\n    return time.localtime(n).tm_hour",
    "seeded": """
        import numpy as np
        def f(n):
            return np.random.default_rng([n]).permutation(3)[0]
        """,
    "cached arrays": """
        import numpy as np
        from functools import lru_cache
        @lru_cache
        def made(n):
            found = np.arange(n)
            found.setflags(write=False)
            return found
        def f(n):
            return len(made(n))
        """,
    "clock of another function": """
        import time
        START = time.time()
        def g(n, began=time.time()):
            return began - START
        def f(n):
            return n
        """,
    "where modules are": """
        import sys
        sys.path.insert(0, 'elsewhere')
        K = sys.platform
        from importlib import import_module
        M = import_module('math')
        def f(n):
            return n + M.floor(1.5) + (K == 'linux')
        """,
    "zone": "import time\ndef f(n):\n    return n + time.timezone // 3600",
    "home": "import os.path\ndef f(n):\n    return len(os.path.expanduser('~'))",
    "constants": "K = 5\nD = {'a': [1, (2, 3)], 'b': {4}}\ndef f(n):\n    return n + K + D['a'][0]",
    "pattern": "import re\nP = re.compile('a+')\ndef f(n):\n    return bool(P.match('a' * n))",
    "logger": """
        import logging
        LOG = logging.getLogger(__name__)
        def f(n):
            LOG.debug('called')
            return n
        """,
    "unused modules": "import time, os, random, sys\ndef f(n):\n    return n",
    "typing": """
        from typing import Generic, TypeVar, Callable, Optional
        T = TypeVar('T')
        A = Callable[[int], Optional[int]]
        B = int | None
        C = list[int]
        class G(Generic[T]):
            pass
        def f(n) -> A:
            B, C, T, A
            return n if G() else 0
        """,
    "dataclass": """
        from dataclasses import dataclass, field
        @dataclass(frozen=True, order=True)
        class P:
            x: int
            y: list = field(default_factory=list)
        ORIGIN = P(0)
        def f(n):
            return P(n) > ORIGIN
        """,
    "enum": """
        from enum import Enum, Flag, IntEnum, auto
        class C(Enum):
            A = auto()
            B = [1]
        class I(IntEnum):
            A = 1
        class F(Flag):
            A = 1
            B = 2
        TABLE = {C.A: 1, C.B: 2}
        def f(n):
            return TABLE[C.A] + I.A + (F.A | F.B).value
        """,
    "named tuple": """
        from typing import NamedTuple
        from collections import namedtuple
        class P(NamedTuple):
            x: int
        Q = namedtuple('Q', 'a b')
        def f(n):
            return P(n).x + Q(1, 2).a
        """,
    "abc": """
        from abc import ABC, abstractmethod
        from typing import Protocol
        class B(ABC):
            @abstractmethod
            def g(self): ...
        class R(Protocol):
            def g(self): ...
        class C(B):
            def g(self):
                return 1
        def f(n):
            return isinstance(C(), B) + C().g()
        """,
    "numpy": """
        import numpy as np
        W = np.array([1.0, 2.0])
        D = np.float32
        T = np.dtype('f4')
        def f(n):
            return float(np.sum(W * np.exp(np.pi)) + D(n) + np.add(1, 2) + np.finfo(T).eps)
        """,
    "torch": """
        import torch
        import torch.nn.functional as F
        from torch import nn
        W = torch.tensor([1.0])
        M = nn.Linear(1, 1)
        def f(n):
            with torch.no_grad():
                return float(F.relu(W * n).sum() + torch.exp(W) + M(W))
        """,
    "cache": """
        import functools
        @functools.lru_cache(maxsize=None)
        def f(n):
            return n if n < 2 else f(n - 1) + f(n - 2)
        """,
    "wraps": """
        import functools
        def twice(g):
            @functools.wraps(g)
            def inner(n):
                return g(g(n))
            return inner
        @twice
        def f(n):
            return n
        """,
    "operators": """
        import operator, math, itertools, json, hashlib
        from functools import partial, reduce
        from operator import itemgetter
        OPS = {'+': operator.add, 'sq': lambda x: x * x, 'root': math.isqrt, 'p': partial(pow, 2)}
        FIRST = itemgetter(0)
        SENTINEL = object()
        def f(n):
            assert SENTINEL is not None
            OPS['root'](4)
            json.dumps({'n': n}); hashlib.sha256(b'')
            return OPS['+'](FIRST([n]), OPS['sq'](reduce(operator.add, range(3))))
        """,
    "dates": """
        from datetime import date, timedelta
        from decimal import Decimal
        from fractions import Fraction
        D, R, Q = date(2020, 1, 1), Decimal('1.5'), Fraction(1, 2)
        def f(n):
            return (D + timedelta(days=n)).day + R * 1 + int(Q)
        """,
    "an attribute named as a builtin": """
        class C:
            id = 3
            def open(self):
                return self.id
        def f(n):
            return C().open()
        """,
    "exceptions": """
        class Bad(ValueError):
            pass
        def f(n):
            try:
                raise Bad(n)
            except Bad:
                return n
        """,
    "context manager": """
        from contextlib import contextmanager, suppress
        @contextmanager
        def g():
            yield 1
        def f(n):
            with g() as x, suppress(ValueError):
                return n + x
        """,
    "sys": "import sys\ndef f(n):\n    return min(n, sys.maxsize)",
    "long table": "T = [i % 7 for i in range(10**6)]\ndef f(n):\n    return T[n]",
    "cached property": """
        from functools import cached_property
        class C:
            @cached_property
            def g(self):
                return 1
        def f(n):
            return C().g
        """,
}


@pytest.mark.parametrize("name", PURE)
def test_what_is_pure_depends_on_nothing_else(beside, name):
    assert beside(PURE[name]) is None


COUNTING = "N = [0]\ndef f(n):\n    N[0] += 1\n    return n\n"


def test_a_package_under_test_is_looked_into(tmp_path, monkeypatch):
    home = tmp_path / "site-packages"
    home.mkdir()
    (home / "counts_calls.py").write_text(COUNTING)
    monkeypatch.syspath_prepend(str(home))
    functions = {"f": importlib.import_module("counts_calls").f}
    before = kept_by(functions)
    functions["f"](1)
    assert "`counts_calls.N`" in beside_arguments(before, kept_by(functions))


GRANTED = {
    "subprocess": ("import subprocess as s", "s.run(['true']).returncode", "`subprocess`"),
    "os.path": ("import os", "os.path.exists('x')", "`posixpath.exists`"),
    "pathlib": ("from pathlib import Path", "Path('x').is_file()", "`pathlib.is_file`"),
    "tempfile": ("import tempfile", "len(tempfile.gettempdir())", "`tempfile`"),
}


@pytest.mark.parametrize("name", GRANTED)
def test_what_seldom_changes_is_assumed_not_to(tmp_path, monkeypatch, name):
    above, tells, told = GRANTED[name]
    monkeypatch.syspath_prepend(str(tmp_path))
    module = f"grants_{name.replace('.', '_')}"
    (tmp_path / f"{module}.py").write_text(f"{above}\ndef f(n):\n    return {tells}\n")
    now = kept_by({"f": importlib.import_module(module).f})
    assert beside_arguments(now, now) is None
    assert assumed(now) == (f"assumes that what {told} returns depends on arguments alone",)


def test_other_packages_are_assumed_to_keep_nothing(tmp_path, monkeypatch):
    home = tmp_path / "site-packages"
    home.mkdir()
    (home / "counts_all_calls.py").write_text(COUNTING)
    (tmp_path / "own_code.py").write_text(
        "from counts_all_calls import f as g\ndef f(n):\n    return g(n)\n"
    )
    monkeypatch.syspath_prepend(str(home))
    monkeypatch.syspath_prepend(str(tmp_path))
    functions = {"f": importlib.import_module("own_code").f}
    before = kept_by(functions)
    functions["f"](1)
    now = kept_by(functions)
    assert beside_arguments(before, now) is None
    assert assumed(now) == (
        "assumes that what `counts_all_calls` returns depends on arguments alone",
    )
    assert "counts_all_calls" in beside_arguments(before, now, packages=False)


def test_what_is_declared_deterministic_is_assumed_to_be(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    code = "import random\nfrom pathlib import Path\ndef f(n):\n    random.seed(n)\n"
    code += "    Path('/proc/stat').read_text()\n    return random.random()\n"
    (tmp_path / "draws_from_a_seed.py").write_text(code)
    functions = {"f": importlib.import_module("draws_from_a_seed").f}
    before = kept_by(functions)
    functions["f"](1)
    now = as_declared(before, kept_by(functions))
    assert beside_arguments(before, now) is None
    (told,) = assumed(now)
    assert "`/proc/stat`, `random.random`, `random.seed`" in told
