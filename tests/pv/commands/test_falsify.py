import json
import shlex
import signal
import time

import jsonschema
import pytest

from pv.evidence.store import Store
from tests.conftest import HOME

RULE, MAIN = "counting/rule.py", "counting/__main__.py"
CONTRACT, BINDING = "contracts/counter-v1.yaml", "contracts/bindings/counting.yaml"


def test_a_true_prediction_survives_and_says_on_how_many_cases(project):
    code, results = project.results("falsify", "FT-CNT-001", "--cases", "3")
    assert (code, results["FT-CNT-001"]["verdict"], results["FT-CNT-001"]["cases"]) == (
        0, "SURVIVED", 3,
    )  # fmt: skip


def test_the_json_follows_its_schema(project):
    schema = json.loads((HOME / "schemas/verdicts.schema.json").read_text(encoding="utf-8"))
    for words in (["falsify"], ["prove"], ["gate"]):
        jsonschema.validate(json.loads(project.pv(*words, "--format", "json").stdout), schema)


def expecting(project, *claims):
    before = "        - exit_code = 0\n"
    lines = "".join(f"        - {json.dumps(claim)}\n" for claim in claims)
    project.change(CONTRACT, before, before + lines)
    _, results = project.results("falsify", "FT-CNT-001")
    return results["FT-CNT-001"]


def test_an_expectation_that_any_system_meets_is_vacuous_and_named(project):
    found = expecting(project, "limit >= 1")
    assert found["verdict"] == "VACUOUS"
    assert "no change of what was observed makes it false: limit >= 1" in found["reason"]
    assert found["observation"] == [f"at {CONTRACT}:23:11"]


def test_a_premise_that_held_in_no_case_is_vacuous(project):
    found = expecting(project, 'exit_code = 7 implies stdout = "x"')
    assert found["verdict"] == "VACUOUS"
    assert "in no case did what it presupposes hold: exit_code = 7 implies" in found["reason"]


def test_what_an_expectation_says_itself_refutes_nothing(project):
    found = expecting(project, "limit / (limit - 1) >= exit_code")
    assert (found["verdict"], found["counterexample"]) == ("UNKNOWN", {"limit": 1})
    assert "division by zero: limit / (limit - 1) >= exit_code" in found["reason"]
    assert found["observation"] == [f"at {CONTRACT}:23:11"]


def test_a_case_that_contradicts_counts_more_than_one_without_a_value(project):
    before = "        - exit_code = 0\n"
    unclear = "        - limit / (limit - 1) >= 0 and limit < 9\n"
    project.change(CONTRACT, before, before + unclear)
    code, results = project.results("falsify", "FT-CNT-001", "--cases", "2")
    assert (code, results["FT-CNT-001"]["counterexample"]) == (1, {"limit": 9})
    project.change(MAIN, "100))", '100) + (int(os.environ["LIMIT"]) == 1))')
    code, results = project.results("falsify", "FT-CNT-001", "--case", '{"limit": 1}')
    assert (code, results["FT-CNT-001"]["verdict"]) == (1, "REFUTED")


def test_how_many_changes_were_noticed_is_shown(project):
    _, results = project.results("falsify", "FT-CNT-001")
    found = results["FT-CNT-001"]
    assert found["mutants"] == "2 of 4 changes of the observation noticed"
    assert "2 of 4 changes of the observation noticed" in project.pv("falsify").stdout


def test_standard_output_and_standard_error_are_told_apart(project):
    project.change(MAIN, "import os\n", 'import os, sys\nprint("hush", file=sys.stderr)\n')
    said = ['contains(stderr, "hush")', 'not contains(stdout, "hush")']
    found = expecting(project, *said, 'not contains(stderr, "counted")')
    assert found["verdict"] == "SURVIVED", found


def test_a_refutation_shows_both_sides_the_diagnosis_and_a_replay(project):
    project.change(RULE, "done >= limit", "done > limit")
    ran = project.pv("falsify", "FT-CNT-001", "--cases", "2")
    assert ran.returncode == 1
    for part in ("REFUTED", "limit = 1", "limit  is  1", "is  2", "Look at the loop.",
                 f"{CONTRACT}:23:11", "stdout| counted 2"):  # fmt: skip
        assert part in ran.stdout, part
    replay = next(line for line in ran.stdout.splitlines() if "replay: pv " in line)
    again = project.pv(*shlex.split(replay.partition("replay: pv ")[2]))
    assert again.returncode == 1
    assert "limit = 1" in again.stdout


def test_the_counterexample_is_minimal(project):
    project.change(MAIN, "100))", '100) + (int(os.environ["LIMIT"]) > 3))')
    _, results = project.results("falsify", "FT-CNT-001")
    assert results["FT-CNT-001"]["counterexample"] == {"limit": 4}


def test_boundary_values_come_first(project):
    project.change(RULE, "done >= limit", "done >= limit + (limit == 9)")
    code, results = project.results("falsify", "FT-CNT-001", "--cases", "2")
    assert (code, results["FT-CNT-001"]["counterexample"]) == (1, {"limit": 9})


def test_an_unchanged_claim_is_answered_from_evidence(project):
    project.pv("falsify", "FT-CNT-001")
    started = time.monotonic()
    ran = project.pv("falsify", "FT-CNT-001")
    assert "1 from evidence" in ran.stdout
    assert "evidence of 20" in ran.stdout
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(RULE, "done = 0", "done = 0 + 0", id="code that the system imports"),
        pytest.param(CONTRACT, "a counter", "the counter", id="contract"),
        pytest.param(BINDING, "timeout: 20", "timeout: 21", id="binding"),
    ],
)
def test_a_change_makes_evidence_stale(project, file, old, new):
    project.pv("falsify", "FT-CNT-001")
    project.change(file, old, new)
    _, results = project.results("falsify", "FT-CNT-001")
    assert not results["FT-CNT-001"]["cached"]


def test_fresh_runs_anyway(project):
    project.pv("falsify", "FT-CNT-001")
    _, results = project.results("falsify", "FT-CNT-001", "--fresh")
    assert not results["FT-CNT-001"]["cached"]


def test_a_run_with_fewer_cases_is_no_evidence(project):
    project.pv("falsify", "FT-CNT-001", "--cases", "1")
    _, results = project.results("falsify", "FT-CNT-001")
    assert not results["FT-CNT-001"]["cached"]
    assert results["FT-CNT-001"]["cases"] == 4


@pytest.mark.parametrize(
    ("old", "new", "verdict", "reason"),
    [
        pytest.param("[python, -m, counting]", "[no-such-program]", "ERROR",
                     "could not be started: no-such-program", id="cannot start"),
        pytest.param("[python, -m, counting], accepts: [LIMIT], timeout: 20",
                     "[python, -c, 'import time; time.sleep(60)'], accepts: [LIMIT], timeout: 0.5",
                     "ERROR",
                     "deadline of 0.5 s", id="hangs"),
        pytest.param("[python, -m, counting]",
                     "[python, -c, 'for _ in range(100): print(\"x\" * 2**20)']", "ERROR",
                     "printed more than 8 MiB", id="prints 100 MB"),
        pytest.param("  counter: {", "  countre: {", "ERROR", "did you mean `countre`?",
                     id="system misspelt"),
        pytest.param("[python, -m, counting]", "[python, -c, 'raise SystemExit(9)']", "REFUTED",
                     "expected exit_code = 0", id="wrong exit code"),
    ],
)  # fmt: skip
def test_a_system_that_misbehaves_is_told_apart(project, old, new, verdict, reason):
    project.change(BINDING, old, new)
    code, results = project.results("falsify", "FT-CNT-001", "--cases", "1")
    assert (code, results["FT-CNT-001"]["verdict"]) == (1, verdict)
    assert reason in results["FT-CNT-001"]["reason"]


def test_without_a_binding_nothing_is_measured(project):
    (project.folder / BINDING).unlink()
    code, results = project.results("falsify")
    assert (code, results["FT-CNT-001"]["verdict"]) == (4, "UNBOUND")


def test_the_callers_variables_do_not_leak_in(project, monkeypatch):
    monkeypatch.setenv("EXTRA", "1")
    project.change(MAIN, "100))", '100) + ("EXTRA" in os.environ))')
    code, _ = project.results("falsify", "FT-CNT-001", "--cases", "1")
    assert code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["FT-CNT-01"], "did you mean FT-CNT-001", id="unknown id"),
        pytest.param(["nowhere/x.yaml"], "no such file or folder", id="missing path"),
        pytest.param(["FT-CNT-001", "--case", '{"limit": 99}'], "not in 1..9", id="outside"),
        pytest.param(["FT-CNT-001", "--case", '{"x": 1}'], "is given limit", id="strange name"),
        pytest.param(["FT-CNT-001", "--case", "{"], "not JSON", id="case not JSON"),
        pytest.param(["--jobs", "0"], "not a positive number", id="no jobs"),
    ],
)
def test_bad_usage_is_exit_code_2(project, words, said):
    ran = project.pv("falsify", *words)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_typo_in_an_expectation_is_underlined(project):
    project.change(CONTRACT, "- exit_code = 0", "- exit_cod = 0")
    ran = project.pv("falsify", "FT-CNT-001")
    assert ran.returncode == 2
    assert f"{CONTRACT}:22:11: error CLAIM-002" in ran.stderr
    assert "- exit_cod = 0\n              ^^^^^^^^\n" in ran.stderr
    assert "exit_code" in ran.stderr


def test_an_evidence_file_that_is_no_database_is_named_and_costs_no_verdict(project):
    project.write(".pv/evidence.db", "not a database" * 100)
    ran = project.pv("falsify", "FT-CNT-001")
    assert (ran.returncode, ran.stdout.split()[0]) == (0, "SURVIVED")
    assert ran.stderr == (
        "pv: .pv/evidence.db: the evidence cannot be used (file is not a database);"
        " move the file away to start afresh\n"
    )


WAITING = """\
import time
from pathlib import Path

Path({started!r}).touch()
time.sleep(600)
"""


def test_an_interrupt_ends_everything_at_once(project):
    started = project.folder / "started"
    project.write("counting/__main__.py", WAITING.format(started=str(started)))
    with project.start("falsify", "FT-CNT-001") as running:
        while not started.exists():
            assert running.poll() is None, running.communicate()
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        shown, told = running.communicate()
    assert running.returncode == 130
    assert (shown, told) == ("", "pv: interrupted\n")
    assert Store(project.folder / ".pv/evidence.db").all() == ()  # what was killed shows nothing


BOTH = """\
version: 1.0.0
target: other
systems:
  counter: {run: [python, -m, counting], accepts: [LIMIT], timeout: 20}
bindings: []
"""


def replayed(project, ran):
    line = next(line for line in ran.stdout.splitlines() if "replay: pv " in line)
    return line, project.pv(*shlex.split(line.partition("replay: pv ")[2]))


def test_a_replay_names_the_binding_files_that_were_named(project):
    project.change("counting/rule.py", "done >= limit", "done > limit")
    file = "contracts/bindings/counting.yaml"
    line, again = replayed(project, project.pv("falsify", "FT-CNT-001", "--binding", file))
    assert f"--binding {file}" in line
    assert again.returncode == 1
    assert "1 of 1 claim ran: 1 REFUTED" in again.stdout


def test_a_system_of_two_binding_files_is_run_for_both_and_replayed_for_one(project):
    project.change("counting/rule.py", "done >= limit", "done > limit")
    project.write("contracts/bindings/other.yaml", BOTH)
    ran = project.pv("falsify", "FT-CNT-001", "--fresh")
    assert "2 of 2 claims ran: 2 REFUTED" in ran.stdout
    line, again = replayed(project, ran)
    assert "FT-CNT-001@" in line
    assert "1 of 1 claim ran: 1 REFUTED" in again.stdout


def test_a_replay_of_one_id_in_two_contracts_names_the_file(project):
    project.change("counting/rule.py", "done >= limit", "done > limit")
    text = (project.folder / "contracts/counter-v1.yaml").read_text(encoding="utf-8")
    project.write("contracts/other-v1.yaml", text)
    line, again = replayed(project, project.pv("falsify", "FT-CNT-001"))
    assert "contracts/" in line
    assert "1 of 1 claim ran: 1 REFUTED" in again.stdout
