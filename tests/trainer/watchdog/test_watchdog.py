import json
import os
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


def ended(tmp_path, act, **deadlines):
    """Run `act` under a watchdog in a process of its own."""
    code = (
        "import ctypes, time\nfrom pathlib import Path\n"
        "from trainer.configuration.schema import Watchdog as Deadlines\n"
        "from trainer.watchdog.watchdog import Phase, Watchdog\n"
        f"watchdog = Watchdog(Deadlines(**{deadlines!r}), Path('heartbeat.json'))\n"
        f"with watchdog:\n    {act}\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(HOME)}, timeout=30,
    )  # fmt: skip


def test_silence_ends_the_process_and_says_where(tmp_path):
    started = time.monotonic()
    process = ended(tmp_path, "time.sleep(20)", load=0.5)
    assert process.returncode == 75
    assert time.monotonic() - started < 10
    assert "in the phase `load` (allowed: 0.5 s), after step 0 of 0" in process.stderr
    assert 'File "<string>", line 7 in <module>' in process.stderr
    assert "allow more by watchdog.load" in process.stderr
    assert json.loads((tmp_path / "heartbeat.json").read_text())["phase"] == "load"


def test_native_code_that_keeps_the_global_lock(tmp_path):
    act = "watchdog.enter(Phase.SAVE); ctypes.PyDLL(None).sleep(20)"
    process = ended(tmp_path, act, save=0.5)
    assert process.returncode == 75
    assert "line 7 in <module>" in process.stderr


@pytest.mark.parametrize("deadlines", [{"load": None}, {"load": 2.5}], ids=["never", "later"])
def test_work_is_left_alone(tmp_path, deadlines):
    act = "time.sleep(1.4); watchdog.enter(Phase.LOAD); time.sleep(1.4)"
    process = ended(tmp_path, act, **deadlines)
    assert (process.returncode, process.stderr) == (0, "")
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
