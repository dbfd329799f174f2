import pytest

from pv.checks.reading.formulas.indexed import _head
from pv.claims import parse


@pytest.mark.parametrize(
    ("formula", "head"),
    [
        ("M_ij = i + j", ("M", ("i", "j"))), ("x_i = i + 1", ("x", ("i",))),
        ("M_{i,j} = i + j", ("M", ("i", "j"))), ("M_ijk = i + j + k", None),
        ("M_ii = i", None), ("x_t = 1", None), ("steps_run = i", None), ("x = i", None),
        ("M_ij = i", None),
    ],
)  # fmt: skip
def test_what_is_defined_item_by_item_has_letters_that_its_formula_uses(formula, head):
    tree = parse(formula)
    left, right = tree.operands
    assert _head(left, right) == head
