import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import trainer
from trainer.schedule import training_steps
from trainer.training.callbacks import CallbackAction, StepReport
from trainer.watchdog.signals import StopOnSignal

REPORT = StepReport(next(training_steps(1, 1, None)), {}, 0.0, 0.0, 1, 1.0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_stops_after_the_step(number, capfd):
    before = signal.getsignal(number)
    with StopOnSignal() as stop:
        assert stop.on_step_end(REPORT) is CallbackAction.CONTINUE
        os.kill(os.getpid(), number)
        assert stop.received is number
        assert stop.on_step_end(REPORT) is CallbackAction.STOP
    assert signal.getsignal(number) is before
    told = capfd.readouterr().err
    assert told == f"{number.name}: finishing this step; once more ends the run at once\n"


@pytest.mark.parametrize("second", ["SIGINT", "SIGTERM"])
def test_the_second_ends_at_once_even_native_code(second):
    code = (
        "import ctypes, os, signal, threading, time\n"
        "from trainer.watchdog.signals import StopOnSignal\n"
        "with StopOnSignal():\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    time.sleep(0)\n"
        f"    os.kill(os.getpid(), signal.{second})\n"
        "    ctypes.PyDLL(None).sleep(20)\n"
    )
    home = Path(trainer.__file__).parents[1]
    ended = subprocess.run([sys.executable, "-c", code], cwd=home, check=False, timeout=15)
    assert ended.returncode == -getattr(signal, second)


def test_outside_the_main_thread_it_leaves_signals_alone():
    before = signal.getsignal(signal.SIGTERM)
    seen = []

    def work():
        with StopOnSignal() as stop:
            seen.append((signal.getsignal(signal.SIGTERM), stop.received))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(before, None)]
