import json
from fractions import Fraction

import numpy as np
import pytest

from pv.claims.evaluation.scalars.equality import members
from pv.engines.calling.plain_values import plain, plain_case, shown

LONG = 2**13_999, 2**14_000


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (np.array([1, 2]), [1, 2]), (np.float64(0.5), 0.5), (np.int8(3), 3), ((np.int8(3),), (3,)),
        (Fraction(1, 4), 0.25), ("a", "a"), (None, None), (True, True), ((), ()),
        (((np.array([0.5]), 1), 2), (([0.5], 1), 2)),
    ],
)  # fmt: skip
def test_a_value_is_one_that_json_can_hold(value, found):
    assert plain(value) == found
    assert type(plain(value)) is type(found)
    assert plain_case({"x": value}) == {"x": found}


def test_an_integer_is_written_out_while_python_writes_it():
    short, long = LONG
    assert plain(short) == short
    assert isinstance(plain(long), str)
    assert len(plain(2**99_999)) < 100
    assert json.dumps(plain_case({"n": long, "m": short}))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (members([2, 1]), "{1, 2}"), ((1, 2), "(1, 2)"), ((1,), "(1,)"), ((), "()"),
        ({"a": (1,), "b": Fraction(1, 3)}, "{'a': (1,), 'b': 1/3}"), ([1, [2]], "[1, [2]]"),
        (Fraction(1, 2), "0.5"), (Fraction(1, 3), "1/3"), (Fraction(4), "4"),
        (Fraction(-7, 3), "-7/3"),
        (Fraction(1, 10), "0.1"), (Fraction(2**70 + 1), str(2**70 + 1)),
        (np.array([0.5, 1.0]), "[0.5, 1.0]"), (np.array([Fraction(1, 3), 2], object), "[1/3, 2]"),
        (np.float64(0.5), "0.5"), ("a", "'a'"), (None, "None"), (True, "True"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_a_person_would_write_it(value, text):
    assert shown(value) == text
