import pytest

from trainer.configuration.environment import Limits, interval_overrides, read_limits
from trainer.errors import UserError

MAX, TARGET = "APR_DISTILL_MAX_STEPS", "APR_DISTILL_PROJECT_TO_STEPS"
CHECKPOINT, LOG = "APR_DISTILL_CHECKPOINT_EVERY", "APR_DISTILL_LOG_EVERY"


@pytest.mark.parametrize(
    ("environment", "flag", "expected"),
    [
        ({}, None, Limits(None, 50_000)),
        ({MAX: "", TARGET: ""}, None, Limits(None, 50_000)),
        ({MAX: "10"}, None, Limits(10, 50_000)),
        ({MAX: "10", TARGET: "700"}, None, Limits(10, 700)),
        ({}, "3", Limits(3, 50_000)),
        (
            {MAX: "10"},
            "3",
            Limits(3, 50_000, ("--max-steps 3 wins over APR_DISTILL_MAX_STEPS=10",)),
        ),
    ],
    ids=["unset", "empty", "variable", "target", "flag", "both"],
)
def test_limits(environment, flag, expected):
    assert read_limits(environment, flag) == expected


@pytest.mark.parametrize("variable", [MAX, TARGET])
@pytest.mark.parametrize("value", ["0", "-3", "1O", "10 steps", "1e3", " 5", "+5", "٣"])
def test_wrong_limit_is_named(variable, value):
    with pytest.raises(UserError, match=variable) as refused:
        read_limits({variable: value}, None)
    assert ("0 steps requested" in str(refused.value)) == (value == "0")


@pytest.mark.parametrize("value", ["", "0", "-3", "x"])
def test_wrong_flag_is_named(value):
    with pytest.raises(UserError, match="--max-steps"):
        read_limits({}, value)


@pytest.mark.parametrize(
    ("environment", "flag", "remedy"),
    [
        ({MAX: "x"}, None, "unset it for the full run"),
        ({TARGET: "x"}, None, "unset it for 50000"),
        ({}, "x", "leave it out for the full run"),
    ],
)
def test_the_remedy_is_one_for_what_was_given(environment, flag, remedy):
    with pytest.raises(UserError, match=remedy):
        read_limits(environment, flag)


def test_a_wrong_variable_is_an_error_even_beside_the_flag():
    with pytest.raises(UserError, match=MAX):
        read_limits({MAX: "ten"}, "3")


def test_intervals():
    environment = {CHECKPOINT: "0", LOG: "7", "OTHER": "x"}
    expected = [("output.checkpoint_every", 0), ("output.log_every", 7)]
    assert list(interval_overrides(environment)) == expected
    assert list(interval_overrides({LOG: ""})) == []


@pytest.mark.parametrize("variable", [CHECKPOINT, LOG])
@pytest.mark.parametrize("value", ["-1", "x", "1.5", "00"])
def test_wrong_interval_is_named(variable, value):
    with pytest.raises(UserError, match=f"{variable}.* 0 for never"):
        list(interval_overrides({variable: value}))
