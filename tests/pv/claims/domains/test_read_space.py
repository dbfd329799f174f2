"""What the statements of a domain say together."""

import pytest

from pv.claims import read_field, render
from pv.claims.domains.read_space import space_of


def told(text):
    """Return a variable's values as text, and the conditions."""
    space = space_of(read_field("domain", text))
    values = space.variables["x"]
    shown = {
        name: render(each) if name in {"low", "high"} else each
        for name, each in values._asdict().items()
        if each and name not in {"sizes", "listed"}
    }
    return shown, [render(each) for each in space.conditions]


@pytest.mark.parametrize(
    ("text", "values", "conditions"),
    [
        ("x ∈ [0, ∞)", {"low": "0", "open_high": True}, []),
        ("x ∈ [0, 2π)", {"low": "0", "high": "2 * π", "open_high": True}, []),
        ("x ∈ [0, V)", {"whole": True, "low": "0", "high": "V", "open_high": True}, []),
        ("V ∈ ℝ⁺, x ∈ [0, V)", {"low": "0", "high": "V", "open_high": True}, []),
        ("x ∈ [0, ∞]", {"low": "0", "high": "inf"}, []),
        ("x ∈ [0, ∞], x ∈ ℝ", {"low": "0"}, []),
        ("x ∈ ℤ, x ∈ [0, ∞]", {"whole": True, "low": "0"}, []),
        ("x ∈ [-∞, ∞], x ≤ 3", {"low": "-inf", "high": "3"}, ["x <= 3"]),
        ("x in 0..∞", {"whole": True, "low": "0"}, []),
        ("x ∈ {}", {"low": "1", "high": "0"}, []),
        ("x ∈ [0, 10], x ∈ ℤ", {"whole": True, "low": "0", "high": "10"}, []),
        ("x ∈ ℤ^n, x_i ∈ [0, 10]", {"whole": True, "low": "0", "high": "10"}, []),
        ("x ∈ [0, 9], x ∈ (1, 3)", {"low": "0", "high": "9"}, ["x > 1", "x < 3"]),
        ("x ∈ {1, 2}, x ∈ {2, 3}", {}, ["x in {2, 3}"]),
        ("x ∈ ℕ, x ≤ 10", {"whole": True, "low": "0", "high": "10"}, ["x <= 10"]),
        ("x ∈ ℝ^n, x_i > 0", {"low": "0", "open_low": True}, ["forall i: x_{i} > 0"]),
        ("x ∈ ℝ^n, x_1 > 0", {}, ["x_{1} > 0"]),
        ("x ∈ ℝ^n, sum(x) = 1, x_i ∈ [0, 1]", {"low": "0", "high": "1", "simplex": True}, []),
        ("x ∈ ℝ^n, sum(x) = 1", {"said": ("sums_to_1",)}, ["sum(x) = 1"]),
    ],
)
def test_every_statement_about_a_variable_counts(text, values, conditions):
    assert told(text) == (values, conditions)


def test_neither_of_two_variables_that_bound_each_other_needs_the_other_first():
    space = space_of(read_field("domain", "0 < a < b < 1"))
    assert space.variables["a"].high is None
    assert render(space.variables["b"].low) == "a"


def test_a_set_says_more_of_a_number_than_its_letter():
    space = space_of(read_field("domain", "n >= 1, n ∈ ℝ"))
    assert not space.variables["n"].whole
