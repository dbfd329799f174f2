"""What a refuted claim shows: the values of its bound variables, its sides, what was returned."""

import pytest

from pv.binding.model import Bound
from pv.checks.model import Formulas
from pv.claims import EXACT, parse
from pv.claims.domains.space import Space
from pv.engines.search.trial import Trial


def rising(i):
    if i > 90:
        raise ValueError("too far")
    return i + (i == 6)


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ("f(n) = 6", [("f(n)", "7")]),
        ("forall i in 0..9: f(i) = i", [("i", "6"), ("f(i)", "7")]),
        ("n > 2 implies forall i in 4..9: f(i) < 7", [("i", "6"), ("f(i)", "7")]),
        ("not exists i in 0..9: f(i) > i", [("i", "6"), ("f(i)", "7")]),
        ("forall i in 5..6: forall j in 1..3: f(i) + f(j) < 10",
         [("i", "6"), ("j", "3"), ("f(i) + f(j)", "10"), ("f(i)", "7"), ("f(j)", "3")]),
        ("forall i in 0..99: f(i) >= 0", [("i", "91")]),
        ("n > 2 and exists i in 0..3: f(i) > 5", [("exists i in 0..3: f(i) > 5", "False")]),
    ],
)  # fmt: skip
def test_a_false_claim_shows_where_it_is_false(claim, shown):
    plan = Formulas(claim, parse(claim), (), Space({}, {}, ()), EXACT, {"f": Bound("code:f")})
    found = Trial(plan, {"f": rising}).sides({"n": 6})
    assert [each for each in found if each in shown] == shown, found
