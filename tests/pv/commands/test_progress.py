"""A bar for people on a terminal, and nothing else anywhere else."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios


def test_a_terminal_has_a_bar_and_the_results_are_whole(project):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    ran = subprocess.run(
        [sys.executable, "-m", "pv", "prove", "--fresh"], cwd=project.folder, check=False,
        stdout=subprocess.PIPE, stderr=theirs, text=True,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert re.search(r"[012]/2 \[", shown)
    assert len(re.findall(r"^PROVED", ran.stdout, re.MULTILINE)) == 2


def test_a_pipe_has_none(project):
    assert project.pv("prove", "--fresh").stderr == ""
