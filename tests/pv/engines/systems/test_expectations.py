"""Where an expectation has no value, what was observed is to blame, or what it says itself."""

from pathlib import Path

import pytest

from pv.checks.model import Expectation, Experiment
from pv.claims import parse
from pv.contract.finding import Location
from pv.engines.systems.changed_observations import Recorded
from pv.engines.systems.expectations import Expectations

PLACE = Location("c.yaml", 3, 1, 3, 9)
RUN = {
    "exit_code": 0, "stdout": "start\ntook 1.25 s\n", "stderr": "", "seconds": 1.5, "result": None,
    "output": {"o.json": {"size": 8, "json": {"loss": (0.5,) * 150_000, "few": (3, 2, 1)}}},
}  # fmt: skip
DEFINE = {
    "took": 'number(capture(stdout, "spent ([0-9.]+) s"))', "double": "took * 2",
    "many": "|{a in 0..9999 : a >= 0}|", "inverse": "1 / (n - 1)",
    "mixed": "exit_code / (n - 1)", "oks": 'count(matches(stdout, "(?=ok)"))',
    "few": 'output["o.json"].json.few',
}  # fmt: skip


def of(claim, runs=None):
    expected = Expectation(claim, PLACE, parse(claim))
    define = {name: parse(text) for name, text in DEFINE.items()}
    plan = Experiment({}, (), define, (expected,), {}, Path(), 4)
    return Expectations(plan, Recorded({"n": 1}, runs or {None: RUN})).found(expected)


OBSERVED = [
    ("exit_code = 3", "exit_code  is  0"),
    ("result.loss <= 1", "cannot be looked up in null"),
    ('output["p.json"].size > 0', "there is no `p.json`"),
    ('output["o.json"].json.los > 0', "there is no `los`"),
    ("number(stdout) > 0", "could not convert"),
    ('capture(stdout, "loss ([0-9])") = "1"', "nothing in the text matches"),
    ("took <= 2", "nothing in the text matches"),
    ("double <= n", "nothing in the text matches"),
    ("n / exit_code >= 0", "division by zero"),
    ("few[n + 4] > 0", "`5` cannot be looked up"),
    ("forall i in 0..3: few[i + 1] > 0", "`3` cannot be looked up"),
    ("exit_code = 1 and inverse > 0", "exit_code  is  0"),
]
OF_THE_CLAIM = [
    ('∀ x in output["o.json"].json.loss: x > 0 and x <= 1', "takes more than 1,000,000 steps"),
    ("n / (n - 1) >= exit_code", "division by zero"),
    ("inverse >= exit_code", "division by zero"),
    ("mixed >= 0", "division by zero"),
    ("oks > 0", "is not a regular expression"),
    ('count(matches(stdout, "(?=ok)")) > 0', "is not a regular expression"),
    ('capture(stdout, "took") = "1"', "capture needs exactly one group"),
    ("exit_code + n = 0 for all i", "`i` runs over nothing that is known"),
    ("few[i + 1] < few[i] for all i", "`3` cannot be looked up"),
    ("forall i in 0..9999999: exit_code < i + 1", "a range has at most"),
    ("exit_code <= unheard", "`unheard` has no value here"),
]


@pytest.mark.parametrize(("claim", "why"), OBSERVED)
def test_what_was_observed_contradicts_an_expectation(claim, why):
    found = of(claim)
    assert found.contradicts
    assert any(why in line for line in found.lines), found


@pytest.mark.parametrize(("claim", "why"), OF_THE_CLAIM)
def test_what_an_expectation_says_itself_leaves_it_without_a_value(claim, why):
    found = of(claim)
    assert not found.contradicts
    assert why in found.without


def test_a_named_run_is_observed_too():
    runs = {"first": RUN, "second": {**RUN, "exit_code": 2}}
    assert of("second.result.loss > 0", runs).contradicts
    assert "division by zero" in of("second.exit_code >= inverse", runs).without


def test_an_expectation_that_holds_has_nothing_to_tell():
    assert of("exit_code = 0 and few[0] = 3 and n = 1") is None


def test_a_defined_name_is_computed_once_and_not_for_each_value_of_a_variable():
    assert of("forall i in 0..99: many > i + exit_code") is None
