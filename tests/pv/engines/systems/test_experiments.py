"""What an experiment concludes from the observations of its cases, without a process."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from pv.binding.model import System
from pv.checks.model import Expectation, Experiment, PlannedRun
from pv.claims import parse, parse_domain
from pv.contract.finding import Location
from pv.engines.outcome import Options
from pv.engines.systems import engine, launch
from pv.engines.systems.launch import Laboratory, Observed
from pv.engines.systems.process import Finished
from pv.evidence.seen import Seen
from pv.evidence.verdict import Verdict

PLACE = Location("c.yaml", 3, 1, 3, 9)
SYSTEM, TEACHER = System("counter", ("run",)), System("teacher", ("train",))
DOUBLED = lambda names: str(2 * names["n"])  # noqa: E731


def ended(code=0, stdout="", fault=None, **more):
    fields = {"exit_code": code, "stdout": stdout, "stderr": "", "seconds": 1.0, "result": None}
    finished = Finished(code, stdout, "", 1.0, fault)
    return Observed("$ run", finished, fields, Seen(files={stdout: "1"}), **more)


@pytest.fixture
def decide(monkeypatch):
    """Decide an experiment whose system prints something for `n`; returns the cases run too."""

    def decided(prints, *expect, given="1..4", cases=4, options=None, prepared=None, runs=1):
        asked = []

        def observe(_self, run, folder, names, _root):
            if run.system is TEACHER:
                return prepared
            assert folder.parent.is_dir()
            asked.append(names)
            told = prints(names)
            return told if isinstance(told, Observed) else ended(stdout=told)

        monkeypatch.setattr(Laboratory, "observe", observe)
        planned = tuple(
            PlannedRun(None if runs == 1 else f"r{number}", SYSTEM, ".", {}, {})
            for number in range(runs)
        )
        plan = Experiment(
            {"n": parse_domain(given)}, planned, {"told": parse("number(stdout)")},
            tuple(Expectation(text, PLACE, parse(text)) for text in expect),
            {"teacher": TEACHER} if prepared else {}, Path(), cases,
        )  # fmt: skip
        with ExitStack() as stack:
            found = engine.open_engine(options or Options(), stack)(plan)
        return found, [each["n"] for each in asked]

    return decided


def test_what_holds_in_every_case_survives(decide):
    found, asked = decide(DOUBLED, "told = 2 * n", "exit_code = 0")
    assert (found.verdict, found.cases, found.processes) == (Verdict.SURVIVED, 4, 4)
    assert asked == [1, 2, 3, 4]
    assert found.counterexample is None
    assert found.mutants.endswith(" changes of the observation noticed")
    assert set(found.seen.files) == {"2", "4", "6", "8"}


def test_a_case_that_contradicts_is_told_with_what_was_seen(decide):
    found, _ = decide(DOUBLED, "exit_code = 0", "told < 7")
    assert (found.verdict, found.counterexample) == (Verdict.REFUTED, {"n": 4})
    assert found.reason == "expected told < 7"
    assert found.observation == (
        "at c.yaml:3:1", "told  is  8", "$ $ run", "exit code 0 after 1.0 s", "stdout| 8",
    )  # fmt: skip


def test_a_counterexample_is_made_small_with_few_more_runs(decide):
    found, asked = decide(DOUBLED, "told < 60", given="1..1000000", options=Options(seed=3))
    assert found.verdict is Verdict.REFUTED
    assert 30 <= found.counterexample["n"] < 1_000_000 / 2**5
    assert found.counterexample["n"] in asked
    assert found.cases == found.processes == len(asked)
    assert 4 < len(asked) <= 4 + 6
    small, _ = decide(DOUBLED, "told < 4", given="1..16")
    assert small.counterexample == {"n": 2}


def test_after_a_case_that_contradicts_none_is_begun(decide):
    _, asked = decide(DOUBLED, "told < 0", given="5..5")
    assert asked == [5]
    _, asked = decide(lambda _: ended(fault="timed out"), "told < 9", given="1..99", cases=40)
    assert len(asked) < 40


@pytest.mark.parametrize(
    ("observed", "reason"),
    [
        (ended(fault="was killed after 3 s"), "system `counter` was killed after 3 s"),
        (ended(code=3), None), (ended(stdout="x"), None),
    ],
)  # fmt: skip
def test_a_system_that_breaks_is_an_error_and_one_that_ends_otherwise_is_judged(
    decide, observed, reason
):
    found, _ = decide(lambda _: observed, "exit_code = 0 and told = 2", given="1..1")
    assert found.verdict is (Verdict.ERROR if reason else Verdict.REFUTED)
    assert found.counterexample == {"n": 1}
    assert found.reason == (reason or "expected exit_code = 0 and told = 2")


def test_the_case_that_is_asked_for_runs_alone_and_shows_no_vacuity(decide):
    found, asked = decide(DOUBLED, "n > 0", options=Options(case={"n": 3}))
    assert (found.verdict, found.cases, asked, found.mutants) == (Verdict.SURVIVED, 1, [3], None)


def test_as_many_cases_run_as_are_asked_for(decide):
    _, asked = decide(DOUBLED, "told > 0", given="1..99", options=Options(cases=7))
    assert len(asked) == 7


@pytest.mark.parametrize(
    ("claim", "given", "reason"),
    [("n > 0", "1..4", "it cannot fail"), ("told > 0", "4..1", "the domain of `n` has no values")],
)
def test_what_depends_on_no_observation_is_vacuous(decide, claim, given, reason):
    found, _ = decide(DOUBLED, claim, given=given)
    assert found.verdict is Verdict.VACUOUS
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("prepared", "reason"),
    [
        (ended(fault="timed out"), "system `teacher`, which this one needs, timed out"),
        (ended(code=7), "system `teacher`, which this one needs, ended with exit code 7"),
        (ended(stdout="trained"), None),
    ],
)  # fmt: skip
def test_what_a_system_needs_runs_once_and_must_end_well(decide, prepared, reason):
    found, asked = decide(DOUBLED, "told = 2 * n", prepared=prepared)
    assert found.verdict is (Verdict.ERROR if reason else Verdict.SURVIVED)
    assert found.reason == reason
    assert bool(asked) is (reason is None)
    assert ("trained" in found.seen.files) is (reason is None)


def test_each_run_of_a_case_has_a_name(decide):
    found, asked = decide(DOUBLED, "r0.stdout = r1.stdout", given="2..2", runs=2)
    assert (found.verdict, found.cases, found.processes) == (Verdict.SURVIVED, 1, 2)
    assert asked == [2, 2]


def test_of_a_process_its_last_lines_are_shown():
    many = "".join(f"{number}\n" for number in range(99))
    long = ended(stdout=f"{many}{'x' * 999}\n", unread=True)
    lines = engine.context(long)
    assert lines[0] == "$ $ run"
    assert lines[2].startswith("{result_file} is too large, or no JSON")
    assert lines[3:] == (*(f"stdout| {n}" for n in range(88, 99)), f"stdout| {'x' * 400}")
    assert engine.context(ended(code=None))[1] == "did not end by itself after 1.0 s"


@pytest.fixture
def observe(tmp_path):
    """Run a Python program as a system; returns what it left."""

    def observed(code, names=None, environment=None, **more):
        system = System(
            "s", ("python", "-c", code, "{result_file}", "{configuration_file}"), **more
        )
        run = PlannedRun(None, system, ".", environment or {}, {"b": "{n}"})
        with ExitStack() as stack:
            laboratory = launch.open_laboratory(1, stack)
            found = laboratory.observe(run, tmp_path / "w", {"n": 5, **(names or {})}, tmp_path)
            assert laboratory.root_folder.exists()
        assert not laboratory.root_folder.exists()
        return found

    return observed


WRITES = "import sys; open(sys.argv[1], 'w').write({!r})"


@pytest.mark.parametrize(
    ("written", "result", "unread"),
    [('{"a": 1}', {"a": 1}, False), ("null", None, False), (" null\n", None, False),
     ("{", None, True), ("", None, True)],
)  # fmt: skip
def test_a_result_is_read_and_one_that_cannot_be_is_told(observe, written, result, unread):
    found = observe(WRITES.format(written))
    assert (found.fields["result"], found.unread) == (result, unread)
    assert (found.finished.exit_code, found.finished.fault) == (0, None)


def test_a_system_gets_its_configuration_and_environment_and_its_files_are_seen(observe):
    code = (
        "import os, sys; open('out.txt', 'w').write(open(sys.argv[2]).read());"
        "print(os.environ['B']); sys.exit(3)"
    )
    found = observe(
        code, configuration={"a": 1, "b": 2}, environment={"B": "{n}"}, observe={"output": "*.txt"}
    )
    assert (found.fields["exit_code"], found.fields["stdout"]) == (3, "5\n")
    assert found.fields["output"]["out.txt"]["size"] == len('{"a": 1, "b": 5}')
    assert found.command.startswith("B=5 python -c ")
    assert not found.unread
