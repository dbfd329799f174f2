"""A command takes no more time, and a contract no more cases, than a stranger may ask for."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ENDLESS = """\
import time
from counting.rule import counted
time.sleep(600)
"""
VERBS = [
    ["validate"], ["lint"], ["list"], ["status"], ["equations"], ["explain", "SCHEMA-001"],
    ["schema", "contract"], ["falsify"], ["prove"], ["gate"], ["generate"], ["evidence", "prune"],
]  # fmt: skip


@pytest.mark.parametrize("words", VERBS, ids=lambda words: words[0])
def test_every_verb_has_a_time_limit(project, words):
    assert project.pv(*words, "--time-limit", "500").returncode == 0
    ran = project.pv(*words, "--time-limit", "0.000001")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "pv: stopped at its time limit of 1e-06 s; give --time-limit more\n"


def test_what_was_decided_before_the_time_limit_is_kept_and_shown(project):
    project.write("counting/__main__.py", ENDLESS)
    ran = project.pv("falsify", "--time-limit", "15")
    assert ran.returncode == 1
    assert ran.stdout.startswith("PROVED    counter-v1/counted/equals-formula")
    assert "FT-CNT-001" not in ran.stdout
    assert "(1 from evidence" in project.pv("falsify", "counted").stdout


@pytest.mark.parametrize(("cases", "code"), [(1000, 0), (1001, 1)])
def test_a_contract_asks_for_at_most_a_thousand_cases(project, cases, code):
    project.change(
        "contracts/counter-v1.yaml", "system: counter", f"cases: {cases}\n      system: counter"
    )
    assert project.pv("validate").returncode == code


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_the_readers_of_many_files_end_with_their_command(project, number):
    text = (project.folder / "contracts/counter-v1.yaml").read_text(encoding="utf-8")
    for n in range(400):
        project.write(f"contracts/many/c{n}-v1.yaml", text)
    mark = f"HOSTILE_TEST={project.folder}"
    running = subprocess.Popen(
        [sys.executable, "-m", "pv", "validate", "--no-cache", "--jobs", "3", "contracts/many"],
        cwd=project.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "HOSTILE_TEST": str(project.folder)},
    )  # fmt: skip
    while len(processes(mark)) < 3:
        assert running.poll() is None
        time.sleep(0.01)
    running.send_signal(number)
    running.wait()
    end = time.monotonic() + 30
    while processes(mark) and time.monotonic() < end:
        time.sleep(0.05)
    assert processes(mark) == []


def processes(mark):
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append(process.name)
        except OSError:
            continue
    return found
