import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import trainer
from trainer.configuration.schema import Watchdog as Deadlines
from trainer.schedule import training_steps
from trainer.training.callbacks import StepReport
from trainer.watchdog.gpu_usage import device_use
from trainer.watchdog.watchdog import Phase, Watchdog

HOME = Path(trainer.__file__).parents[1]


def report(seconds):
    return StepReport(next(training_steps(1, 1, None)), {}, 0.0, 0.0, 1, seconds)


@pytest.fixture
def heartbeat(tmp_path):
    return tmp_path / "heartbeat.json"


def started(tmp_path, act, **deadlines):
    """Start `act` under a watchdog in a process of its own."""
    code = (
        "import ctypes, time\nfrom pathlib import Path\n"
        "from trainer.configuration.schema import Watchdog as Deadlines\n"
        "from trainer.watchdog.watchdog import Phase, Watchdog\n"
        f"watchdog = Watchdog(Deadlines(**{deadlines!r}), Path('heartbeat.json'))\n"
        f"with watchdog:\n    {act}\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(HOME)},
    )  # fmt: skip


def ended(tmp_path, act, **deadlines):
    """Run `act` under a watchdog; return the exit code and standard error."""
    process = started(tmp_path, act, **deadlines)
    _, told = process.communicate(timeout=30)
    return process.returncode, told


def stopped_meanwhile(tmp_path, act, seconds, **deadlines):
    """Do the same, and stop the process for so long once its heart beats."""
    process = started(tmp_path, act, **deadlines)
    stop(tmp_path, process, seconds)
    _, told = process.communicate(timeout=40)
    return process.returncode, told


def stop(tmp_path, process, seconds):
    """Stop a process for so long, once its heart beats or it has ended."""
    while not (tmp_path / "heartbeat.json").is_file() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    process.send_signal(signal.SIGCONT)


def test_silence_ends_the_process_and_says_where(tmp_path):
    begun = time.monotonic()
    code, told = ended(tmp_path, "time.sleep(20)", load=0.5)
    assert code == 75
    assert time.monotonic() - begun < 10
    assert "in the phase `load` (allowed: 0.5 s), after step 0 of 0" in told
    assert 'File "<string>", line 7 in <module>' in told
    assert "allow more by watchdog.load" in told
    assert json.loads((tmp_path / "heartbeat.json").read_text())["phase"] == "load"


def test_native_code_that_keeps_the_global_lock(tmp_path):
    act = "watchdog.enter(Phase.SAVE); ctypes.PyDLL(None).sleep(20)"
    code, told = ended(tmp_path, act, save=0.5)
    assert code == 75
    assert "line 7 in <module>" in told


def test_native_code_that_keeps_the_global_lock_from_the_beginning(tmp_path):
    code, _ = ended(tmp_path, "ctypes.PyDLL(None).sleep(20)", load=0.5)
    assert code == 75


WORK = "for _ in range(30): time.sleep(0.1); watchdog.enter(Phase.LOAD)"


def test_a_run_that_was_stopped_for_longer_than_its_deadline_goes_on(tmp_path):
    code, told = stopped_meanwhile(tmp_path, WORK, 10.0, load=1.0)
    assert code == 0
    assert re.search(r"watchdog: this process did not run for \d+\.\d s; .* goes on\n", told)
    assert json.loads((tmp_path / "heartbeat.json").read_text())["phase"] == "ended"


@pytest.mark.slow
def test_a_run_that_hangs_after_it_was_stopped_ends_all_the_same(tmp_path):
    for act in ("time.sleep(30)", "watchdog.enter(Phase.SAVE); ctypes.PyDLL(None).sleep(30)"):
        work = f"{WORK}\n    {act}"
        code, told = stopped_meanwhile(tmp_path, work, 6.0, load=1.0, save=0.5)
        assert code == 75
        assert "line 8 in <module>" in told
        (tmp_path / "heartbeat.json").unlink()


def test_native_code_that_gives_the_global_lock_back_in_between_ends_in_time(tmp_path):
    begun = time.monotonic()
    act = "[(ctypes.PyDLL(None).sleep(3), time.sleep(0.01)) for _ in range(9)]"
    code, told = ended(tmp_path, act, load=2.0)
    assert code == 75
    assert time.monotonic() - begun < 15
    assert "did not run" not in told


def test_a_stop_in_the_midst_of_a_hang_does_not_keep_it(tmp_path):
    act = "time.sleep(0.3); ctypes.PyDLL(None).sleep(30)"
    code, _ = stopped_meanwhile(tmp_path, act, 2.0, load=0.5)
    assert code == 75


@pytest.mark.slow
def test_short_stops_one_after_another_end_nothing(tmp_path):
    process = started(tmp_path, f"{WORK}\n    {WORK}", load=1.0)
    for _ in range(3):
        stop(tmp_path, process, 5.5)
        time.sleep(0.7)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "did not run for" in told


@pytest.mark.parametrize("deadlines", [{"load": None}, {"load": 2.5}], ids=["never", "later"])
def test_work_is_left_alone(tmp_path, deadlines):
    act = "time.sleep(1.4); watchdog.enter(Phase.LOAD); time.sleep(1.4)"
    assert ended(tmp_path, act, **deadlines) == (0, "")
    assert json.loads((tmp_path / "heartbeat.json").read_text())["phase"] == "ended"


def test_deadlines_by_phase(heartbeat):
    deadlines = Deadlines(load=5, compile=6, first_step=7, steady_floor=2, save=8)
    with Watchdog(deadlines, heartbeat) as watchdog:
        seen = [watchdog._beat.allowed]
        watchdog.enter(Phase.COMPILE)
        seen.append(watchdog._beat.allowed)
        watchdog.on_train_begin(9)
        seen.append(watchdog._beat.allowed)
        for seconds in (0.1, 0.1, 90.0):  # one slow step does not lengthen what is allowed
            watchdog.on_step_end(report(seconds))
        seen.append(watchdog._beat.allowed)
        with watchdog.during(Phase.SAVE):
            seen.append(watchdog._beat.allowed)
        for _ in range(5):
            watchdog.on_step_end(report(0.7))
        seen.append(watchdog._beat.allowed)
    assert seen == [5, 6, 7, 2, 8, 7]


def test_a_heartbeat_that_cannot_be_written_ends_nothing(tmp_path):
    with Watchdog(Deadlines(), tmp_path / "gone" / "heartbeat.json"):
        time.sleep(0.1)
    assert not (tmp_path / "gone").exists()


def test_use_of_the_device(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert device_use() == "no GPU found: FileNotFoundError from nvidia-smi"
    driver = tmp_path / "nvidia-smi"
    driver.write_text(f"#!{sys.executable}\nprint('0, Tesla, 3 %, 5 MiB, 16 MiB')\n")
    driver.chmod(0o755)
    assert device_use().endswith("memory used, of): 0, Tesla, 3 %, 5 MiB, 16 MiB")
