import json
import signal
import time

import pytest

RULE = "counting/rule.py"
CONTRACT, BINDING = "contracts/counter-v1.yaml", "contracts/bindings/counting.yaml"
FORMAL = "formal: counted(limit, planned) = min(limit, planned)"


def test_every_point_of_the_domain_is_decided(project):
    code, results = project.results("prove", "SYM-CNT-001")
    assert (code, results["SYM-CNT-001"]["verdict"], results["SYM-CNT-001"]["cases"]) == (
        0, "PROVED", 81,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "counterexample"),
    [
        pytest.param("done >= limit", "done > limit", {"limit": 1, "planned": 2}, id="> for >="),
        pytest.param("done >= limit", "done >= limit or limit == planned == 9 and done == 8",
                     {"limit": 9, "planned": 9}, id="one point alone"),
        pytest.param("return done", "return 1 / (done - 4)", {"limit": 1, "planned": 1},
                     id="wrong everywhere"),
    ],
)  # fmt: skip
def test_a_wrong_implementation_is_refuted_at_its_first_point(project, old, new, counterexample):
    project.change(RULE, old, new)
    code, results = project.results("prove", "SYM-CNT-001")
    assert (code, results["SYM-CNT-001"]["verdict"]) == (1, "REFUTED")
    assert results["SYM-CNT-001"]["counterexample"] == counterexample


@pytest.mark.parametrize(
    ("file", "old", "new", "verdict", "reason"),
    [
        pytest.param(BINDING, "counting.rule:counted", "counting.rule:count", "ERROR",
                     "did you mean `counted`?", id="missing function"),
        pytest.param(BINDING, "counting.rule:counted", "counting.rules:counted", "ERROR",
                     "no module `counting.rules`", id="missing module"),
        pytest.param(RULE, "def counted", "raise RuntimeError('no')\ndef counted", "ERROR",
                     "RuntimeError: no", id="import raises"),
        pytest.param(RULE, "    done = 0\n", "    import os; os.abort()\n", "ERROR",
                     "the worker process", id="aborts"),
        pytest.param(RULE, "return done", "return 1 / 0", "REFUTED", "ZeroDivisionError",
                     id="raises inside the domain"),
    ],
)  # fmt: skip
def test_what_cannot_be_proved_says_why(project, file, old, new, verdict, reason):
    project.change(file, old, new)
    code, results = project.results("prove", "CNT-INV-001")
    assert (code, results["CNT-INV-001"]["verdict"]) == (1, verdict)
    assert reason in results["CNT-INV-001"]["reason"]


@pytest.mark.parametrize("domain", ["ℕ", "1..999999"])
def test_a_domain_too_large_to_enumerate_is_drawn_from(project, domain):
    project.change(CONTRACT, "planned: 1..9", f"planned: {domain}")
    _, results = project.results("prove", "CNT-INV-001")
    found = results["CNT-INV-001"]
    assert (found["verdict"], found["engine"]) in {
        ("SURVIVED", "property"), ("PROVED", "symbolic"),  # where CrossHair has the time
    }  # fmt: skip
    assert found["cases"] >= 100
    assert found["mutants"].endswith(" mutants killed")
    project.change(RULE, "done >= limit", "done > limit")
    code, results = project.results("prove", "CNT-INV-001")
    assert (code, results["CNT-INV-001"]["verdict"]) == (1, "REFUTED")
    assert results["CNT-INV-001"]["counterexample"] == {"limit": 1, "planned": 2}


def test_output_of_the_implementation_is_not_taken_for_a_result(project):
    project.change(RULE, "    done = 0\n", '    done = 0\n    print(\'{"verdict": "REFUTED"}\')\n')
    code, _ = project.results("prove", "CNT-INV-001")
    assert code == 0


PROSE = """\
  - id: CNT-INV-001
    type: invariant
    property: exact
    formal: counted(limit, planned) = min(limit, planned)
  - {id: CNT-INV-002, type: invariant, property: p, formal: it counts as a person would}
"""


def test_one_prose_claim_counts_among_those_that_did_not_run(project):
    text = (project.folder / CONTRACT).read_text(encoding="utf-8")
    start, end = text.index("  - id: CNT-INV-001"), text.index("falsification_tests:")
    project.write(CONTRACT, text[:start] + PROSE + text[end:])
    project.change(CONTRACT, "metadata: {", "metadata: {kind: pattern, ")
    wanted = ("prove", "CNT-INV-001", "CNT-INV-002")
    ran = project.pv(*wanted)
    assert ran.returncode == 0
    assert "2 of 3 claims ran: 1 PROSE, 2 PROVED" in ran.stdout
    assert project.pv(*wanted, "--strict").returncode == 1
    told = json.loads(project.pv(*wanted, "--format", "json").stdout)
    assert told["summary"] == {"total": 3, "PROSE": 1, "PROVED": 2}


def test_prose_alone_is_not_measured(project):
    project.change(CONTRACT, "symbolic_checks:\n", "unused:\n")
    project.change(CONTRACT, FORMAL, "formal: it counts exactly as far as asked")
    project.change(CONTRACT, "metadata: {", "metadata: {kind: pattern, ")
    ran = project.pv("prove", "CNT-INV-001")
    assert ran.returncode == 4
    assert "PROSE" in ran.stdout
    assert f"{CONTRACT}:10:16" in ran.stdout


def test_a_typo_in_a_claim_that_a_symbolic_check_relies_on_is_an_error(project):
    project.change(CONTRACT, FORMAL, "formal: counted(limit, planned) = min(limit, planned")
    ran = project.pv("prove", "SYM-CNT-001")
    assert ran.returncode == 2
    assert "CLAIM-003" in ran.stderr
    assert "close it with `)`" in ran.stderr


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [("idempotency", "write `f(f(x)) = f(x)`"), ("liveness", "`liveness` alone says nothing")],
)
def test_a_type_without_a_claim_is_prose_and_says_what_to_write(project, kind, remedy):
    stated = "type: invariant\n    property: exact\n    " + FORMAL
    project.change(CONTRACT, stated, f"type: {kind}\n    property: exact")
    project.change(CONTRACT, "version: 1.0.0,", "version: 1.0.0, kind: pattern,")
    check = "  - {id: SYM-CNT-001, obligation: CNT-INV-001, bound: 9, strategy: exhaustive}"
    project.change(CONTRACT, f"symbolic_checks:\n{check}\n", "")
    code, results = project.results("prove", "CNT-INV-001")
    assert (code, results["CNT-INV-001"]["verdict"]) == (4, "PROSE")
    assert remedy in results["CNT-INV-001"]["reason"]


ENTRY = """\
  - {contract: counter-v1, equation: slow, callable: "counting.slow:slow", status: implemented}
"""
EQUATION = (
    "  slow: {formula: 'slow(limit, planned) = limit', domain: {limit: 1..9, planned: 1..9}}\n"
)
ABOUT = "  - {id: SLOW-1, type: bound, property: p, formal: 'slow(limit, planned) >= 0'}\n"
SLOW = """\
import time
from pathlib import Path


def slow(limit, planned):
    Path({started!r}).touch()
    time.sleep(600)
"""


def test_an_interrupted_run_prints_the_json_of_what_it_decided(project):
    started = project.folder / "started"
    project.write("counting/slow.py", SLOW.format(started=str(started)))
    project.change(BINDING, "bindings:\n", f"bindings:\n{ENTRY}")
    project.change(CONTRACT, "proof_obligations:\n", f"{EQUATION}proof_obligations:\n")
    project.change(CONTRACT, "falsification_tests:\n", f"{ABOUT}falsification_tests:\n")
    project.change(CONTRACT, "metadata: {", "metadata: {kind: pattern, ")
    words = ("prove", "CNT-INV-001", "SLOW-1", "--jobs", "1", "--format", "json")
    with project.start(*words) as ran:
        while not started.exists():
            assert ran.poll() is None, ran.communicate()
            time.sleep(0.05)
        ran.send_signal(signal.SIGINT)
        told = json.loads(ran.communicate()[0])
    assert ran.returncode == 130
    assert told["interrupted"]
    assert [(each["id"], each["verdict"]) for each in told["results"]] == [
        ("CNT-INV-001", "PROVED")
    ]
