"""Expectations that depend on the system notice a change; those that do not are told."""

from pathlib import Path

import pytest

from pv.checks.model import Expectation, Experiment
from pv.claims import parse
from pv.contract.finding import Location
from pv.engines.systems.changed_observations import Recorded
from pv.engines.systems.expectations import Expectations
from pv.engines.systems.vacuity import Vacuous, noticed

FILES = {
    "model.bin": {"size": 8, "sha256": "ab", "lines": 0},
    "log.jsonl": {
        "size": 40, "sha256": "cd", "lines": 2,
        "json": [{"loss": 2.0, "step": 1}, {"loss": 1.5, "step": 2}],
    },
}  # fmt: skip
RUN = {
    "exit_code": 0,
    "stdout": "start\nstep 1 of 2\nstep 2 of 2\ntook 1.25 s\n",
    "stderr": "",
    "seconds": 1.5,
    "result": {"metrics": {"steps": 2, "loss": 1.5, "name": "small"}, "ok": True},
    "output": FILES,
    "empty": {},
}
DEFINE = {"took": 'number(capture(stdout, "took ([0-9.]+) s"))', "double": "took * 2"}


def looked_at(*expect, runs=None, case=None):
    place = Location("c.yaml", 3, 1, 3, 9)
    plan = Experiment(
        {}, (), {name: parse(text) for name, text in DEFINE.items()},
        tuple(Expectation(text, place, parse(text)) for text in expect), {}, Path(), 4,
    )  # fmt: skip
    seen = [
        Recorded({"n": n} if case is None else case, runs or {None: RUN}) for n in (1, 2)
    ]  # fmt: skip
    for each in plan.expect:
        assert Expectations(plan, seen[0]).found(each) is None, each.text
    return noticed(plan, seen)


@pytest.mark.parametrize(
    "claim",
    [
        "exit_code = 0",
        "exit_code != 3",
        "exit_code < 128",
        "exit_code in {0, 1}",
        "seconds < 60",
        'stderr = ""',
        'not contains(stderr, "Traceback")',
        'count(matches(stdout, "^WARN(ING)?: .* [0-9]+$")) = 0',
        'count(matches(stdout, "^step ")) = 2',
        'count(matches(stdout, "^step ")) <= 20',
        "count(lines(stdout)) >= 3",
        'lines(stdout)[0] = "start"',
        'not starts_with(stdout, "error")',
        "took <= 100",
        "took > 0",
        "abs(double - 2.5) <= 0.01",
        "result.metrics.steps = 2",
        "result.metrics.steps <= 1000 * n",
        "result.metrics.loss < 2",
        'result.metrics.name = "small"',
        'result.metrics.name != "large"',
        "result.ok",
        "count(keys(empty)) = 0",
        "count(keys(output)) = 2",
        '"error.log" not in output',
        '"model.bin" in output',
        'output["model.bin"].size > 0',
        'output["log.jsonl"].lines = result.metrics.steps',
        'output["log.jsonl"].json[1].loss <= output["log.jsonl"].json[0].loss',
        'forall i in 0..1: output["log.jsonl"].json[i].step = i + 1',
        "forall f in keys(output): output[f].size < 1000",
        "exit_code = 0 implies result.metrics.steps = 2",
        'n = 2 implies contains(stdout, "of 2")',
        'n = 2 implies (exit_code = 0 implies contains(stdout, "of 2"))',
        'contains(stdout, "of 2") iff n < 9',
        "exit_code = 0 and n >= 1 implies took > 0",
    ],
)  # fmt: skip
def test_what_depends_on_the_system_notices_a_change(claim):
    found = looked_at(claim)
    assert isinstance(found, str), found
    assert "changes of the observation noticed" in found


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("1 = 1", "it cannot fail: no change of what was observed makes it false: 1 = 1"),
        ("n >= 1", "cannot fail"),
        ("stdout = stdout", "cannot fail"),
        ("exit_code = 0 or exit_code != 0", "cannot fail"),
        ("count(stdout) >= 0", "cannot fail"),
        ("count(keys(output)) >= 0", "cannot fail"),
        ('count(matches(stdout, "step")) >= 0', "cannot fail"),
        ("exit_code = 0 and n >= 1", "false: n >= 1"),
        ("forall i in 0..1: i >= 0", "cannot fail"),
        ("seconds >= 0", "cannot fail"),
        ("exit_code < 1000", "cannot fail"),
        ("forall f in keys(output): output[f].lines >= 0", "cannot fail"),
        ("x = x where x = stdout", "cannot fail"),
        ('exit_code = 7 implies stdout = "x"', "in no case did what it presupposes hold"),
        ('n = 5 implies contains(stdout, "of 2")', "in no case"),
        ('exit_code = 0 implies (n = 5 implies contains(stdout, "of 2"))', "in no case"),
        ("forall f in keys(empty): empty[f].size > 0", "in no case"),
        ("forall f in keys(output): (output[f].lines > 9 implies output[f].size > 99)", "in no"),
        ("exit_code = 7 implies exit_code = 7", "in no case"),
    ],
)
def test_what_holds_of_any_system_is_vacuous(claim, why):
    found = looked_at("exit_code = 0", claim)
    assert isinstance(found, Vacuous)
    assert why in found.reason
    assert found.place == "at c.yaml:3:1"


def test_each_run_of_several_is_changed():
    runs = {"one": RUN, "two": RUN}
    same = 'one.output["model.bin"].sha256 = two.output["model.bin"].sha256'
    assert looked_at(same, runs=runs) == "2 of 12 changes of the observation noticed"
    assert isinstance(looked_at(same, "one.stderr = one.stderr", runs=runs), Vacuous)
    assert isinstance(looked_at("two.exit_code = 0", runs=runs), str)


def test_a_long_output_is_looked_at_in_bounded_time():
    long = {**RUN, "stdout": RUN["stdout"] + "9 lines of 100\n" * 50_000}
    assert isinstance(looked_at("took < 2", runs={None: long}), str)
    assert isinstance(looked_at("stdout = stdout", runs={None: long}), Vacuous)
