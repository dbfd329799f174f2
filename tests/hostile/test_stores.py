"""A store that cannot be used costs a warning, and no verdict."""

import sqlite3
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def mounted(folder, kind):
    """Return the words that run a command with a disk mounted at a folder, where that goes."""
    words = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mounts = {
        "read-only": f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}",
        "full": f"mount -t tmpfs -o size=16k tmpfs {folder}",
    }
    script = f'{mounts[kind]} && exec "$@"'
    tried = subprocess.run([*words, script, "sh", "true"], capture_output=True, check=False)
    if tried.returncode != 0:
        pytest.skip("cannot mount here")
    return [*words, script, "sh"]


def run(project, before, *words):
    return subprocess.run(
        [*before, sys.executable, "-m", "pv", *words],
        cwd=project.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


UNUSABLE = "pv: .pv/evidence.db: the evidence cannot be used ("
CASES = {
    "file": (
        "pv: .pv/evidence.db: nothing in it is used, ",
        ".pv is a link or no folder; delete it",
    ),
    "no database": (UNUSABLE, "; move the file away to start afresh"),
    "full": (UNUSABLE, "; see whether its disk is full or broken"),
    "read-only": (UNUSABLE, "; give yourself permission to write there, or work in a copy"),
}


@pytest.mark.parametrize("verb", ["falsify", "prove", "gate"])
@pytest.mark.parametrize("state", CASES)
def test_a_verdict_is_shown_though_it_cannot_be_kept(project, state, verb):
    before, folder = [], project.folder / ".pv"
    if state == "file":
        folder.write_text("", encoding="utf-8")
    else:
        folder.mkdir()
    if state == "no database":
        project.write(".pv/evidence.db", "not a database" * 100)
    if state in {"full", "read-only"}:
        before = mounted(folder, state)
    ran = run(project, before, verb)
    assert ran.returncode == 0, ran.stderr
    assert "claims ran: " in ran.stdout or "holds" in ran.stdout
    assert ran.stderr.count("\n") == len({*ran.stderr.splitlines()})  # each is told once
    begins, ends = CASES[state]
    assert (ran.stderr.startswith(begins), ran.stderr.endswith(f"{ends}\n")) == (True, True)


@pytest.mark.parametrize("verb", ["falsify", "gate", "list", "status"])
def test_evidence_answers_from_a_disk_that_is_read_only(project, verb):
    assert project.pv("falsify").returncode == project.pv("gate").returncode == 0
    before = mounted(project.folder / ".pv", "read-only")
    ran = run(project, before, verb)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == project.pv(verb).stdout


def test_listing_makes_no_store(project):
    for verb in ("list", "status"):
        assert project.pv(verb).returncode == 0
    assert not (project.folder / ".pv").exists()


@pytest.mark.parametrize("verb", ["list", "status"])
def test_what_reads_evidence_says_when_it_cannot(project, verb):
    project.write(".pv/evidence.db", "not a database" * 100)
    ran = project.pv(verb)
    assert ran.returncode == 2
    assert ran.stderr.endswith("move the file away to start afresh\n")


@pytest.mark.parametrize("verb", ["falsify", "list", "status", "validate"])
def test_a_folder_without_permission_is_no_bug(project, verb, like_others):
    folder = project.folder / ".pv"
    folder.mkdir()
    folder.chmod(0)
    ran = project.pv(verb, before=like_others)
    folder.chmod(0o700)
    assert ran.returncode in {0, 2}
    assert "Traceback" not in ran.stderr


def test_a_store_of_a_newer_format_is_left_as_it_is(project):
    project.write(".pv/.gitignore", "*\n")
    with sqlite3.connect(project.folder / ".pv/evidence.db") as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("CREATE TABLE evidence_99 (record TEXT)")
        connection.execute("INSERT INTO evidence_99 VALUES ('of the future')")
    assert project.pv("falsify").returncode == 0
    assert "2 from evidence" in project.pv("falsify").stdout
    with sqlite3.connect(project.folder / ".pv/evidence.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchall() == [(99,)]
        assert connection.execute("SELECT * FROM evidence_99").fetchall() == [("of the future",)]
