import numpy as np
import pytest

from pv.claims.evaluation.items import sizes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, ()), ("text", ()), ((), (0,)), ((1, 2, 3), (3,)), ([(1, 2, 3), (4, 5, 6)], (2, 3)),
        (((1, 2), (3,)), (2,)), ((1, (2,)), (2,)), (np.float64(1), ()), (np.ones((2, 3)), (2, 3)),
        ((np.ones(3), np.ones(3)), (2, 3)), ((np.ones(2), np.ones(3)), (2,)),
    ],
    ids=str,
)  # fmt: skip
def test_a_value_has_a_size_along_each_axis(value, expected):
    assert sizes(value) == expected
