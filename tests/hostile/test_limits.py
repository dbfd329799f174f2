"""Work grows with the size of a contract, and no faster: steps are counted, not seconds."""

import sys
from pathlib import Path

import pytest

from pv.binding.model import Binding, Bound, Implementation
from pv.checks.model import Formulas, NotExecutable
from pv.checks.planner import plan_checks
from pv.checks.plans.own_formulas import plan_reference
from pv.evidence.verdict import Verdict
from pv.nearest import listed, nearest
from pv.remembered import remembered
from pv.rules.running.examine import examine

HEAD = "metadata: {version: 1.0.0, kind: pattern, description: d, references: [r]}\n"


def comments(count):
    return HEAD + "# pv: ignore[SCHEMA-012] as it is\n" * count + "equations: {}\n"


def unknown(count):
    obligations = "".join(
        f"  - {{id: OB-NAME-{n:05}, type: invariant, property: p, formal: 1 = 1}}\n"
        for n in range(count)
    )
    tests = "".join(
        f"  - {{id: FT-{n}, rule: r, prediction: p, if_fails: f, obligation: BO-MANE-{n:05}}}\n"
        for n in range(count)
    )
    return f"{HEAD}proof_obligations:\n{obligations}falsification_tests:\n{tests}"


def chained(count):
    return (
        HEAD
        + "equations:\n  f0: {formula: f0(x) = x, domain: {x: 0..3}, invariants: [f0(x) >= 0]}\n"
        + "".join(
            f"  f{n}: {{formula: f{n}(x) = f{n - 1}(x) + 1, domain: {{x: 0..3}},"
            f" invariants: [f{n}(x) >= 0]}}\n"
            for n in range(1, count)
        )
    )


def obliged(count):
    """Claim the same of a chain in obligations and tests, half of them about no equation."""
    of = ("", ", equation: f{}")
    obligations = "".join(
        f"  - {{id: O-{n}, type: invariant, property: p, formal: f{n}(x) >= 0"
        f"{of[n % 2].format(n)}}}\n"
        for n in range(count)
    )
    tests = "".join(
        f"  - {{id: T-{n}, rule: r, prediction: f{n}(x) >= 0, if_fails: f, obligation: O-{n}}}\n"
        for n in range(count)
    )
    blocks = f"proof_obligations:\n{obligations}falsification_tests:\n{tests}"
    return f"{chained(count)}{blocks}"


def apart(count):
    """Claim something of equations with variables of their own; of half of them in prose."""
    said = ("x{0} + 1", "some prose of it")
    return f"{HEAD}equations:\n" + "".join(
        f"  f{n}: {{formula: f{n}(x{n}) = {said[n % 2].format(n)}, domain: {{x{n}: 0..3}},"
        f" invariants: [f{n}(x{n}) >= 0, f{n}(y) >= 0]}}\n"
        for n in range(count)
    )


def lines_executed(act):
    """Count the lines of Python that an act executes: the same on any machine."""
    count = 0

    def trace(_frame, event, _argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


def judged(text):
    return lambda: examine(text.encode(), Path("k-v1.yaml"))


def planned(text):
    contract = examine(text.encode(), Path("k-v1.yaml")).contract
    return lambda: [*plan_checks(contract, ())]


def planned_and_bound(text):
    contract = examine(text.encode(), Path("k-v1.yaml")).contract
    implementations = tuple(
        Implementation(
            "k-v1", each.id, "implemented", Bound("json:loads"), ("float64",), each.location
        )
        for each in contract.equations
    )
    binding = Binding(Path("b.yaml"), "json", Path(), {}, implementations)
    return lambda: [*plan_checks(contract, [binding])]


@pytest.mark.parametrize(
    ("act", "make", "size"),
    [
        (judged, comments, 200),
        (judged, unknown, 250),
        (planned, chained, 60),
        (planned_and_bound, chained, 60),
        (planned, obliged, 60),
        (planned_and_bound, obliged, 60),
        (planned, apart, 60),
        (planned_and_bound, apart, 60),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_twice_as_much_takes_at_most_some_more_than_twice_the_steps(act, make, size, monkeypatch):
    monkeypatch.setattr("pv.checks.plans.own_formulas.MOST_FORMULAS", 10)  # sizes are above it
    act(make(2))()  # what is read once
    once, twice = (lines_executed(act(make(count))) for count in (size, 2 * size))
    assert twice < 2.3 * once


def test_a_claim_about_very_many_formulas_is_not_tried():
    contract = examine(chained(103).encode(), Path("k-v1.yaml")).contract
    plans = {check.id: check.plan for check in plan_reference(contract, {})}
    assert isinstance(plans["k-v1/f99/invariant-1"], Formulas)
    assert plans["k-v1/f102/invariant-1"] == NotExecutable(
        Verdict.UNKNOWN, "it depends on more than 100 formulas, the most there may be"
    )


def test_a_word_is_compared_with_no_more_than_two_hundred_names():
    names = [f"name{n}" for n in range(200)]
    assert nearest("nam7", names) == ["name7"]
    assert nearest("nam7", [*names, "other"]) == []


def test_of_many_names_a_few_are_listed():
    assert listed("abc") == "a, b, c"
    assert listed(map(str, range(1012))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 1,000 more"


def test_what_is_remembered_is_of_values_themselves_and_made_once():
    made = []
    function = remembered(lambda *values: made.append(values) or len(made))
    one, other = [1], [1]
    assert [function(one), function(one), function(other), function(one)] == [1, 1, 2, 1]
    assert [function(one, other), function(other, one), function(one, other)] == [3, 4, 3]


def test_of_what_is_remembered_the_last_few_are_kept():
    made = []
    function = remembered(made.append, kept=2)
    values = [[1], [2], [3]]
    for value in (*values, values[2], values[1], values[0]):
        function(value)
    assert made == [*values, values[0]]
