import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.errors import UserError
from trainer.schedule import (
    count_steps,
    is_due,
    learning_rate,
    limit_reached,
    parse_step_limit,
    planned_steps,
    project_seconds,
    steady_state,
    throughput,
    training_steps,
)


@pytest.mark.parametrize(("text", "limit"), [(None, None), ("", None), ("1", 1), ("500", 500)])
def test_a_limit_is_read_or_absent(text, limit):
    assert parse_step_limit(text) == limit


@pytest.mark.parametrize(
    "text", ["0", "00", "-3", "+5", "1O", "10 steps", "1e3", "3.0", " ", " 7", "7\n", "٣", "9" * 30]
)
def test_anything_else_is_an_error_that_names_the_variable(text):
    with pytest.raises(UserError, match="VARIABLE"):
        parse_step_limit(text, "VARIABLE")


@pytest.mark.parametrize("text", ["0", "00"])
def test_zero_says_that_no_steps_were_requested(text):
    with pytest.raises(UserError, match="0 steps requested"):
        parse_step_limit(text)


@given(st.integers(1, 64), st.integers(1, 16), st.integers(1, 64))
def test_the_loop_runs_the_limit_or_the_plan(limit, epochs, per_epoch):
    assert count_steps(limit, epochs, per_epoch) == min(limit, epochs * per_epoch)
    assert count_steps(None, epochs, per_epoch) == planned_steps(epochs, per_epoch)


def test_steps_are_numbered_through_epochs():
    steps = list(training_steps(2, 3, 5))
    assert [step.number for step in steps] == [1, 2, 3, 4, 5]
    assert [(step.epoch, step.index) for step in steps] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
    assert [step.last_of_epoch for step in steps] == [False, False, True, False, False]


def test_the_limit_is_looked_at_after_the_body_ran():
    ran = []
    for step in training_steps(1, 5, 2):
        ran.append(step.number)  # noqa: PERF401 - the body is what is observed
    assert ran == [1, 2]


@pytest.mark.parametrize(
    ("done", "limit", "due"), [(1, 2, False), (2, 2, True), (3, 2, True), (9, None, False)]
)
def test_the_early_break_rule(done, limit, due):
    assert limit_reached(done, limit) is due


def test_warm_up_rises_to_the_peak_and_cosine_falls_from_it():
    rates = [
        learning_rate(step, peak=1.0, warmup_steps=4, total_steps=12, decay="cosine")
        for step in range(1, 13)
    ]
    assert rates[:5] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert rates[4:] == sorted(rates[4:], reverse=True)
    assert rates[8] == pytest.approx(0.5)


@pytest.mark.parametrize(("decay", "last"), [("linear", 0.1), ("constant", 1.0)])
def test_other_decays(decay, last):
    rate = learning_rate(10, peak=1.0, warmup_steps=0, total_steps=10, decay=decay)
    assert rate == pytest.approx(last)


def test_is_due():
    assert [step for step in range(1, 8) if is_due(step, 3)] == [3, 6]
    assert not any(is_due(step, 0) for step in range(1, 8))


def test_the_steady_state_leaves_out_the_warm_up():
    steady = steady_state([9.0, 9.0, 1.0, 2.0, 3.0, 4.0, 5.0], warmup=2)
    assert (steady.median, steady.steps, steady.reliable) == (3.0, 5, True)
    assert 1.0 <= steady.p10 < steady.median < steady.p90 <= 5.0


def test_too_few_steps_are_said_to_be_too_few():
    assert not steady_state([2.0], warmup=3).reliable
    assert steady_state([2.0], warmup=3).median == 2.0
    with pytest.raises(UserError, match="smoke mode ran 0 steps"):
        steady_state([], warmup=3)


def test_the_projection_counts_steps_checkpoints_and_what_is_paid_once():
    projected = project_seconds(
        0.5, 100, one_off_seconds=7.0, checkpoint_seconds=2.0, checkpoints=3
    )
    assert projected == 7.0 + 50.0 + 6.0


def test_throughput_never_divides_by_zero():
    assert throughput(10, 4.0) == 2.5
    for steps, seconds in ((0, 1.0), (1, 0.0)):
        with pytest.raises(UserError):
            throughput(steps, seconds)


def test_the_schedule_is_free_of_torch():
    script = "import sys, trainer.schedule; print('torch' in sys.modules, 'numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False False\n"
