"""What a machine refuses is told in one line, and is no bug of pv."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

VERBS = [
    ["validate"], ["lint"], ["list"], ["status"], ["equations"], ["explain", "SCHEMA-001"],
    ["schema", "contract"], ["falsify"], ["prove"], ["gate"], ["generate"],
]  # fmt: skip
EACH_VERB = pytest.mark.parametrize("words", VERBS, ids=lambda words: words[0])


def run(project, words, redirection, **environment):
    command = f'"{sys.executable}" -m pv {" ".join(words)} {redirection}'
    return subprocess.run(
        ["sh", "-c", command],
        cwd=project.folder, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@EACH_VERB
def test_a_full_output_is_told_in_one_line(project, words, unbuffered):
    ran = run(project, words, "> /dev/full", PYTHONUNBUFFERED=unbuffered)
    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1].startswith("pv: standard output: No space left on device;")
    assert "Traceback" not in ran.stderr


@EACH_VERB
def test_a_closed_output_is_told_in_one_line(project, words):
    ran = run(project, words, ">&-")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert ran.stderr.startswith("pv: standard output is closed;")


def test_a_closed_or_full_error_output_costs_no_result(project):
    for redirection in ("2>&-", "2>/dev/full"):
        ran = run(project, ["validate"], redirection)
        assert ran.returncode == 0
        assert "0 errors" in ran.stdout
        assert run(project, ["validate", "gone.yaml"], redirection).returncode == 2


def test_a_reader_that_went_away_gets_no_success(project):
    ran = run(project, ["validate"], "| true; test ${PIPESTATUS[0]:-1} -ne 3")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "words", [["generate", "--output", "taken"], ["falsify", "--repro", "taken"]]
)
def test_an_output_folder_that_is_a_file_is_told(project, words):
    project.write("taken", "")
    project.change("counting/rule.py", "done >= limit", "done > limit")
    ran = project.pv(*words)
    assert ran.returncode == 2
    assert ran.stderr == "pv: taken: no folder can be made here: File exists\n"


def test_a_deleted_working_folder_is_told(project):
    program = (
        "import os, shutil, sys; from pv.cli import main; shutil.rmtree(os.getcwd());"
        "sys.exit(main(['validate']))"
    )
    project.write("inner/x", "")
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project.folder / "inner", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (
        2, "pv: the working folder was deleted; change to one that is there\n",
    )  # fmt: skip
