import os
import subprocess
import sys
from pathlib import Path

import pytest

import trainer

HOME = Path(trainer.__file__).parents[1]


def ended(act):
    """Run `act` in a process of its own, where nothing but the exit timer ends it with 75."""
    code = (
        "import ctypes, os, sys, time\n"
        "from trainer.watchdog.countdown import TICKS\n"
        "from trainer.watchdog.exit_timer import ExitTimer\n"
        "timer = ExitTimer()\n"
        f"{act}\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=40,
        env={**os.environ, "PYTHONPATH": str(HOME)},
    )  # fmt: skip
    return ran.returncode, ran.stdout


HANG = "ctypes.PyDLL(None).sleep(30)"


def test_it_ends_a_process_in_which_no_python_can_run():
    assert ended(f"timer.arm(0.1); print('on', flush=True); {HANG}") == (75, "on\n")


@pytest.mark.parametrize("last", ["timer.arm(None)", "timer.arm(20.0)", "timer.close()"])
def test_what_is_put_off_ends_nothing(last):
    act = f"timer.arm(1.0); time.sleep(0.5); {last}; time.sleep(6.5); sys.exit(3)"
    assert ended(act) == (3, "")


@pytest.mark.slow
def test_all_ticks_are_left_each_time_it_is_put_off():
    act = (
        "for _ in range(2 * TICKS):\n"
        "    timer.arm(0.05)\n"
        "    time.sleep(0.15)\n"  # a tick is seen
        "timer.arm(0.05)\n"
        "time.sleep(TICKS - 1.5)\n"  # all but the last are seen
        "timer.arm(5.0)\n"
        "time.sleep(2.0)\n"
        "print('on', flush=True)\n"
        f"timer.arm(0.1); {HANG}\n"
    )
    assert ended(act) == (75, "on\n")


def test_a_tick_that_is_under_way_when_it_is_closed_ends_nothing():
    act = (
        "for n in range(5000):\n"
        "    inner = ExitTimer()._timer\n"  # without faulthandler, which takes time
        "    inner.set(0.0002)\n"
        "    until = time.perf_counter() + 0.00015 + n % 10 * 0.00003\n"
        "    while time.perf_counter() < until: pass\n"
        "    inner.close()\n"
    )
    assert ended(act) == (0, "")


def test_one_that_is_closed_leaves_nothing_to_the_next():
    act = (
        "for _ in range(200):\n"
        "    timer.arm(0.01)\n"
        "    timer.close()\n"
        "    timer = ExitTimer()\n"
        "threads = len(os.listdir('/proc/self/task'))\n"
        "print(len(os.listdir('/proc/self/fd')) < 9, threads < 9, flush=True)\n"
        f"timer.arm(0.1); {HANG}\n"
    )
    assert ended(act) == (75, "True True\n")
