"""A program that could not run for want of a package is an ERROR, and contradicts no claim."""

import pytest

from pv.engines.systems.missing_modules import missing_module
from pv.engines.systems.process import Finished

TRACEBACK = "Traceback (most recent call last):\n  File 'a.py', line 1\n"


def ended(code, stderr):
    return Finished(code, "", stderr, 1.0, None)


@pytest.mark.parametrize(
    "stderr",
    [
        f"{TRACEBACK}ModuleNotFoundError: No module named 'absent_one'\n",
        f"{TRACEBACK}ModuleNotFoundError: No module named 'absent_one.part'",
        "/usr/bin/python3.11: No module named absent_one",
        "/a b/python: Error (ModuleNotFoundError: No module named 'absent_one')",
    ],
)
def test_the_package_is_named(tmp_path, stderr):
    assert missing_module(ended(1, stderr), tmp_path) == "absent_one"
    assert missing_module(ended(2, stderr), tmp_path) is None
    (tmp_path / "absent_one.py").touch()
    assert missing_module(ended(1, stderr), tmp_path) is None


@pytest.mark.parametrize(
    "stderr",
    [
        "",
        "ValueError: No module named 'absent_one'",
        f"{TRACEBACK}ModuleNotFoundError: No module named 'absent_one'\nit goes on without",
        "ModuleNotFoundError: No module named 'json.absent'",
    ],
)
def test_a_program_that_ran_and_failed_wants_none(tmp_path, stderr):
    assert missing_module(ended(1, stderr), tmp_path) is None


def test_the_system_and_the_remedy_are_told(project):
    project.write("counting/__main__.py", "import absent_one")
    code, results = project.results("falsify", "FT-CNT-001")
    found = results["FT-CNT-001"]
    assert (code, found["verdict"], found["diagnosis"]) == (1, "ERROR", None)
    assert found["reason"] == ("system `counter` did not run: no package `absent_one`; install it")
    assert any("ModuleNotFoundError" in line for line in found["observation"])


def test_a_test_that_expects_it_survives(project):
    project.write("counting/__main__.py", "import absent_one")
    project.change("contracts/counter-v1.yaml", "exit_code = 0", "exit_code = 1")
    project.change(
        "contracts/counter-v1.yaml",
        'number(capture(stdout, "^counted (\\\\d+)$")) = limit',
        'contains(stderr, "absent_one")',
    )
    _, results = project.results("falsify", "FT-CNT-001")
    assert results["FT-CNT-001"]["verdict"] == "SURVIVED"
