"""Implementations that are wrong, right or ill-behaved, and what is said of each."""

from pathlib import Path

import pytest

from pv.binding.model import Bound
from pv.checks.model import Enumeration
from pv.claims import EXACT
from pv.engines.outcome import Options
from pv.engines.workers.pool import Workers
from pv.evidence.verdict import Verdict

MISBEHAVING = Path(__file__).parent / "misbehaving"


@pytest.fixture
def prove(project):
    def proved(contract, *words):
        files = (
            str(MISBEHAVING / f"{contract}.yaml"),
            "--binding",
            str(MISBEHAVING / "bindings.yaml"),
        )
        _, results = project.results("prove", *files, "--fresh", *words)
        return results

    return proved


def verdicts(results):
    return {name: result["verdict"] for name, result in results.items()}


def test_six_mutants_of_the_loop_are_killed_and_the_loop_itself_is_proved(prove):
    results = prove("early-break")
    found = verdicts(results)
    assert found.pop("loop-itself") == "PROVED"
    assert results["loop-itself"]["cases"] == 65_536
    for name in ("count-steps-without-bound", "outer-loop", "inner-loop"):
        assert (found.pop(name), results[name]["engine"]) == ("PROVED", "symbolic")
    assert found.pop("loop-again") == "PROVED"
    assert len(found) == 6
    assert set(found.values()) == {"REFUTED"}


TRUE = ("square-is-positive", "schedule-is-inside")
FALSE = (
    "associative", "tenth-is-exact", "float-keeps-integers", "mean-is-finite", "rounding-commutes",
    "root-is-inverse", "float-ceiling", "never-777", "never-77777",
)  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_nine_falsehoods_are_refuted(prove, seed):
    results = prove("falsehoods", *FALSE, "--seed", str(seed), "--budget", "120")
    assert verdicts(results) == dict.fromkeys(FALSE, "REFUTED")
    assert results["root-is-inverse"]["counterexample"]["x"] <= 1e6
    assert results["never-77777"]["counterexample"] == {"n": 77_777}


def test_two_truths_beside_falsehoods_are_not_refuted(prove):
    found = verdicts(prove("falsehoods", *TRUE, "--budget", "3"))
    assert {*found} == {*TRUE}
    assert {*found.values()} <= {"SURVIVED", "PROVED"}


EXPECTED = {
    "seeded": ("SURVIVED", None),
    "wants-int": ("SURVIVED or PROVED", None),
    "needle": ("SURVIVED or REFUTED", None),
    "torch-exp": ("SURVIVED", None),
    "impure-finite": ("UNKNOWN", "not a function of its arguments"),
    "impure-rare": ("UNKNOWN", "not a function of its arguments: false, then true"),
    "outside-the-precondition": ("SURVIVED or PROVED", None),
    "nan-is-no-counterexample": ("SURVIVED or PROVED", None),
    "contradictory": ("VACUOUS", "no values that were tried meet the preconditions"),
    "antecedent-never-holds": ("VACUOUS", "in no case did what the claim presupposes hold"),
    "rare": ("UNKNOWN", "met the preconditions and had a value"),
    "cannot-fail": ("VACUOUS", "mutants of what it calls is killed"),
    "segfault": ("ERROR", "the worker process was ended by SIGSEGV"),
    "hang": ("ERROR", "still running after"),
    "leaves": ("ERROR", "ended with exit code 3"),
    "exits": ("REFUTED", "exits raised Exited: it called sys.exit(2)"),
    "prints": ("SURVIVED or PROVED", None),
    "mutates": ("ERROR", "subjects:mutates changes its argument 1; give it a copy"),
    "returns-nothing": ("REFUTED", "null and 0 have no order"),
    "misfit": ("ERROR", "subjects:doubled(x) does not fit: the claim gives 2 arguments"),
    "absent": ("ERROR", "there is no `no_such_module_at_all` in"),
    "not-callable": ("ERROR", "is not callable: it is of type int; bind a function"),
}


NO_PROOF = {"seeded", "torch-exp", "outside-the-precondition", "nan-is-no-counterexample"}
"""CrossHair uses all the time that it is given for these, and may decide them or not."""


def require_expected(results, *also):
    for name, found in results.items():
        verdict, reason = EXPECTED[name]
        assert found["verdict"] in {*verdict.split(" or "), *also}, name
        assert reason is None or reason in found["reason"], (name, found["reason"])


def test_what_fools_a_checker_gets_no_verdict_that_is_false(prove):
    decided = EXPECTED.keys() - NO_PROOF - {"hang"}
    results = prove("adversaries", *decided, "--budget", "120")  # each ends when it is decided
    assert results.keys() == decided
    require_expected(results)
    assert results["prints"]["notes"] == ['it prints to standard output: {"verdict": "PROVED"}']
    assert any("in segfault" in line for line in results["segfault"]["observation"])


def test_a_function_that_never_returns_is_an_error(prove):
    results = prove("adversaries", "hang", "--budget", "1")
    require_expected(results)
    assert any("in hang" in line for line in results["hang"]["observation"])


def test_what_no_path_decides_is_not_said_to_be_proved(prove):
    results = prove("adversaries", *NO_PROOF, "--budget", "6")
    require_expected(results, "UNKNOWN")  # a slow machine may have too few cases
    assert results["torch-exp"]["verdict"] != "PROVED"
    for found in (results["seeded"], results["torch-exp"]):
        if found["verdict"] == "SURVIVED":
            assert any("CrossHair decided nothing" in note for note in found["notes"])


def test_crosshair_decides_what_drawn_values_cannot(prove):
    patient = ("--budget", "120")  # it ends when it has decided, so a slow machine loses nothing
    results = prove("adversaries", "needle", "wants-int", "nan-is-no-counterexample", *patient)
    results |= prove("falsehoods", "square-is-positive", *patient)
    assert {result["engine"] for result in results.values()} == {"symbolic"}
    needle = results.pop("needle")
    assert (needle["verdict"], needle["reason"]) == ("REFUTED", "false: needle(n) = n")
    assert needle["counterexample"] == {"n": 123_456_789}
    assert set(verdicts(results).values()) == {"PROVED"}


def test_a_worker_that_takes_all_memory_is_killed():
    def plan(name, domain):
        functions = {name: Bound(f"subjects:{name}")}
        return Enumeration(f"{name}(n) = n", {"n": domain}, functions, EXACT, MISBEHAVING, 1)

    with Workers(memory=500 << 20) as workers:
        outcome = workers.decide(plan("hog", "7..7"), Options())
        assert outcome.verdict is Verdict.ERROR
        assert outcome.reason == "the worker process was killed: it took more than 500 MiB"
        assert workers.decide(plan("itself", "0..9"), Options()).verdict is Verdict.PROVED
