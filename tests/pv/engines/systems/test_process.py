import time
from pathlib import Path

import pytest

from pv.engines.systems.process import MAX_OUTPUT, isolated_environment, run_process


def run(tmp_path, script, timeout=20.0, own=None):
    environment = isolated_environment(own or {}, (), tmp_path)
    return run_process(
        ["python", "-c", script], folder=tmp_path, environment=environment, timeout=timeout
    )


def test_output_and_exit_code_are_captured_apart(tmp_path):
    finished = run(tmp_path, "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert (finished.exit_code, finished.stdout, finished.stderr) == (3, "out\n", "err\n")
    assert finished.fault is None


def test_the_callers_variables_do_not_leak_in(tmp_path, monkeypatch):
    monkeypatch.setenv("APR_DISTILL_MAX_STEPS", "7")
    finished = run(tmp_path, "import os; print(os.environ.get('APR_DISTILL_MAX_STEPS'))")
    assert finished.stdout == "None\n"


def test_its_own_variables_are_set(tmp_path):
    finished = run(tmp_path, "import os; print(os.environ['LIMIT'])", own={"LIMIT": "3"})
    assert finished.stdout == "3\n"


def test_a_hanging_process_is_killed_with_its_children(tmp_path):
    script = (
        "import subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    started = time.monotonic()
    finished = run(tmp_path, script, timeout=1.0)
    assert time.monotonic() - started < 10
    assert "deadline of 1 s" in finished.fault
    assert finished.exit_code is None
    assert _is_gone(int(finished.stdout))


def _is_gone(pid):
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2]
            if state == "Z":  # dead, and not yet collected by init
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_a_flood_of_output_is_cut_and_the_process_killed(tmp_path):
    script = "import sys\nfor _ in range(100): sys.stdout.write('x' * 2**20)\nprint('end')"
    finished = run(tmp_path, script)
    assert "printed more than" in finished.fault
    assert len(finished.stdout) == MAX_OUTPUT


def test_a_missing_program_is_a_fault_and_no_exception(tmp_path):
    finished = run_process(["no-such-program"], folder=tmp_path, environment={}, timeout=1)
    assert "could not be started: no-such-program" in finished.fault


def test_undecodable_output_is_replaced(tmp_path):
    finished = run(tmp_path, "import os; os.write(1, bytes([255, 10]))")
    assert finished.stdout == "\ufffd\n"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads file descriptors from /proc")
def test_no_descriptor_is_left_open(tmp_path):
    run(tmp_path, "pass")
    before = len(list(Path("/proc/self/fd").iterdir()))
    run(tmp_path, "pass")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
