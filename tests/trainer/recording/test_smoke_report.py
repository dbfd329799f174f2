import math
import random
import re

import pytest

from trainer.errors import UserError
from trainer.recording.smoke_report import Measured, announcement, report_lines, rounded, summarise
from trainer.schedule import project_seconds

STEPS = (0.9, 0.2, 0.12, 0.12, 0.1, 0.11, 0.13, 0.12, 0.14, 0.12)


def measured(step_seconds=STEPS, seconds=None, **more):
    seconds = sum(step_seconds) if seconds is None else seconds
    facts = {"setup_seconds": 2.0, "checkpoint_seconds": 0.5, "initial_loss": 3.45671}
    return Measured(step_seconds, seconds, **{**facts, "final_loss": 3.12341, **more})


def test_announcement():
    assert announcement(10) == (
        "[PMAT-706] smoke mode: APR_DISTILL_MAX_STEPS=10 "
        "(early-break after 10 steps; no final model written)"
    )


def test_lines_have_the_published_form():
    steady = measured(
        (0.12,) * 10, seconds=1.2, setup_seconds=0.0, initial_loss=3.4567, final_loss=3.1234
    )
    report = summarise(steady, target_steps=50_000, checkpoint_every=0)
    assert list(report_lines(report)) == [
        "[SMOKE] 10 steps in 1.20s: initial_loss=3.4567, final_loss=3.1234, throughput=8.33 step/s",
        "[SMOKE] projected full-run wall time (50000 steps): 1.67h / 100.0 min / 6000.0s",
        "[PMAT-706] smoke mode: skipping export — no model.safetensors written",
    ]


def test_projection_is_the_stated_sum():
    report = summarise(measured(), target_steps=1000, checkpoint_every=300)
    assert report.checkpoints == 3
    assert report.median_step_seconds == 0.12
    assert report.one_off_seconds == pytest.approx(2.0 + 0.78 + 0.08)
    assert report.projected_seconds == project_seconds(
        report.median_step_seconds,
        1000,
        one_off_seconds=report.one_off_seconds,
        checkpoint_seconds=0.5,
        checkpoints=3,
    )
    assert report.projected_seconds == pytest.approx(2.86 + 120 + 1.5)
    assert report.projected_low_seconds < report.projected_seconds < report.projected_high_seconds


def test_too_few_steps_are_said_so_on_a_line_of_their_own():
    report = summarise(measured(STEPS[:2]), target_steps=9, checkpoint_every=0)
    lines = list(report_lines(report))
    assert not report.reliable
    assert sum(line.startswith("[SMOKE] ") for line in lines) == 2
    assert any("too few" in line and not line.startswith("[SMOKE]") for line in lines)
    assert not any(
        "too few" in line
        for line in report_lines(summarise(measured(), target_steps=9, checkpoint_every=0))
    )


def test_no_step_is_an_error():
    with pytest.raises(UserError, match="0 steps"):
        summarise(measured((), seconds=0.0), target_steps=9, checkpoint_every=0)


@pytest.mark.parametrize("seconds", [1e-5, 0.0123, 0.0999, 0.5, 1.2, 9.999, 59.4, 4321.0])
@pytest.mark.parametrize("steps", [1, 7, 1000])
def test_printed_throughput_follows_from_printed_seconds(steps, seconds):
    report = summarise(
        measured((seconds / steps,) * steps, seconds=seconds), target_steps=9, checkpoint_every=0
    )
    line = next(iter(report_lines(report)))
    shown = re.search(r" in ([0-9.]+)s:.*throughput=([0-9.]+) step/s", line)
    duration, speed = (_interval(text) for text in shown.groups())
    assert steps / duration[1] <= speed[1]
    assert steps / duration[0] >= speed[0]
    assert math.isclose(float(shown[1]), seconds, rel_tol=0.006)


def _interval(text):
    half = 0.5 * 10 ** -len(text.partition(".")[2]) * (1 + 1e-9)
    return float(text) - half, float(text) + half


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.2, "1.20"), (8.3333, "8.33"), (0.0832, "0.0832"), (123.456, "123.46"), (0.0, "0.00")],
)
def test_rounded(value, text):
    assert rounded(value) == text


@pytest.mark.parametrize("seed", range(5))
def test_twenty_steps_of_a_compiled_model_project_three_hundred_within_15_percent(seed):
    """The first step compiles, two more warm up; a mean of all would be many times off."""
    noise = random.Random(seed)
    run = [38.0, 2.1, 0.4, *(0.1 * noise.uniform(0.9, 1.25) for _ in range(297))]
    report = summarise(measured(tuple(run[:20])), target_steps=300, checkpoint_every=0)
    took = 2.0 + sum(run)
    assert report.projected_seconds == pytest.approx(took, rel=0.15)
    by_the_mean = 300 * sum(run[:20]) / 20
    assert by_the_mean > 5 * took
