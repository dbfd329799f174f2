"""How a process of several ends."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import atexit, sys
from trainer import cli
from trainer.entry import main

atexit.register(print, "finalised")
cli.main = lambda: print("done") or 3
sys.exit(main())
"""


@pytest.mark.parametrize(("size", "written"), [("1", "done\nfinalised\n"), ("2", "done\n")])
def test_one_of_several_processes_ends_with_its_code_and_without_finalisation(size, written):
    environment = {**os.environ, "WORLD_SIZE": size, "RANK": "0"}
    run = subprocess.run(
        (sys.executable, "-c", PROGRAM),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (3, written), run.stderr
