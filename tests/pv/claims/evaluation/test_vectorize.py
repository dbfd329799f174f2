import pytest

from pv.claims import parse, render
from pv.claims.evaluation.constructs.vectorize import without_index
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ("exp(x_i) + y", "exp(each item of(x)) + y"), ("max(x_i, 0)", "max(each item of(x), 0)"),
        ("x_i · y_i", "each item of(x) * each item of(y)"), ("sum(y)", "sum(y)"),
        ("norm(x_i)", None), ("max(x_i)", None), ("f(x_i)", None), ("x_i * i", None),
        ("x_{i+1}", None), ("x_i in 1..x_i", None), ("x_i in {1, y_i}", None),
        ("Σ_{j=0}^{2} x_i", None), ("(x_i, 1)", None),
    ],
    ids=str,
)  # fmt: skip
def test_an_index_is_taken_out_where_all_at_once_is_the_same_as_one_by_one(body, whole):
    tree = resolve(parse(body), {"x", "y", "i", *FUNCTIONS}, FUNCTIONS)
    found = without_index(tree, "i")
    assert (found and render(found)) == whole
