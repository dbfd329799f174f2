"""Points at which code takes long say nothing, and nothing else is passed over."""

import math
import sys

import pytest

from pv.binding.model import Bound
from pv.checks.model import Enumeration
from pv.claims import EXACT
from pv.engines.integers.trials import MOST_LINES, TooLong, mutants_of, tried, within_bounds

CODE = """\
def f(n):
    done = 0
    while done < abs(n):
        done += 1
    return n + (n == 7)

def g(n):
    try:
        return f(n)
    except BaseException:
        return n
"""


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """Return the plan of a claim about the functions above."""
    (tmp_path / "trials_of.py").write_text(CODE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def made(claim="f(n) = n", conditions=()):
        functions = {name: Bound(f"trials_of:{name}") for name in "fg" if f"{name}(" in claim}
        return Enumeration(claim, {"n": "0..9"}, functions, EXACT, tmp_path, 9, conditions)

    yield made
    sys.modules.pop("trials_of", None)


def at(plan, *values, end=math.inf):
    found = tried(plan, [{"n": each} for each in values], end)
    assert all(each in found.held for each in found.met)
    return [each["n"] for each in found.held], found.against and found.against["n"], found


def test_each_point_counts_once_up_to_the_first_that_contradicts(plan):
    assert at(plan(), 1, 2, 1, 0, -3)[:2] == ([1, 2, 0, -3], None)
    assert at(plan(), 1, 7, 2)[:2] == ([1], 7)


def test_a_point_that_takes_long_says_nothing_nor_does_one_farther_out(plan):
    far = MOST_LINES
    assert at(plan(), far, far + 1, 2 * far, -far - 1, 5, -6)[:2] == ([5, -6], None)
    assert at(plan(), far * 2 // 5, far)[0] == [far * 2 // 5]  # two lines each time
    assert at(plan("g(n) = n"), far, 3)[0] == [3]  # also where the code catches all


def test_preconditions_and_premises_are_looked_at(plan):
    assert at(plan(conditions=("n > 1", "n < 7")), 0, 1, 2, 6, 7, 8)[:2] == ([2, 6], None)
    *_, found = at(plan("n > 3 implies f(n) = n"), 2, 4, 5)
    assert [each["n"] for each in found.met] == [4, 5]
    assert len(found.held) == 3


def test_without_time_no_point_is_tried(plan):
    assert at(plan(), 1, 7, end=-math.inf)[:2] == ([], None)


def test_mutants_of_the_code_are_killed_at_points(plan):
    found = mutants_of(plan(), [{"n": each} for each in range(7)])
    assert found.killed > 0


def test_the_tracer_of_somebody_else_is_back_afterwards():
    def tracer(*_):
        return None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        assert within_bounds(lambda: 3) == 3
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)


def large(bits):
    number = 1 << bits
    return number > 0


@pytest.mark.parametrize(("bits", "ends"), [(1000, True), (60_000, True), (70_000, False)])
def test_a_number_may_be_large_and_not_huge(bits, ends):
    if ends:
        assert within_bounds(lambda: large(bits))
        return
    with pytest.raises(TooLong):
        within_bounds(lambda: large(bits))
