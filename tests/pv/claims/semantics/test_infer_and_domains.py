import math

import pytest

from pv.checks.reading.equations import parse_domains
from pv.claims import (
    BOOL,
    INT,
    REAL,
    STRING,
    Fault,
    Finite,
    IntRange,
    Record,
    infer,
    parse,
    parse_domain,
)
from pv.engines.systems.cases import corners_of

SCOPE = {"n": INT, "y": REAL, "s": STRING, "flag": BOOL, "run": Record({"exit_code": INT})}


@pytest.mark.parametrize(
    ("text", "kind"),
    [("n + 1", INT), ("n + y", REAL), ("n / 2", REAL), ("n < y < 2", BOOL), ("s", STRING),
     ("run.exit_code = 0", BOOL), ("|n|", INT), ("|y|", REAL), ("n in {1} ∪ {2}", BOOL),
     ("{n} ∩ {2} = {1} \\ {2}", BOOL), ("count(matches(s, s))", INT)],
)  # fmt: skip
def test_a_claim_has_a_type(text, kind):
    assert infer(parse(text), SCOPE) == kind


@pytest.mark.parametrize(
    ("text", "start", "said"),
    [
        ("m = 1", 0, "known are: flag, inf, n"), ("flg and flag", 0, "did you mean flag"),
        ("cuont(s) = 1", 0, "did you mean count"), ("n and flag", 0, "an Int"),
        ("flag + 1", 0, "a Bool"),
        ("s < n", 0, "no order"), ("s = n", 0, "never equal"),
        ("contains(s) ", 0, "takes 2 arguments"), ("n.key", 0, "has no keys"),
        ("n in y", 0, "member of"), ('raises(n, "x")', 0, "raises is given a call"),
    ],
)  # fmt: skip
def test_a_fault_in_names_or_types_is_placed(text, start, said):
    faults = infer(parse(text), SCOPE)
    assert isinstance(faults, tuple)
    assert faults[0].start == start
    assert said in f"{faults[0].message}; {faults[0].remedy}"


@pytest.mark.parametrize(
    ("text", "inside", "outside", "corners", "size"),
    [
        ("1..12", [1, 12], [0, 13, 1.5, True], (1, 12), 12),
        ("-2..2", [-2, 0], [3], (-2, 2), 5),
        ("5", [5], [4, 5.0], (5, 5), 1),
        ('{"0", "1O"}', ["0"], ["1"], ("0", "1O"), 2),
        ("{0.0, 0.7}", [0.7], [0, 0.5], (0.0, 0.7), 2),
        ("[0, 1)", [0, 0.5], [1, -1, "0"], None, None),
        ("ℕ", [0, 7], [-1, 0.5], (0,), None),
        ("ℤ", [-7], [0.5], (), None),
        ("bool", [True], [1], (False, True), 2),
        ("string", ["", "a"], [1], ("",), None),
        ("12..1", [], [1, 12], (), 0),
        ("{}", [], [0], (), 0),
        ("[0, ∞)", [10**400, 0.5], [-1, math.inf], None, None),
        ("{true, 1}", [True, 1], [False], (True, 1), 2),
    ],
)
def test_a_domain_has_its_points(text, inside, outside, corners, size):
    domain = parse_domain(text)
    assert all(point in domain for point in inside)
    assert not any(point in domain for point in outside)
    assert domain.size == size
    assert corners is None or corners_of(domain) == corners
    assert parse_domain(str(domain)) == domain


@pytest.mark.parametrize("text", ["1..n", "{x}", "x > 0", "1.5..2", "1 / 0", "1.."])
def test_what_is_no_domain_is_a_fault(text):
    assert isinstance(parse_domain(text), Fault)


def test_domains_of_several_variables():
    assert parse_domains("x in 1..2, y ∈ {3}") == {"x": IntRange(1, 2), "y": Finite((3,), "{3}")}
    assert isinstance(parse_domains("x in 1..2, y"), Fault)
    assert isinstance(parse_domains("runs of one step"), Fault)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("x ∈ {1, 2, 3} ∖ {2}", (1, 3)),
        ("x ∈ 1..2 ∪ 4..5", (1, 2, 4, 5)),
        ("x ∈ {2 + k : k in 0..2}", (2, 3, 4)),
        ("x ∈ [1, 2, 3]", (1, 2, 3)),
        ("x ∈ {[1, 2, 3]}", ((1, 2, 3),)),
        ("x ∈ {1} ∖ {1}", ()),
    ],
)
def test_behind_in_the_members_of_a_set_are_meant(text, points):
    found = parse_domains(text)["x"]
    assert tuple(found.points()) == points
    assert parse_domain(str(found)) == found


@pytest.mark.parametrize("text", ["[1, 2, 3]", "(1, 2, 3)", "[1]", "[0, 1] ∪ [2, 3]"])
def test_what_may_be_one_value_or_several_is_refused(text):
    assert "one value, or the values in it" in parse_domain(text).message
