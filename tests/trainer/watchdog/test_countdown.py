import os
import subprocess
import sys
from pathlib import Path

import pytest

import trainer

HOME = Path(trainer.__file__).parents[1]


def ended(act):
    """Run `act` in a process of its own, where nothing but the countdown ends it with 75."""
    code = (
        "import ctypes, os, time\n"
        "from trainer.watchdog.countdown import TICKS, c_library, countdown\n"
        "libc = c_library()\n"
        f"{act}\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=40,
        env={**os.environ, "PYTHONPATH": str(HOME)},
    )  # fmt: skip
    return ran.returncode, ran.stdout


HANG = "ctypes.PyDLL(None).sleep(30)"


def test_it_ends_a_process_in_which_no_python_can_run():
    assert ended(f"countdown(libc).set(0.1); print('on', flush=True); {HANG}") == (75, "on\n")


@pytest.mark.parametrize("last", ["None", "20.0"])
def test_what_is_put_off_ends_nothing(last):
    act = f"countdown(libc).set(1.0); time.sleep(0.5); countdown(libc).set({last}); time.sleep(6.5)"
    assert ended(act) == (0, "")


@pytest.mark.slow
def test_all_ticks_are_left_each_time_it_is_put_off_and_it_stays_one():
    act = (
        "for _ in range(4 * TICKS):\n"
        "    countdown(libc).set(0.05)\n"
        "    time.sleep(0.15)\n"  # a tick is seen
        "first = countdown(libc)\n"
        "countdown(libc).set(0.05)\n"
        "time.sleep(TICKS - 2.5)\n"  # all but the last two are seen
        "countdown(libc).set(5.0)\n"
        "time.sleep(1.0)\n"
        "print(countdown(libc) is first, flush=True)\n"
        f"countdown(libc).set(0.1); {HANG}\n"
    )
    assert ended(act) == (75, "True\n")


@pytest.mark.slow
def test_one_that_is_at_its_last_tick_is_left_for_another():
    act = (
        "first = countdown(libc)\n"
        "first.set(0.05)\n"
        "time.sleep(TICKS - 1 - 0.5)\n"
        "countdown(libc).set(0.05)\n"
        "time.sleep(1.5)\n"  # the last tick of the first would have come
        "print(countdown(libc) is not first, flush=True)\n"
        f"countdown(libc).set(0.1); {HANG}\n"
    )
    assert ended(act) == (75, "True\n")


def test_a_forked_process_has_its_own():
    act = (
        "countdown(libc).set(60.0)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        f"    countdown(libc).set(0.1); {HANG}\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    assert ended(act) == (0, "75\n")
