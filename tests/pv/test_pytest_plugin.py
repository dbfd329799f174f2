"""Contracts as tests: what is collected, how it is reported, and what it costs to have it."""

import re
import subprocess
import sys

import pytest

from tests import warm_python

CONTRACT, RULE = "contracts/counter-v1.yaml", "counting/rule.py"


@pytest.fixture
def run(project):
    def run_pytest(*words):
        return warm_python.run("pytest", ["-p", "no:cacheprovider", *words], project.folder)

    return run_pytest


def counts(ran):
    last = ran.stdout.strip().splitlines()[-1]
    return {what: int(number) for number, what in re.findall(r"(\d+) (\w+)", last)}


def test_each_check_is_an_item_with_a_readable_id(run):
    ran = run("--collect-only", "-q", "contracts/")
    assert f"{CONTRACT}::FT-CNT-001" in ran.stdout
    assert f"{CONTRACT}::SYM-CNT-001" in ran.stdout


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        (("-k", "FT-CNT"), {"FT-CNT-001"}),
        (("-m", "symbolic"), {"SYM-CNT-001"}),
        (("-m", "experiment"), {"FT-CNT-001"}),
        (("-m", "enumerate and not symbolic"), {"CNT-INV-001"}),
    ],
)
def test_names_and_marks_select(run, words, chosen):
    ran = run("--collect-only", "-q", "--strict-markers", "contracts/", *words)
    found = set(re.findall(r"::([A-Z]+-[A-Z]+-\d+)$", ran.stdout, re.MULTILINE))
    assert found == chosen


def test_what_holds_passes_and_is_then_answered_from_evidence(run, project):
    assert run("contracts/", "-k", "CNT-0").returncode == 0
    assert "evidence of" in run("contracts/", "-rP", "-k", "SYM-CNT-001").stdout
    assert "evidence of" in project.pv("prove", "SYM-CNT-001").stdout
    fresh = run("contracts/", "-rP", "--pv-fresh", "-k", "SYM-CNT-001")
    assert "PROVED    SYM-CNT-001" in fresh.stdout
    assert "evidence of" not in fresh.stdout


def test_a_refutation_is_reported_in_pvs_words(run, project):
    project.change(RULE, "done >= limit", "done > limit")
    ran = run("contracts/", "-k", "SYM-CNT-001")
    assert ran.returncode == 1
    assert "REFUTED   SYM-CNT-001" in ran.stdout
    assert re.search(r"for: .*planned = 2", ran.stdout)
    assert "Traceback" not in ran.stdout
    assert "runtest" not in ran.stdout


def test_what_cannot_be_run_is_skipped_with_its_reason_or_fails_when_strict(run, project):
    (project.folder / "contracts/bindings/counting.yaml").unlink()
    ran = run("contracts/", "-rs", "-k", "SYM-CNT-001")
    assert counts(ran) == {"skipped": 1, **{k: v for k, v in counts(ran).items() if k != "skipped"}}
    assert "UNBOUND: no binding" in ran.stdout
    assert run("contracts/", "--pv-strict", "-k", "SYM-CNT-001").returncode == 1


def test_a_faulty_contract_is_one_failing_item(run, project):
    project.change(CONTRACT, "symbolic_checks:", "symbolic_check:")
    ran = run("contracts/")
    assert counts(ran)["failed"] == 1
    assert "did you mean `symbolic_checks`" in " ".join(ran.stdout.split())


def test_contracts_among_test_cases_are_not_collected_unless_named(run, project):
    text = (project.folder / CONTRACT).read_text(encoding="utf-8")
    project.write("tests/cases/other-v1.yaml", text)
    project.write("notes.yaml", "a: 1\n")
    assert "collected 0 items" in run("tests", "notes.yaml").stdout
    assert "FT-CNT-001" in run("--collect-only", "tests/cases/other-v1.yaml").stdout


def test_xdist_and_junit_work(run, project):
    ran = run("contracts/", "-n", "2", "--junit-xml", "out.xml", "-k", "CNT-0")
    assert ran.returncode == 0
    assert '<property name="verdict" value="PROVED"' in (project.folder / "out.xml").read_text()


def test_it_can_be_switched_off(run):
    assert "collected 0 items" in run("-p", "no:pv", "contracts/").stdout


def test_installed_but_unused_it_imports_nothing(project):
    project.write("test_nothing.py", "def test_nothing(): pass\n")
    script = (
        "import sys, pytest; pytest.main(['-q', '-p', 'no:hypothesispytest', 'test_nothing.py']);"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in"
        " {'pv', 'numpy', 'torch', 'yaml', 'jsonschema_rs', 'psutil', 'crosshair'}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=project.folder, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "['pv', 'pv.pytest_plugin']"
