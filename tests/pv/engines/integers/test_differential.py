"""Random small functions: what z3 proves of their code is so wherever they are run."""

import datetime as dt
import importlib
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest

from pv.binding.model import Bound
from pv.checks.model import Induction
from pv.engines.integers.trials import TooLong, within_bounds
from pv.engines.integers.verification_conditions import show

FUNCTIONS = int(os.environ.get("PV_DIFFERENTIAL_FUNCTIONS", "10000"))
SEED = int(os.environ.get("PV_DIFFERENTIAL_SEED", dt.datetime.now(dt.UTC).date().toordinal()))
"""Another one each day; it is in the name of the test."""
PARTS = 4
"""Tests that share the functions, and may run side by side."""
A_FILE = 100
SECONDS = 0.4
"""For one proof."""
SMALL = (*range(-7, 10), 13, 25)
LARGE = (-(2**40), -1001, -100, 99, 100, 101, 1000, 2**31, 2**63 + 1)
FAR = 10**18
"""Claims mention no number beyond this."""
HEAD = """
from dataclasses import dataclass

LIMIT = 3
FLAG = True

@dataclass(frozen=True, slots=True)
class Pair:
    one: int
    other: int

def capped(x, top=LIMIT, *, down=0):
    return min(x, top) - down

def maybe(x, y=None):
    if y is None:
        return x
    return y - x

def odd(x):
    return x % 2 == 1

def emitted(n, stop):
    for i in range(n):
        if i >= stop:
            return
        yield Pair(i, stop)
"""


class Writer:
    """Writes random functions of two integers, `a` and `b`."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.loops = self.within = 0

    def function(self, name: str) -> str:
        self.loops = 0
        self.names = ["a", "b"]
        lines = [*self.block(4, self.chance.randint(1, 3))]
        body = "\n".join([*lines, f"    return {self.number(2)}"])
        return f"def {name}(a, b):\n{body}\n"

    def block(self, indent: int, count: int) -> Iterator[str]:
        before = [*self.names]
        for _ in range(count):
            yield from self.statement(indent)
        if indent > 4:
            self.names = before

    def statement(self, indent: int) -> Iterator[str]:
        pick, space = self.chance.random(), " " * indent
        if pick < 0.35 or indent > 12:
            name = self.chance.choice(["c", "d", *self.names])
            if name in self.names and self.chance.random() < 0.5:
                word = self.chance.choice(["+", "-", "*", "//", "%"])
                yield f"{space}{name} {word}= {self.number(1)}"
            else:
                yield f"{space}{name} = {self.value()}"
                self.names = [*dict.fromkeys([*self.names, name])]
        elif pick < 0.6:
            yield f"{space}if {self.truth(2)}:"
            yield from self.block(indent + 4, 1)
            if self.chance.random() < 0.5:
                yield f"{space}else:"
                yield from self.block(indent + 4, 1)
        elif pick < 0.7 and self.within:
            yield f"{space}{self.chance.choice(['break', 'continue'])}"
        elif pick < 0.78:
            yield f"{space}return {self.number(1)}"
        elif self.loops < 2:
            yield from self.loop(indent)
        else:
            yield f"{space}pass"

    def loop(self, indent: int) -> Iterator[str]:
        space = " " * indent
        self.loops += 1
        if self.chance.random() < 0.8:
            name = "ij"[self.loops - 1]
            ends = self.chance.choice(["a", "b", "3", "1, a", "a, b", "a + 2", "min(a, 4)"])
            yield f"{space}for {name} in range({ends}):"
            self.names = [*self.names, name]
        else:
            end, step = self.chance.choice(
                [("0", "- 1"), ("1", "// 2"), ("b", "- 2"), ("b", "- b")]
            )
            yield f"{space}while a > {end}:"
            yield f"{space}    a = a {step}"
        self.within += 1
        yield from self.block(indent + 4, self.chance.randint(1, 2))
        self.within -= 1

    def value(self) -> str:
        if self.chance.random() < 0.08:
            return self.chance.choice(["None", "True", "a > b", "not a", "(a, b)", "a / 1", "1.0"])
        return self.number(2)

    def number(self, depth: int) -> str:
        pick = self.chance.random()
        if depth == 0 or pick < 0.3:
            return self.chance.choice([*self.names, *self.names, "0", "1", "2", "-3", "LIMIT"])
        one, other = self.number(depth - 1), self.number(depth - 1)
        if pick < 0.62:
            return f"({one} {self.chance.choice('+-+-' if self.within else '+-*+-')} {other})"
        if pick < 0.7:
            word = self.chance.choice(["//", "%"])
            return f"({one} {word} {self.chance.choice(['2', '3', '-2', '7', other])})"
        if pick < 0.76:
            return f"({one} if {self.truth(1)} else {other})"
        if pick < 0.84:
            return f"{self.chance.choice(['min', 'max'])}({one}, {other})"
        if pick < 0.88:
            return f"abs({one})"
        if pick < 0.9 and not self.within:
            return f"({one}) ** {self.chance.choice(['2', '0', '3', '-1'])}"
        return self.chance.choice([
            f"capped({one})", f"capped({one}, {other})", f"capped({one}, down={other})",
            f"maybe({one})", f"maybe(y={one}, x={other})", f"int({one})", f"-({one})",
            f"sum(1 for _ in range({one}))", f"sum(1 for _ in emitted({one}, {other}))",
            "FLAG", "a << 1",
        ])  # fmt: skip

    def truth(self, depth: int) -> str:
        pick = self.chance.random()
        if depth == 0 or pick < 0.6:
            word = self.chance.choice(["<", "<=", ">", ">=", "==", "!="])
            return f"{self.number(1)} {word} {self.number(1)}"
        if pick < 0.7:
            return f"{self.number(1)} <= {self.number(1)} < {self.number(1)}"
        if pick < 0.78:
            return f"odd({self.number(1)})"
        if pick < 0.82:
            return f"{self.chance.choice(self.names)} is not None"
        if pick < 0.86:
            return self.number(1)
        if pick < 0.9:
            return f"not ({self.truth(depth - 1)})"
        word = self.chance.choice(["and", "or"])
        return f"({self.truth(depth - 1)}) {word} ({self.truth(depth - 1)})"


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("seed", [SEED])
def test_what_is_proved_of_random_code_is_so_where_it_runs(tmp_path, monkeypatch, seed, part):
    monkeypatch.syspath_prepend(str(tmp_path))
    chance = random.Random(f"{seed}, part {part}")
    count = Counter()
    for file in range(-(-FUNCTIONS // (A_FILE * PARTS))):
        module = f"random_code_{seed}_{part}_{file}"
        writer = Writer(chance)
        texts = {f"f{n}": writer.function(f"f{n}") for n in range(A_FILE)}
        (tmp_path / f"{module}.py").write_text(HEAD + "\n".join(texts.values()))
        loaded = importlib.import_module(module)
        for name, text in texts.items():
            count[_tried(chance, module, name, text, getattr(loaded, name))] += 1
    assert count["proved"] >= FUNCTIONS // (10 * PARTS), count


def _tried(chance, module, name, text, function) -> str:
    loops = any(word in text for word in ("for ", "while ", "sum("))
    run = _run_within_bounds if loops else _run
    points = [*product(SMALL, SMALL)]
    if not loops:
        points += [*product(LARGE, (*SMALL, *LARGE)), *product(SMALL, LARGE)]
    near = [run(function, *point) for point in product((-2, 0, 1, 2, 4), (-3, 0, 1, 3))]
    lows = chance.choice([(None, None), (0, 0), (0, -3), (1, 1)])
    claims = _claims(chance, [found for found in near if type(found) is int and abs(found) < FAR])
    claim, holds = chance.choice(claims)
    conditions = tuple(
        f"{v} >= {low}" for v, low in zip("ab", lows, strict=True) if low is not None
    )
    said = {"i": _invariants(chance, "i"), "j": _invariants(chance, "j"),
             "while": _invariants(chance, "a")}  # fmt: skip
    plan = Induction(
        claim, ("a", "b"), conditions, {"f": Bound(f"{module}:{name}")}, said,
        {"while": (chance.choice(["a", "a - b", "a + 1"]),)}, None, None,
    )  # fmt: skip
    shown = show(plan, {"f": function}, time.monotonic() + SECONDS)
    if not shown.told:
        return "refused" if "no proof was tried" in shown.missing else "not proved"
    for a, b in points:
        if all(low is None or at >= low for at, low in zip((a, b), lows, strict=True)):
            found = run(function, a, b)
            if isinstance(found, TooLong):
                continue
            told = f"{text}\n{claim} {conditions} {said}: at {a}, {b}: {found!r}"
            assert type(found) in {int, bool}, told
            assert holds(a, b, found), told
    return "proved"


def _run(function, a, b):
    try:
        return function(a, b)
    except Exception as fault:  # noqa: BLE001 - whatever it raises, nothing may be proved
        return fault


def _run_within_bounds(function, a, b):
    try:
        return within_bounds(lambda: _run(function, a, b))
    except TooLong as fault:
        return fault


def _claims(chance, seen):
    least, most = min(seen, default=0), max(seen, default=0)
    some = chance.choice(seen or [0])
    return [
        (f"f(a, b) >= {least}", lambda _a, _b, f: f >= least),
        (f"f(a, b) <= {most}", lambda _a, _b, f: f <= most),
        (f"f(a, b) = {some}", lambda _a, _b, f: type(f) is int and f == some),
        (f"f(a, b) != {most + 1}", lambda _a, _b, f: f is True or f != most + 1),
        ("f(a, b) = f(a, b) + 0", lambda _a, _b, f: type(f) is int),
        ("f(a, b) = a", lambda a, _b, f: type(f) is int and f == a),
        ("f(a, b) >= min(a, b) - 3", lambda a, b, f: f >= min(a, b) - 3),
        ("f(a, b) <= max(a, b, 3)", lambda a, b, f: f <= max(a, b, 3)),
        ("a > b implies f(a, b) >= b", lambda a, b, f: a <= b or f >= b),
        ("f(a, b) % 2 = (f(a, b) + 2) % 2", lambda _a, _b, f: type(f) is int),
    ]


def _invariants(chance, name):
    said = ["1 = 1", f"{name} >= 0", "a >= b or a <= b", f"{name} >= b", "b >= 0", "c >= 0"]
    return tuple(chance.sample(said, k=chance.choice([1, 1, 1, 2])))
