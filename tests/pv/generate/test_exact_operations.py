"""What Python computes otherwise than claims do is left to functions of pv.testing."""

import math

import pytest

from pv.claims import parse
from pv.claims.rendering.python_source import python_source
from pv.generate.exact_operations import exactly
from pv.testing import greatest_of, item_of, least_of, power_of, quotient_of


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("n / 2 + n / n", "n / 2 + n / n"),
        ("x / 2 + n / x", "x / 2 + quotient_of(n, x)"),
        ("x^2 + x^n", "x ** 2 + power_of(x, n)"),
        ("min(x, 1) + min(1, x)", "min(x, 1) + least_of(1, x)"),
        ("max_{i in 0..n}(i) < max_{i in 0..n}(x)",
         "max(i for i in range(0, n + 1)) < greatest_of({x for i in range(0, n + 1)})"),
        ("xs[0] + xs[n]", "xs[0] + item_of(xs, n)"),
        ("∀ i in 0..n: xs[i] > xs[i - 1]",
         "all(xs[i] > item_of(xs, i - 1) for i in range(0, n + 1))"),
        ("n in 1..9", "n in range(1, 9 + 1)"),
        ("x in 1..9", "1 <= x <= 9 and x % 1 == 0"),
        ("x not in {y, 1}", "not any(x == each for each in {y, 1})"),
        ("v / w + x / y", "v / w + quotient_of(x, y)"),
    ],
)  # fmt: skip
def test_only_what_may_differ_is_a_call(text, python):
    assert python_source(exactly(parse(text), {"n"}, {"v", "w"})) == python


def test_functions_for_generated_tests_compute_as_claims_do():
    assert quotient_of(1.0, 0) == math.inf
    assert power_of(0.0, -1) == math.inf
    assert item_of({"a": 1}, "a") == item_of((1, 2), 0) == 1
    assert (greatest_of(1, 2.5), least_of({3, 2})) == (2.5, 2)
    assert math.isnan(greatest_of(1, math.nan))
    with pytest.raises(ZeroDivisionError):
        quotient_of(1, 0)
    with pytest.raises(IndexError):
        item_of((1, 2), -1)
