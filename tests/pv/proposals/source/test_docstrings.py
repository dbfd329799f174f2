import pytest

from pv.proposals.model import Limits
from pv.proposals.source.docstrings import limits_in, told_of

SPHINX = """Do it.

:param int n: how many,
    between 1 and 5
:param x: the share
:type x: float
:returns: y
"""
GOOGLE = """Do it.

Args:
    n (int): how many,
        between 1 and 5
    x: the share

Returns:
    y: nothing
"""
NUMPY = """Do it.

Parameters
----------
n : int
    how many,
    between 1 and 5
x
    the share

Returns
-------
y : int
    nothing
"""


@pytest.mark.parametrize("text", [SPHINX, GOOGLE, NUMPY], ids=["sphinx", "google", "numpy"])
def test_parameters_are_told_of_in_each_style(text):
    told = told_of(text)
    assert set(told) == {"n", "x"}
    assert told["n"] == ("int", "how many, between 1 and 5")
    assert told["x"].text == "the share"
    assert told["x"].type == ("float" if text is SPHINX else None)


@pytest.mark.parametrize("text", [None, "", "Parameters matter: x", "Args:", "n: a number"])
def test_nothing_is_told(text):
    assert told_of(text) == {}


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("between 0 and 1", Limits(0, 1)),
        ("between 0 and 1 (exclusive)", Limits(0, 1, open_low=True, open_high=True)),
        ("in [0, 1)", Limits(0, 1, open_high=True)),
        ("0 < it, in (0.5, 1]", Limits(0.5, 1, open_low=True)),
        ("0 <= x <= 2.5", Limits(0, 2.5)), ("at least 3", Limits(3)),
        ("at most -2", Limits(None, -2)),
        ("a non-negative number", Limits(0)), ("positive", Limits(0, open_low=True)),
        (">= 1e-3", Limits(1e-3)),
    ],
)  # fmt: skip
def test_ranges_that_can_mean_one_thing(text, limits):
    assert limits_in(text) == limits


@pytest.mark.parametrize(
    "text",
    [
        "a number", "usually between 0 and 1", "between 0 and 1 or 100", "not positive",
        "at least 1, at most 5", "at least 1 if given", "between 1 and n", "default: at least 3",
        "must be positive unless seeded", "between 0 and 1.5.2",
    ],
)  # fmt: skip
def test_what_may_mean_more_is_no_range(text):
    assert limits_in(text) is None
