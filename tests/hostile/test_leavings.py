"""Whatever a system leaves behind costs its own claim, and no other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROBE = """\
import json, os, subprocess, sys, time
from counting.rule import counted
os.makedirs("output", exist_ok=True)
"""
LAST = '\nprint("counted", counted(int(os.environ["LIMIT"]), 100))\n'
NESTED = """
with open("output/a.json", "w") as stream:
    stream.write("[" * {0} + "]" * {0})
"""
DEEP = """
for _ in range(1500):
    os.mkdir("d")
    os.chdir("d")
"""
DEEP_OUTPUT = f"os.chdir('output')\n{DEEP}"
FORBIDDEN = """
os.makedirs("output/closed")
open("output/closed/file", "w").close()
open("output/file", "w").close()
os.chmod("output/closed", 0)
os.chmod("output/file", 0)
"""
DAEMON = """
WRITER = '''
import os, time
open("started", "w").close()
while True:
    open(f"written-{{time.time_ns()}}", "w").close()
'''
subprocess.Popen([sys.executable, "-c", WRITER], start_new_session=True)
while not os.path.exists("started"):
    time.sleep(0.01)
"""
REPORT = """
with open(os.environ["PV_REPORT"], "ab") as stream:
    stream.write(b"{ no line\\n3\\n[]\\n")
"""


@pytest.fixture
def decided(project):
    """Run FT-CNT-001 with a system that does something more, beside a claim that holds."""
    project.change(
        "contracts/bindings/counting.yaml",
        "timeout: 20}",
        'timeout: 60, observe: {out: "output/**"}}',
    )

    def decide(more, before=()):
        project.write("counting/__main__.py", PROBE + more + LAST)
        ran = project.pv("falsify", "--fresh", before=before)
        assert "Traceback" not in ran.stderr, ran.stderr
        assert "bug in pv" not in ran.stdout, ran.stdout
        (other,) = [line for line in ran.stdout.splitlines() if "counted/equals-formula" in line]
        assert other.startswith("PROVED")
        (line,) = [line for line in ran.stdout.splitlines() if line[10:].startswith("FT-CNT-001")]
        return ran.returncode, line.split()[0], " ".join(ran.stdout.split())

    return decide


def test_json_that_can_be_looked_into_is(decided):
    assert decided(NESTED.format(90))[:2] == (0, "SURVIVED")


@pytest.mark.parametrize("depth", [150, 800, 100_000])
def test_json_that_is_nested_too_deep_is_an_error(decided, depth):
    code, verdict, shown = decided(NESTED.format(depth))
    assert (code, verdict) == (1, "ERROR")
    assert "system `counter` left what cannot be read: a.json: its JSON is nested too deep" in shown


def test_folders_that_nothing_observes_may_be_of_any_depth(decided):
    assert decided(DEEP)[:2] == (0, "SURVIVED")


def test_folders_that_are_nested_too_deep_are_an_error(decided):
    code, verdict, shown = decided(DEEP_OUTPUT)
    assert (code, verdict) == (1, "ERROR")
    assert "left what cannot be read: output/**: " in shown


def test_a_file_without_permissions_is_an_error(decided, like_others):
    code, verdict, shown = decided(FORBIDDEN, before=like_others)
    assert (code, verdict) == (1, "ERROR")
    assert "left what cannot be read: output/**: Permission denied" in shown


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds processes in /proc")
def test_a_daemon_that_writes_on_is_an_error_and_ended(decided):
    code, verdict, shown = decided(DAEMON)
    assert (code, verdict) == (1, "ERROR")
    assert "system `counter` left 1 process running outside its group: " in shown


def test_a_report_that_is_damaged_leaves_no_record(decided, project):
    decided(REPORT)
    assert "FT-CNT-001" not in project.pv("status").stdout
    ran = project.pv("falsify", "FT-CNT-001")
    assert "cached" not in ran.stdout


def test_a_result_that_is_no_file_is_not_waited_for(project):
    project.change(
        "contracts/bindings/counting.yaml", "[python, -m, counting]",
        '[python, -m, counting, "{result_file}"]',
    )  # fmt: skip
    project.write("counting/__main__.py", PROBE + "os.mkfifo(sys.argv[1])\n" + LAST)
    assert project.pv("falsify", "FT-CNT-001").returncode == 0


def _small_disk(folder):
    """Return the words that run a command with a disk of one MiB at a folder, where that goes."""
    words = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mount = f'mount -t tmpfs -o size=1500k tmpfs {folder} && exec "$@"'
    tried = subprocess.run([*words, mount, "sh", "true"], capture_output=True, check=False)
    if tried.returncode != 0:
        pytest.skip("cannot mount a small disk here")
    return [*words, mount, "sh"]


FILLING = """
with open("much", "wb", buffering=0) as stream:
    while True:
        stream.write(bytes(4096))
"""


def test_a_full_disk_is_an_error_and_no_refutation(project):
    folder = project.folder / "disk"
    folder.mkdir()
    words = _small_disk(folder)
    project.write("counting/__main__.py", PROBE + FILLING + LAST)
    ran = subprocess.run(
        [*words, sys.executable, "-m", "pv", "falsify", "FT-CNT-001"],
        cwd=project.folder, capture_output=True, text=True, check=False,
        env={**os.environ, "TMPDIR": str(folder)},
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stdout.startswith("ERROR     FT-CNT-001")
    assert "system `counter` left no room on its disk, or found none" in ran.stdout
