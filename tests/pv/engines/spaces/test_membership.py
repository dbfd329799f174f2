"""Random domains: each value that is drawn is in the domain, judged from the documentation alone.

Nothing here but the texts comes from pv: `In` is what docs/claim-language.md says of a set.
"""

import datetime as dt
import math
import os
import random
from contextlib import suppress
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from pv.checks.model import Formulas
from pv.claims import EXACT, EvaluationError, Fault, parse, read_field
from pv.claims.domains.read_space import space_of
from pv.engines.spaces.draw import cases
from pv.engines.spaces.finite_spaces import points
from pv.engines.spaces.hypothesis_search import strategy
from pv.engines.spaces.membership import Members

DOMAINS = int(os.environ.get("PV_DIFFERENTIAL_DOMAINS", "10000"))
SEED = int(os.environ.get("PV_DIFFERENTIAL_SEED", dt.datetime.now(dt.UTC).date().toordinal()))
SLACK = {"float64": 1e-6, "float32": 1e-3, "float16": 3e-2}


class In(NamedTuple):
    """A set: its text, whether an item is in it where a case stands, and its points if few."""

    text: str
    has: object
    points: object = None
    size: int | None = None
    inside: object = None
    """The same of a number, whether it is meant as a whole or as a real one."""


class Said(NamedTuple):
    """A domain: statements, the test of a case, and what is known of it."""

    text: str
    tests: tuple
    finite: object
    surely_some: bool


def whole(value):
    return isinstance(value, int | np.integer) and not isinstance(value, bool | np.bool_)


def exact(value):
    if whole(value):
        return Fraction(int(value))
    if isinstance(value, bool | np.bool_ | str) or not math.isfinite(value):
        return None
    return Fraction(float(value))


def ends(rng):
    """Return two texts of numbers with their exact values, mostly in order."""
    kind = rng.randrange(7)
    if kind == 0:
        base = rng.choice((2**53, 2**63, 2**64, 10**20, 10**310))
        low, high = base + rng.randrange(5), base + rng.randrange(2, 9)
        return (str(low), Fraction(low)), (str(high), Fraction(high))
    if kind == 1:
        low, high = rng.randint(-9, 9), rng.randint(1, 9)
        return (f"{low}/{high}", Fraction(low / high)), ("π", Fraction(math.pi))
    if kind == 2:
        top = rng.choice((1e-300, 5e-324, 1e300, 1e-9))
        return ("0", Fraction(0)), (repr(top), Fraction(top))
    if kind == 3:
        low = round(rng.uniform(-3, 3), 2)
        high = round(low + rng.uniform(-0.1, 3), 2)
        return (repr(low), Fraction(low)), (repr(high), Fraction(high))
    low = rng.randint(-5, 5)
    high = low + rng.randint(-1, 6)
    return (str(low), Fraction(low)), (str(high), Fraction(high))


def real(inside, text):
    def has(value, _case, _dtype):
        number = exact(value)
        return number is not None and not whole(value) and inside(number)

    return In(text, has, inside=inside)


def integer(low, high, text):
    def inside(number):
        return (low is None or number >= low) and (high is None or number <= high)

    return In(text, lambda v, _c, _d: whole(v) and inside(exact(v)), size=1, inside=inside)


def interval(rng):
    (low, least), (high, greatest) = ends(rng)
    left, right = rng.choice("[("), rng.choice("])")
    if rng.random() < 0.1:
        low, least, left = "-∞", None, "("
    elif rng.random() < 0.1:
        high, greatest, right = "∞", None, ")"

    def inside(number):
        above = least is None or (number >= least if left == "[" else number > least)
        return above and (
            greatest is None or (number <= greatest if right == "]" else number < greatest)
        )

    return real(inside, f"{left}{low}, {high}{right}")


def integer_range(rng):
    low = rng.choice((-3, 0, 1, 2**53, 2**63 - 2, 2**64, rng.randint(-40, 40)))
    high = low + rng.randint(-1, rng.choice((3, 9, 2**60)))
    few = range(low, high + 1) if high - low < 12 else None
    return integer(low, high, f"{low}..{high}")._replace(
        points=None if few is None else lambda _case: few, size=max(0, high - low + 1)
    )


def same(value, listed, dtype):
    if isinstance(listed, str | bool) or isinstance(value, str | bool | np.bool_):
        return type(listed) is (bool if isinstance(value, np.bool_) else type(value)) and (
            value == listed
        )
    wanted = float(np.dtype(dtype).type(listed)) if isinstance(listed, float) else listed
    return exact(value) == exact(wanted)


def listed(rng):
    pool = rng.choice(((0, 1), (0, 0.5, 1), (-1, 2, 7), ("a", "bc", ""), (1, "a"), (2**60, 3),
                       (0.1, 0.25), (5,), (False, True)))  # fmt: skip
    picked = rng.sample(pool, rng.randint(1, len(pool)))
    words = {True: "true", False: "false"}
    texts = [words[v] if isinstance(v, bool) else f'"{v}"' if isinstance(v, str) else repr(v)
             for v in picked]  # fmt: skip
    return In(
        f"{{{', '.join(texts)}}}",
        lambda value, _case, dtype: any(same(value, each, dtype) for each in picked),
        lambda _case: picked, len(picked),
    )  # fmt: skip


NAMED = (
    real(lambda _v: True, "ℝ"), real(lambda v: v > 0, "ℝ⁺"), real(lambda v: v > 0, "R_>0"),
    real(lambda v: v >= 0, "R_>=0"), integer(None, None, "ℤ"), integer(0, None, "ℕ"),
    integer(1, None, "ℤ⁺"), integer(0, 255, "u8"), integer(-(2**15), 2**15 - 1, "i16"),
    integer(0, 2**64 - 1, "u64"), integer(-(2**63), 2**63 - 1, "i64"),
    integer(0, 2**128 - 1, "u128"), real(lambda _v: True, "f64"),
    In("bool", lambda v, _c, _d: isinstance(v, bool | np.bool_), lambda _c: (False, True), 2),
)  # fmt: skip
_NUMBERS = (interval, integer_range, lambda rng: rng.choice(NAMED[:-1]))


def scalar(rng):
    return rng.choice((interval, integer_range, listed, lambda r: r.choice(NAMED)))(rng)


def item_test(name, made):
    """Return the test of one number, text or truth value."""
    return lambda case, dtype: np.ndim(case[name]) == 0 and made.has(case[name], case, dtype)


def array_test(name, made, sizes):
    def test(case, dtype):
        found = case[name]
        shape = tuple(case[s] if isinstance(s, str) else s for s in sizes)
        return np.shape(found) == shape and all(
            made.has(each, case, dtype) for each in np.ravel(found).tolist()
        )

    return test


def near(left, right, dtype):
    scale = max(1.0, float(np.max(np.abs(right), initial=0)))
    return bool(np.all(np.abs(np.asarray(left, float) - right) <= SLACK[dtype] * scale))


PROPERTIES = {
    "symmetric": lambda a, _d: np.array_equal(a, a.T),
    "diagonal": lambda a, _d: np.count_nonzero(a - np.diag(np.diag(a))) == 0,
    "orthogonal": lambda a, d: near(a.T.astype(float) @ a.astype(float), np.eye(len(a)), d),
    "positive definite": lambda a, d: (
        near(a, a.T, d) and np.linalg.eigvalsh(np.asarray(a, float))[0] > -SLACK[d]
    ),
    "positive semidefinite": lambda a, d: (
        near(a, a.T, d)
        and np.linalg.eigvalsh(np.asarray(a, float))[0] >= -SLACK[d] * max(1, np.abs(a).max())
    ),
    "row-stochastic": lambda a, d: np.all(a >= 0) and near(a.sum(-1), 1.0, d),
    "column-stochastic": lambda a, d: np.all(a >= 0) and near(a.sum(0), 1.0, d),
}
ORDERED = {
    "sorted": lambda a: np.all(a[1:] >= a[:-1]),
    "is_strictly_increasing": lambda a: np.all(a[1:] > a[:-1]),
    "is_strictly_decreasing": lambda a: np.all(a[1:] < a[:-1]),
    "is_sorted_descending": lambda a: np.all(a[1:] <= a[:-1]),
}


def scalars(rng):
    """Return a domain of one to three variables on their own, perhaps with a condition."""
    made = {name: scalar(rng) for name in rng.sample(["a", "x", "y", "k"], rng.randint(1, 3))}
    texts = [f"{name} ∈ {each.text}" for name, each in made.items()]
    tests = [item_test(name, each) for name, each in made.items()]
    numbers = [n for n, each in made.items() if each.size is None or '"' not in each.text]
    numbers = [n for n in numbers if "true" not in made[n].text and "false" not in made[n].text]
    numbers = [n for n in numbers if made[n].text != "bool"]
    some = all(each in NAMED for each in made.values())
    if len(numbers) > 1 and rng.random() < 0.4:
        word, holds = rng.choice((("<", lambda p, q: p < q), ("<=", lambda p, q: p <= q),
                                  ("≠", lambda p, q: p != q)))  # fmt: skip
        one, two = rng.sample(numbers, 2)
        texts.append(f"{one} {word} {two}")
        tests.append(lambda case, _d: holds(exact(case[one]), exact(case[two])))
        some = False
    few = all(each.points is not None for each in made.values())
    return Said(", ".join(texts), tuple(tests), made if few else None, some)


def dependent(rng):
    """Return a domain in which an end is another variable."""
    kind = rng.randrange(4)
    if kind == 0:
        low, high = rng.randint(0, 3), rng.randint(1, 9)
        steps = In("0..n", lambda v, c, _d: whole(v) and 0 <= v <= c["n"],
                   lambda case: range(case["n"] + 1))  # fmt: skip
        total = In(f"{low}..{high}", lambda v, _c, _d: whole(v) and low <= v <= high,
                   lambda _case: range(low, high + 1))  # fmt: skip
        made = {"n": total, "a": steps}
        texts = rng.sample([f"a in 0..n, n in {low}..{high}", f"n in {low}..{high}, a in 0..n"], 1)
        tests = (item_test("n", total), item_test("a", steps))
        return Said(texts[0], tests, made, low <= high)
    first, second = interval(rng), interval(rng)
    left, right = rng.choice("[("), rng.choice("])")

    def between(case, _dtype):
        low, number, high = exact(case["a"]), exact(case["x"]), exact(case["b"])
        return (number >= low if left == "[" else number > low) and (
            number <= high if right == "]" else number < high
        )

    texts = [f"a ∈ {first.text}", f"b ∈ {second.text}", f"x ∈ {left}a, b{right}"]
    rng.shuffle(texts)
    tests = (item_test("a", first), item_test("b", second), between)
    return Said(", ".join(texts), tests, None, surely_some=False)


def twice(rng):
    """Return a domain that says two things of one variable; both hold."""
    one, two = (rng.choice(_NUMBERS)(rng) for _ in range(2))

    both = one.size is None and two.size is None

    def test(case, _dtype):
        number = exact(case["x"])
        kind = number is not None and whole(case["x"]) is not both
        return kind and one.inside(number) and two.inside(number)

    return Said(f"x ∈ {one.text}, x ∈ {two.text}", (test,), None, surely_some=False)


def arrays(rng):
    """Return a domain of an array, perhaps with something said of it."""
    made = rng.choice((interval, integer_range, listed, lambda r: r.choice(NAMED[:-1])))(rng)
    two = rng.random() < 0.5
    sizes = rng.choice((("n", "n"), ("n", "m"), (2, 2), ("n", 3))) if two else (
        rng.choice((("n",), (3,)))
    )  # fmt: skip
    power = "×".join(map(str, sizes))
    texts, tests = [], []
    if rng.random() < 0.3 and "n" in sizes:
        texts.append("n in 1..4")
        tests.append(lambda case, _d: 1 <= case["n"] <= 4)
    base = f"({made.text})" if ".." in made.text else made.text
    text = f"A ∈ {base}^{{{power}}}"
    tests.append(array_test("A", made, sizes))
    numbers = '"' not in made.text and made.text != "bool" and "e" not in made.text
    if numbers and rng.random() < 0.6:
        if two and sizes in {("n", "n"), (2, 2)}:
            said = rng.choice(sorted(PROPERTIES))
            text += f" {said}"
            tests.append(lambda case, d: not np.size(case["A"]) or PROPERTIES[said](case["A"], d))
        elif not two:
            said = rng.choice(sorted(ORDERED))
            text += " sorted" if said == "sorted" else f", {said}(A)"
            tests.append(lambda case, _d: ORDERED[said](case["A"]))
    return Said(", ".join([*texts, text]), tuple(tests), None, surely_some=False)


def weights(rng):
    """Return a domain of weights that have the sum 1."""
    low, high = rng.choice(((0, 1), (0, 0.5), (0.1, 0.9), (None, None)))
    left, right = rng.choice("[("), rng.choice("])")
    items = f"{left}{low}, {high}{right}"

    def inside(value):
        if low is None:
            return True
        return (value >= low if left == "[" else value > low) and (
            value <= high if right == "]" else value < high
        )

    total = rng.choice(("sum(p) = 1", "Σ_i p_i = 1", "Σ p_i = 1"))
    if low is None:
        text = rng.choice((f"p ∈ ℝ^n, {total}", f"{'p ∈ ℝ^n'}, n ≥ 2, {total}"))
    else:
        text = rng.choice((f"p ∈ {items}^n, {total}", f"p ∈ ℝ^n, p_i ∈ {items}, {total}",
                           f"p ∈ ℝ^n, {total}, p_i ∈ {items}"))  # fmt: skip

    def test(case, dtype):
        p = case["p"]
        return p.shape == (case["n"],) and abs(math.fsum(p) - 1) <= SLACK[dtype] * 10 and all(
            map(inside, p.tolist())
        )  # fmt: skip

    return Said(text, (test,), None, surely_some=False)


def divisible(rng):
    """Return a domain of whole numbers of which a word is said."""
    low, high = rng.randint(-9, 9), rng.randint(5, 60)
    word, holds = rng.choice((("even", lambda n: n % 2 == 0), ("odd", lambda n: n % 2 == 1),
        ("prime", lambda n: n > 1 and all(n % d for d in range(2, n)))))  # fmt: skip
    made = In("", lambda v, _c, _d: whole(v) and low <= v <= high and holds(v),
              lambda _case: [n for n in range(low, high + 1) if holds(n)])  # fmt: skip
    text = rng.choice((f"q in {low}..{high}, q {word}", f"q ∈ ℤ, {low} <= q <= {high}, q {word}"))
    return Said(text, (item_test("q", made),), {"q": made}, surely_some=False)


KINDS = (scalars, scalars, dependent, twice, arrays, arrays, weights, divisible)


def members(said, dtype="float64"):
    read = read_field("domain", said.text)
    assert not isinstance(read, Fault), (said.text, read)
    return Members(space_of(read), dtype)


def expected(made, names, case):
    """Yield every point of variables that have few values, each where those before it stand."""
    if not names:
        yield dict(case)
        return
    for value in made[names[0]].points(case):
        yield from expected(made, names[1:], {**case, names[0]: value})


def key(case):
    return tuple(sorted((name, type(value).__name__, repr(value)) for name, value in case.items()))


@pytest.mark.slow
def test_what_is_drawn_from_random_domains_is_in_them():
    print(f"PV_DIFFERENTIAL_SEED={SEED} PV_DIFFERENTIAL_DOMAINS={DOMAINS}")  # noqa: T201 - to repeat a failure
    rng = random.Random(SEED)
    drawn = empty = 0
    for number in range(DOMAINS):
        said = rng.choice(KINDS)(rng)
        dtype = rng.choice(("float64",) * 4 + ("float32", "float16"))
        shown = (SEED, number, said.text, dtype)
        found = []
        with suppress(EvaluationError):  # nothing was drawn
            found.extend(cases(members(said, dtype), 12, number))
        for case in found:
            assert all(test(case, dtype) for test in said.tests), (*shown, case)
        drawn += len(found)
        empty += not found
        assert found or not said.surely_some, shown
        if said.finite is not None and dtype == "float64":
            _every_point(said, shown)
        if number % 500 == 0:
            _by_hypothesis(said, dtype)
    assert drawn > DOMAINS
    assert empty < DOMAINS / 3


def _every_point(said, shown):
    found = points(Formulas("", parse("1 = 1"), (), members(said).space, EXACT))
    assert found is not None, shown
    every = {key(case) for case in found}
    names = list(said.finite)
    wanted = (case for case in expected(said.finite, names, {}))
    right = {key(case) for case in wanted if all(test(case, "float64") for test in said.tests)}
    assert every == right, shown


def _by_hypothesis(said, dtype):
    @settings(
        max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(strategy(members(said, dtype)))
    def check(case):
        assert all(test(case, dtype) for test in said.tests), (said.text, case)

    with suppress(Unsatisfiable):  # a domain may be empty
        check()
