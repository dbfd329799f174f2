"""Checks of schedule-v1, by `pv generate`: change the contract, not this.

Made from 7fcd3350fb0154bf1a4d3190f604525a93e4a3df6d74c81d370cd95654f1dc4d.

Not here, because nothing could be run:
  SCH-INV-002: PROSE: schedule-v1.yaml:25:17: the claim could end before `schedule`, which
    does not continue it; put an operator before it, or end the text here
"""

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pv.testing import (
    Bench,
    at_most,
    close,
    counterexample,
    implementation,
    raises,
    rounded,
)

from planned.rule import counted, softmax, warmup

DRAW = [Phase.explicit, Phase.generate]  # shrinking would run the system again and again


@pytest.fixture(scope="module")
def bench():
    """Run the systems of planned."""
    with Bench("bindings/planned.yaml") as opened:
        yield opened


softmax_float32 = implementation("planned.rule:softmax", dtype="float32")


def counted_formula(limit, planned):
    return min(limit, planned)


def warmup_formula(step, steps):
    return min(step / steps, 1)


def softmax_formula(x):
    return np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x)))


@st.composite
def cases_of_x_n(draw):
    n = draw(st.integers(1, 12))
    x = draw(arrays(float, n, elements=st.floats(-50, 50)))
    return x, n


@pytest.mark.experiment
@settings(max_examples=2, deadline=None, derandomize=True, phases=DRAW)
@given(limit=st.integers(1, 9))
def test_ft_sch_001(bench, limit):
    """The program counts as its function does

    If it fails: Look at how the environment is read.
    """
    seen = bench.run("counter", environment={"LIMIT": "{limit}"}, limit=limit)
    seen.expect("exit_code = 0", 'number(capture(stdout, "^counted (\\\\d+)$")) = limit')


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(step=st.integers(0, 1000000), steps=st.integers(1, 1000000))
def test_ft_sch_002(step, steps):
    """A warm-up never goes back

    If it fails: Look at the clamp.
    """
    assume(step < steps)
    assert at_most(warmup(step, steps), warmup(step + 1, steps), absolute=1e-09, relative=1e-07)


def test_ft_sch_003():
    """Zero is refused too

    If it fails: Look at the guard.
    """
    for limit, planned in product(range(1, 10), range(1, 10)):
        assert raises("limit", counted, 0 * limit, planned), f"{limit = }, {planned = }"


@settings(deadline=None)
@given(step=st.integers(0, 1000000), steps=st.integers(1, 1000000))
def test_warmup_codomain(step, steps):
    """[0, 1]"""
    assert 0 <= warmup(step, steps) <= 1


@settings(deadline=None)
@given(cases_of_x_n())
def test_softmax_invariant_1(case):
    """sum(softmax(x)) = 1"""
    x, _n = case
    assert close(np.sum(softmax(x)), 1, absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases_of_x_n())
def test_softmax_invariant_1_float32(case):
    """sum(softmax(x)) = 1"""
    x, _n = rounded("float32", *case)
    assert close(np.sum(softmax_float32(x)), 1, absolute=1e-05, relative=0.0001)


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_x_n())
def test_softmax_invariant_2(case):
    """n > 1 implies max(softmax(x)) < 1.1"""
    x, n = case
    assume(n > 1)
    assert np.max(softmax(x)) < 1.1


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases_of_x_n())
def test_softmax_invariant_2_float32(case):
    """n > 1 implies max(softmax(x)) < 1.1"""
    x, n = rounded("float32", *case)
    assume(n > 1)
    assert np.max(softmax_float32(x)) < 1.1


@settings(deadline=None)
@given(limit=st.integers(1, 9), planned=st.integers(1, 9))
def test_counted_equals_formula(limit, planned):
    """counted(limit, planned) = min(limit, planned)"""
    assert close(
        counted(limit, planned), counted_formula(limit, planned), absolute=1e-09, relative=1e-07
    )


@settings(deadline=None)
@given(step=st.integers(0, 1000000), steps=st.integers(1, 1000000))
def test_warmup_equals_formula(step, steps):
    """warmup(step, steps) = min(step / steps, 1)"""
    assert close(warmup(step, steps), warmup_formula(step, steps), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases_of_x_n())
def test_softmax_equals_formula(case):
    """softmax(x) = exp(x - max(x)) / sum(exp(x - max(x)))"""
    x, _n = case
    assert close(softmax(x), softmax_formula(x), absolute=1e-09, relative=1e-07)


@settings(deadline=None)
@given(cases_of_x_n())
def test_softmax_equals_formula_float32(case):
    """softmax(x) = exp(x - max(x)) / sum(exp(x - max(x)))"""
    x, _n = rounded("float32", *case)
    assert close(softmax_float32(x), softmax_formula(x), absolute=1e-05, relative=0.0001)


def test_sch_inv_001():
    """The count stops at the limit"""
    for limit, planned in product(range(1, 10), range(1, 10)):
        assert counted(limit, planned) == min(limit, planned), f"{limit = }, {planned = }"


def test_sch_pre_003():
    """A negative limit is refused"""
    for limit, planned in product(range(1, 10), range(1, 10)):
        assert raises("limit", counted, -limit, planned), f"{limit = }, {planned = }"


def verify_sym_sch_001(limit: int, planned: int) -> bool:
    """counted(limit, planned) = min(limit, planned)

    pre: 1 <= limit <= 9
    pre: 1 <= planned <= 9
    post: __return__
    """
    return counted(limit, planned) == min(limit, planned)


@pytest.mark.symbolic
def test_sym_sch_001_symbolically():
    """No path of the code contradicts SYM-SCH-001 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_sch_001, seconds=10) is None
