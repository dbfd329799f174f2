"""What ends a command leaves no verdict of it, no process and no folder."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pv.evidence.store import Store

pytestmark = pytest.mark.slow

WAITING = """\
import os, subprocess, sys, time
from counting.rule import counted
CHILD = "import time; open({started!r} + '-child', 'w').close(); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", CHILD], start_new_session=True)
while not os.path.exists({started!r} + "-child"):
    time.sleep(0.01)
open({started!r}, "w").close()
time.sleep(600)
"""
SLOW = """\
import time
def counted(limit, planned):
    open({started!r}, "w").close()
    time.sleep(600)
"""


class Run:
    """A command whose temporary folder is its own, so that what it leaves can be seen."""

    def __init__(self, project, *words):
        self.folder = project.folder / "temporary"
        self.folder.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pv", *words],
            cwd=project.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "TMPDIR": str(self.folder)}, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )  # fmt: skip

    def wait_for(self, file):
        while not file.exists():
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.02)

    def end(self, number):
        self.process.send_signal(number)
        return self.process.communicate(timeout=60)

    def processes(self):
        """Return the processes that were started with this temporary folder."""
        mark = f"TMPDIR={self.folder}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_bytes())
            except OSError:
                continue
        return found

    def left(self):
        """Return what is still there once there was time to go."""
        end = time.monotonic() + 30
        while (self.processes() or [*self.folder.iterdir()]) and time.monotonic() < end:
            time.sleep(0.05)
        return self.processes(), [*self.folder.iterdir()]


@pytest.fixture
def systems(project):
    started = project.folder / "started"
    project.write("counting/__main__.py", WAITING.format(started=str(started)))
    return started


CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGKILL: -9}
SIGNALS = pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)
LINUX = pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds processes in /proc")


@LINUX
@SIGNALS
def test_a_system_ends_with_the_command_that_started_it(project, systems, number):
    run = Run(project, "falsify", "FT-CNT-001")
    run.wait_for(systems)
    told = run.end(number)
    assert run.process.returncode == CODES[number], told
    assert "Traceback" not in told[1]
    assert run.left() == ([], [])


@LINUX
@SIGNALS
def test_a_worker_ends_with_the_command_that_started_it(project, number):
    started = project.folder / "started"
    project.write("counting/rule.py", SLOW.format(started=str(started)))
    run = Run(project, "prove", "CNT-INV-001", "--budget", "500")
    run.wait_for(started)
    told = run.end(number)
    assert run.process.returncode == CODES[number], told
    assert run.left() == ([], [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_what_was_interrupted_is_no_verdict(project, systems, number):
    """Not even where the contract expects what a killed system shows."""
    contract = "contracts/counter-v1.yaml"
    project.change(contract, "- exit_code = 0", "- exit_code != 0")
    project.change(
        contract, '        - number(capture(stdout, "^counted (\\\\d+)$")) = limit\n', ""
    )
    run = Run(project, "falsify", "FT-CNT-001")
    run.wait_for(systems)
    shown, _ = run.end(number)
    assert shown == ""
    assert Store(project.folder / ".pv/evidence.db").all() == ()


@LINUX
def test_what_outlived_its_keeper_too_is_swept_by_the_next_command(project, systems):
    run = Run(project, "falsify", "FT-CNT-001")
    run.wait_for(systems)
    keepers = [
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if f"TMPDIR={run.folder}".encode() in _read(process / "environ")
        and b"leavings.keeper" in _read(process / "cmdline")
    ]
    assert len(keepers) == 1
    os.kill(keepers[0], signal.SIGKILL)
    run.end(signal.SIGKILL)
    assert run.processes()
    assert [each.name.split("-")[:3] for each in run.folder.iterdir()] == [
        ["pv", "run", str(run.process.pid)]
    ]
    project.write("counting/__main__.py", "print('counted', 1)\n")
    again = Run(project, "falsify", "FT-CNT-001")
    again.process.communicate(timeout=60)
    assert run.left() == ([], [])


def _read(file):
    try:
        return file.read_bytes()
    except OSError:
        return b""


@LINUX
def test_two_commands_leave_each_other_alone(project, systems):
    first = Run(project, "falsify", "FT-CNT-001")
    first.wait_for(systems)
    before = {*first.folder.iterdir()}
    second = Run(project, "prove", "CNT-INV-001")
    second.process.communicate(timeout=60)
    assert before <= {*first.folder.iterdir()}
    assert first.process.poll() is None
    first.end(signal.SIGINT)
    assert first.left() == ([], [])


HANGING_UP = """
import os, signal, sys
from pv.cli import main
from pv.commands import validate
run = validate.run
validate.run = lambda *given: (os.kill(os.getpid(), signal.SIGHUP), run(*given))[1]
sys.exit(main(["validate"]))
"""


@pytest.mark.parametrize(("before", "code"), [((), 129), (("nohup",), 0)], ids=["heard", "ignored"])
def test_a_signal_that_the_caller_ignores_stays_ignored(project, before, code):
    ran = subprocess.run(
        [*before, sys.executable, "-c", HANGING_UP],
        cwd=project.folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (ran.returncode, "0 errors" in ran.stdout) == (code, code == 0), ran.stderr
