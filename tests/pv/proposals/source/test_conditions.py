import ast

import pytest

from pv.claims import Fault, parse
from pv.proposals.model import Limits
from pv.proposals.source.conditions import (
    Untranslated,
    Words,
    claim_of,
    limits_of,
    opposite,
    parts_of,
)

KNOWN = {"x": "x", "y": "y", "xs": "xs", "result": "f(x, y)"}


def read(text):
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("x > 0", "x > 0"), ("0 <= x < y", "0 <= x < y"), ("x == y", "x = y"),
        ("len(xs) > 0", "length(xs) > 0"),
        ("x in (1, 2)", "x in {1, 2}"), ("not x < y", "not (x < y)"),
        ("x > 0 and y > 0", "(x > 0) and (y > 0)"),
        ("x > 0 or y != -1", "(x > 0) or (y != (-1))"), ("x ** 2 <= y + 1", "(x ^ 2) <= (y + 1)"),
        ("result >= abs(x)", "f(x, y) >= abs(x)"), ("x == 'a'", 'x = "a"'),
        ("x is y or x < y", None),
        ("isinstance(x, int)", None), ("x", None), ("z > 0", None), ("x.y > 0", None),
        ("x[0] > 0", None),
        ("x & y > 0", None), ("len(xs, key=3) > 0", None), ("x == None", None),
        ("callable(x) == y", None),
    ],
)  # fmt: skip
def test_conditions_become_claims_or_are_told(text, claim):
    if claim is None:
        with pytest.raises(Untranslated):
            claim_of(read(text), Words(KNOWN))
    else:
        assert claim_of(read(text), Words(KNOWN)) == claim
        assert not isinstance(parse(claim), Fault)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("x > 0", ("x", Limits(low=0, open_low=True))), ("0 <= x", ("x", Limits(low=0))),
        ("x < 5", ("x", Limits(high=5, open_high=True))), ("5 >= x", ("x", Limits(high=5))),
        ("0 <= x < 1", ("x", Limits(0, 1, open_high=True))),
        ("1 > x >= -2", ("x", Limits(-2, 1, open_high=True))),
        ("x == 3", None), ("x < y", None), ("0 < x + 1", None), ("x > True", None),
        ("len(x) > 1", None),
    ],
)  # fmt: skip
def test_limits_of_one_name(text, named):
    assert limits_of(read(text)) == named


@pytest.mark.parametrize(
    ("text", "other"),
    [("x < 0", "x >= 0"), ("not x < 0", "x < 0"), ("x < 0 or y == 1", "x >= 0 and y != 1"),
     ("0 < x < 1", "not 0 < x < 1"), ("x in xs", "x not in xs")],
)  # fmt: skip
def test_the_opposite_of_a_guard(text, other):
    assert ast.unparse(opposite(read(text))) == other


def test_what_and_joins_is_taken_apart():
    assert [ast.unparse(each) for each in parts_of(read("a and (b and c)"))] == ["a", "b", "c"]
