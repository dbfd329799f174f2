"""Results of code as values of the claim language."""

import dataclasses
import datetime as dt
import enum
import math
import numbers
from collections import deque, namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from pv.claims.values import Members
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.calling.results import Foreign, Results, value_of


class Colour(enum.Enum):
    RED = "red"


class Code(enum.IntEnum):
    GONE = 410


class Odd(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


@numbers.Integral.register
class Seven:
    def __int__(self):
        return 7


@numbers.Rational.register
class Half:
    numerator = 1
    denominator = 2


class Word(str):
    __slots__ = ()


@dataclasses.dataclass
class Point:
    x: object
    y: object


Pair = namedtuple("Pair", "first second")  # noqa: PYI024 - as code has them
UTC_2 = dt.timezone(dt.timedelta(hours=2))


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (None, None), (True, True), (np.bool_(1), True), (3, 3), (Odd(3), 3), (Code.GONE, 410),
        (Seven(), 7), (Half(), Fraction(1, 2)),
        (np.uint8(250), 250), (np.uint64(2**63), 2**63), (torch.tensor(3, dtype=torch.uint8), 3),
        (0.5, 0.5), (np.float32(0.5), 0.5), (np.float16(0.5), 0.5), (np.array(0.5), 0.5),
        (torch.tensor(0.5, dtype=torch.bfloat16), 0.5), (Decimal("0.1"), Fraction(1, 10)),
        (Decimal("Infinity"), math.inf), (Fraction(1, 3), Fraction(1, 3)), ("a", "a"),
        (Word("a"), "a"), (np.str_("a"), "a"), (Colour.RED, "red"),
        (dt.date(2024, 2, 3), "2024-02-03"), (dt.time(4, 5), "04:05:00"),
        (dt.datetime(2024, 2, 3, 4, tzinfo=UTC_2), "2024-02-03T02:00:00+00:00"),
        ([1, [2]], (1, (2,))), (Pair(1, 2), (1, 2)), (deque([1]), (1,)), (range(3), (0, 1, 2)),
        (b"\x00A", (0, 65)), (bytearray(b"A"), (65,)), ((n for n in range(2)), (0, 1)),
        ({2, 1}, Members((1, 2))), (frozenset({"b", "a"}), Members(("a", "b"))),
        ({1: "a"}.keys(), Members((1,))), ({"a": [np.int8(1)]}, {"a": (1,)}),
        (Point(1, np.int8(2)), {"x": 1, "y": 2}), (np.array(["a", "b"]), ("a", "b")),
        (np.array([1, None], dtype=object), (1, None)),
        (np.array([[True], [False]]), ((True,), (False,))), (torch.tensor([True]), (True,)),
    ],
)  # fmt: skip
def test_a_result_is_the_value_that_it_stands_for(found, value):
    made = value_of(found, "m:f")
    assert type(made) is type(value)
    assert made == value


@pytest.mark.parametrize("kind", ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"])
def test_integers_of_arrays_do_not_wrap_around(kind):
    made = value_of(np.array([3, 100], dtype=kind), "m:f")
    assert made.dtype == np.int64
    assert (made - 5).tolist() == [-2, 95]


@pytest.mark.parametrize(
    ("found", "items"),
    [
        (np.array([2**64 - 1], dtype=np.uint64), [2**64 - 1]),
        (np.array([-(2**63)], dtype=np.int64), [-(2**63)]),
        (np.array([Decimal("0.1"), 1]), [Fraction(1, 10), 1]),
    ],
)
def test_numbers_that_numpy_has_no_type_for_are_kept(found, items):
    made = value_of(found, "m:f")
    assert made.dtype == object
    assert made.tolist() == items


@pytest.mark.parametrize("kind", ["f2", "f4", "f8", object])
def test_reals_of_arrays_have_64_bits(kind):
    made = value_of(np.array([0.5, 2.0], dtype=kind), "m:f")
    assert (made.dtype, made.tolist()) == (np.float64, [0.5, 2.0])
    assert value_of(torch.tensor([0.5, 2.0]), "m:f").dtype == np.float64


def test_more_digits_are_kept():
    assert type(value_of(np.longdouble(0.5), "m:f")) is np.longdouble


def test_nan_of_decimals_is_not_a_number():
    assert math.isnan(value_of(Decimal("NaN"), "m:f"))
    assert math.isnan(value_of(Decimal("sNaN"), "m:f"))


class Unknown:
    def __ge__(self, other):
        return True


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Unknown(), "test_results.Unknown"), (1j, "builtins.complex"),
        (np.array([1j]), "numpy.ndarray of complex128"), (np.complex64(1), "numpy.complex64"),
        (np.ma.masked_array([1, 2], [0, 1]), "MaskedArray"), (np.datetime64("2024"), "datetime64"),
        (torch.tensor(1j), "complex64"),
    ],
)  # fmt: skip
def test_what_the_language_has_no_value_for_is_an_error_where_it_is_computed_with(found, said):
    made = value_of(found, "m:f")
    assert isinstance(made, Foreign)
    for compute in (lambda: made >= 0, lambda: made == 0, lambda: made + 1, lambda: len(made)):
        with pytest.raises(Unusable, match=f"m:f returned a value of type .*{said}"):
            compute()


def test_two_such_results_are_compared_as_the_code_says():
    assert value_of(1j, "m:f") == value_of(1j, "m:f")
    assert value_of(1j, "m:f") != value_of(2j, "m:f")


def test_a_result_is_remembered_as_it_was_until_the_next_evaluation():
    results = Results()
    found = [1, 2]
    value = results.value(found, "m:f")
    assert (value, results.original(value)) == ((1, 2), found)
    results.forget()
    assert results.original(value) is value
    array = results.value(np.ones(2), "m:f")
    assert results.original(array) is array


def test_endless_results_are_refused():
    with pytest.raises(Unusable, match="m:f yields more than 1,000,000 items"):
        value_of(iter(int, 1), "m:f")
