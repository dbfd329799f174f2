"""Two results have one text if, and only if, they are the same."""

import math
from collections import OrderedDict, UserString
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from pv.engines.calling.foreign_callables import Unusable
from pv.engines.stateful.exact_text import exact_text


class Colour(Enum):
    RED = 1
    BLUE = 2


class Length(int):
    pass


@dataclass
class Point:
    x: object


class Other(Point):
    pass


DIFFERENT = [
    None, True, 1, 1.0, -0.0, 0.0, 1.0000000000000002, math.nan, "1", "nan", b"1", 1 + 0j,
    Length(1), Length(2), Decimal(1), Decimal("1.0"), Fraction(1), date(2026, 1, 1), range(3),
    Colour.RED, Colour.BLUE, np.float32(1), np.float64(1), np.array([1.0]), np.array([[1.0]]),
    np.array([1]), [], [1], [1, 2], [2, 1], [1.0], [[1], 2], (), (1,), (1, 2), {}, {1: 2}, {2: 1},
    {1: 2, 3: 4}, {3: 4, 1: 2}, OrderedDict({1: 2}), set(), {1}, {1, 2}, frozenset({1}),
    Point(1), Point(2), Point(1.0), Point([1]), Point([2]), Other(1), iter([1]),
]  # fmt: skip


def text(value):
    return exact_text(value, "f(x)")


def test_what_differs_has_different_texts():
    for one, other in combinations(DIFFERENT, 2):
        assert text(one) != text(other), (one, other)


@pytest.mark.parametrize(
    "make",
    [lambda: math.nan, lambda: [math.nan], lambda: {"b", "a", "c"}, lambda: Point({1: [2]}),
     lambda: np.array([math.nan, 1]), lambda: {1: {2, 3}}, lambda: iter([1])],
)  # fmt: skip
def test_what_is_the_same_has_the_same_text(make):
    assert text(make()) == text(make())
    assert text({"a", "b"}) == text({"b", "a"})


def test_a_tensor_is_known_by_its_type_and_its_items():
    torch = pytest.importorskip("torch", reason="needs the extra `trainer`")
    tensors = [torch.tensor(each, dtype=kind) for each in ([1, 2], [1, 3], [[1, 2]])
               for kind in (torch.float32, torch.float64, torch.int64)]  # fmt: skip
    assert len({text(each) for each in tensors} - {text(np.array([1, 2]))}) == len(tensors)
    assert text(tensors[0]) == text(tensors[0].clone())


@pytest.mark.parametrize("value", [len, object(), [object()], {1: len}, UserString])
def test_of_what_has_no_content_nobody_can_tell(value):
    with pytest.raises(Unusable, match=r"f\(x\) returned a value of type .*nobody can tell"):
        text(value)
