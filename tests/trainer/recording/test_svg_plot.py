import math
import re

import pytest

from trainer.recording.svg_plot import Curve, _ticks, plot


@pytest.mark.parametrize(
    "values", [[1.0], [2.0, 2.0], [-5e9, 5e9], [1e-12, 3e-12]], ids=["one", "flat", "wide", "tiny"]
)
def test_curves_lie_in_the_picture_whatever_the_numbers(values):
    text = plot("x", [Curve("c", list(enumerate(values, 1)))])
    (drawn,) = re.findall(r'points="([^"]+)"', text)
    numbers = [float(n) for pair in drawn.split() for n in pair.split(",")]
    assert all(math.isfinite(n) and 0 <= n <= 760 for n in numbers)


@pytest.mark.parametrize(
    ("low", "high", "finest", "ticks"),
    [
        (0.0, 10.0, 0.0, [0, 2, 4, 6, 8, 10]),
        (1.2, 1.9, 0.0, [1.2, 1.4, 1.6, 1.8]),
        (1.0, 3.0, 1.0, [1, 2, 3]),
        (2.0, 2.0, 0.0, [2.0]),
    ],
)
def test_ticks_are_round_numbers_within_the_ends(low, high, finest, ticks):
    assert _ticks(low, high, finest) == pytest.approx(ticks)


def test_names_are_escaped():
    assert "a &lt; b" in plot("x", [Curve("a < b", [(1, 1)])])
