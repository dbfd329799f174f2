from fractions import Fraction

import numpy as np
import pytest

from pv.binding.model import Bound
from pv.claims.evaluation.scalars.equality import members
from pv.engines.calling.arguments import converter


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (np.float64(0.5), 0.5), (np.int8(3), 3), (np.True_, True), (Fraction(1, 4), 0.25),
        (members([1, 2]), {1, 2}), ((Fraction(1, 2), (1,)), (0.5, (1,))), ([np.int8(1)], [1]),
        ("a", "a"), (2**70, 2**70), (None, None), (0.1, 0.1),
    ],
)  # fmt: skip
def test_code_is_given_pythons_own_values(value, given):
    found = converter(Bound("code:f"))(value)
    assert found == given
    assert type(found) is type(given)


@pytest.mark.parametrize(
    ("dtype", "array", "kind"),
    [
        ("float32", np.array([0.5]), "float32"), ("float64", np.array([0.5]), "float64"),
        ("float32", np.array([1, 2]), "int64"), ("float16", np.array([True]), "bool"),
        ("float64", np.array([2**63, 1], object), "uint64"),
        ("float64", np.array([2**64 - 1, 0], object), "uint64"),
        ("float64", np.array([2**64, 1], object), "object"),
        ("float64", np.array([2**63, -1], object), "object"),
        ("float64", np.array([Fraction(1, 2), 1], object), "object"),
        ("float64", np.array([], object), "object"), ("float64", np.array(["a"]), "<U1"),
    ],
)  # fmt: skip
def test_arrays_are_given_in_the_type_of_the_binding_and_whole_numbers_in_their_own(
    dtype, array, kind
):
    found = converter(Bound("code:f", dtype=dtype))(array)
    assert found.dtype == np.dtype(kind)
    assert found.tolist() == array.tolist()
    assert found is not array


@pytest.mark.parametrize("items", [[1, 2], [0.5, -0.0], [[1, 2], [3, 4]], [], [2**70, 1]])
def test_a_list_is_given_pythons_own_items(items):
    found = converter(Bound("code:f", arrays="list"))(np.array(items))
    assert repr(found) == repr(items)


def test_a_number_with_more_digits_keeps_them():
    value = np.longdouble(1) / 3
    assert converter(Bound("code:f"))(value) is value
