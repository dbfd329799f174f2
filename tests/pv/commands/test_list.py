import json
import subprocess
import sys

import jsonschema
import pytest

from pv.contract.schema.files import schema_text

CONTRACT, RULE = "contracts/counter-v1.yaml", "counting/rule.py"


@pytest.fixture
def listed(project):
    def run(*words):
        ran = project.pv("list", *words, "--format", "json")
        assert ran.returncode == 0
        told = json.loads(ran.stdout)
        jsonschema.validate(told, json.loads(schema_text("checks")))
        return {each["name"]: each for each in told["checks"]}

    return run


def test_it_says_what_would_run_how_and_about_what(listed):
    found = listed()
    test, symbolic = found["FT-CNT-001"], found["SYM-CNT-001"]
    assert (test["engine"], test["kind"]) == ("experiment", "falsification test")
    assert (symbolic["engine"], symbolic["cost"]) == ("enumerate", "a second")
    assert symbolic["obligation"] == test["obligation"] == "CNT-INV-001"
    assert symbolic["place"].startswith(f"{CONTRACT}:")
    assert symbolic["last"] is None


def test_the_last_verdict_is_shown_and_goes_stale(project, listed):
    project.pv("prove", "SYM-CNT-001")
    last = listed("SYM-CNT-001")["SYM-CNT-001"]["last"]
    assert (last["verdict"], last["stale"]) == ("PROVED", False)
    project.change(RULE, "done >= limit", "done > limit")
    last = listed("SYM-CNT-001")["SYM-CNT-001"]["last"]
    assert (last["verdict"], last["stale"]) == ("PROVED", True)
    assert "PROVED, stale" in project.pv("list").stdout


def test_what_cannot_run_says_why_and_stands_in_the_denominator(project):
    (project.folder / "contracts/bindings/counting.yaml").unlink()
    ran = project.pv("list")
    assert "UNBOUND" in ran.stdout
    assert ran.stdout.splitlines()[-1].startswith("0 of ")


def test_nothing_to_list_and_an_unknown_id_have_codes_of_their_own(project):
    assert project.pv("list", "CNT-INV-002").returncode == 2
    assert "did you mean CNT-INV-001" in project.pv("list", "CNT-INV-002").stderr
    (project.folder / "empty").mkdir()
    assert project.pv("list", "empty").returncode == 4


def test_it_imports_nothing_heavy(project):
    script = (
        "import sys; from pv.cli import main; main(['list']);"
        "heavy = {'torch', 'numpy', 'hypothesis', 'crosshair', 'z3', 'pytest', 'psutil'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=project.folder, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert ran.stdout.endswith("[]\n")
