from types import SimpleNamespace

from pv.evidence.verdict import Verdict
from pv.proposals.choice import MOST, chosen
from pv.proposals.laws import DETERMINISTIC, TOTAL
from pv.proposals.model import Law, Tried


def tried(key, verdict=Verdict.SURVIVED, implies=(), function="f", formal="f(x) = 1"):
    law = Law(key, function, "invariant", key, formal, frozenset(implies))
    return Tried(law, SimpleNamespace(verdict=verdict))


def offered(*all_tried):
    return [each.law.key for each in chosen(all_tried) if each.offered]


def test_laws_that_did_not_hold_are_not_offered():
    verdicts = {each.name: each for each in Verdict}
    found = offered(*(tried(name, verdict) for name, verdict in verdicts.items()))
    assert found == ["SURVIVED", "PROVED"]


def test_what_an_offered_law_says_is_not_offered_beside_it():
    assert offered(tried("a", implies=["b"]), tried("b"), tried("c")) == ["a", "c"]
    refuted = tried("a", Verdict.REFUTED, implies=["b"])
    assert offered(refuted, tried("b")) == ["b"]
    other = tried("a", implies=["b"], function="g")
    assert offered(other, tried("b")) == ["a", "b"]


def test_of_many_laws_the_first_are_offered_and_the_others_named():
    found = [*chosen([tried(f"law-{n}") for n in range(MOST + 2)])]
    assert [each.offered for each in found] == [True] * MOST + [False] * 2
    assert found[-1].reason == f"{MOST} stronger ones are offered"


def test_that_nothing_is_raised_is_offered_where_no_other_law_shows_it():
    everywhere, total = tried("a"), tried(TOTAL)
    assert offered(everywhere, total) == ["a"]
    assert offered(tried("a", formal="x > 0 implies f(x) = 1"), total) == ["a", TOTAL]
    assert offered(tried(DETERMINISTIC), total) == [DETERMINISTIC, TOTAL]
