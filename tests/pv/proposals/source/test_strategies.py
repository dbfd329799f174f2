import ast

import pytest

from pv.proposals.source.hints import imports_of
from pv.proposals.source.strategies import NoCounterpart, domain_of_strategy

IMPORTS = imports_of(
    ast.parse(
        "import hypothesis.strategies as st\nfrom hypothesis import strategies\n"
        "from hypothesis.strategies import integers as whole\nimport other as o"
    )
)


def domain(text):
    return domain_of_strategy("x", "n", ast.parse(text, mode="eval").body, IMPORTS)


@pytest.mark.parametrize(
    ("strategy", "says"),
    [
        ("st.integers(1, 9)", "x in 1..9"), ("whole(min_value=-3, max_value=2)", "x in -3..2"),
        ("st.integers()", "x in ℤ"), ("st.integers(5)", "x in 5..∞"), ("st.booleans()",
        "x in bool"),
        ("strategies.floats(0, 1)", "x in [0, 1]"), ("st.floats(0, None)", "x in [0, ∞)"),
        ("st.floats(allow_nan=False)", "x in ℝ"),
        ("st.floats(0, 1, exclude_min=True, exclude_max=True)", "x in (0, 1)"),
        ("st.sampled_from(['a', 'b\"'])", 'x in {"a", "b\\""}'), ("st.just(-3)", "x in {-3}"),
        ("st.sampled_from((1, -2.5, True))", "x in {1, -2.5, true}"),
        ("st.lists(st.floats(0, 1))", "x ∈ [0, 1]^n, n >= 0"),
        ("st.lists(st.integers(0, 3), min_size=1, max_size=4)", "x ∈ {0, ..., 3}^n, n in 1..4"),
    ],
)  # fmt: skip
def test_strategies_with_a_counterpart(strategy, says):
    assert domain(strategy) == says


@pytest.mark.parametrize(
    "strategy",
    [
        "st.text()", "st.lists(st.text())", "st.lists(st.lists(st.integers()))",
        "st.integers(LOW, 3)",
        "st.integers(1, 2).filter(f)", "o.integers(1, 2)", "integers(1, 2)",
        "st.sampled_from(COLORS)",
        "st.sampled_from([])", "st.lists(st.integers(), unique=True)", "st.just('\\x00')",
        "st.lists()",
        "st.floats(0, 1, width=16)", "st.floats(exclude_min=FLAG)", "STRATEGY", "st.just()",
    ],
)  # fmt: skip
def test_strategies_without_one(strategy):
    with pytest.raises(NoCounterpart):
        domain(strategy)
