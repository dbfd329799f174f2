"""What pv kept from earlier runs is believed only where this user made it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pv.contract.discovery import own_file


def git(project, *words):
    subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=e@e", *words],
        cwd=project.folder, check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture
def carried(project):
    """Return a project whose repository carries evidence that nobody here made."""
    assert project.pv("prove", "SYM-CNT-001").returncode == 0
    git(project, "init", "-q")
    return project


def is_believed(project, *words):
    ran = project.pv("prove", "SYM-CNT-001", *words)
    assert ran.returncode == 0, ran.stderr
    told = "nothing in it is used" in ran.stderr
    assert told != ("from evidence" in ran.stdout), ran.stdout + ran.stderr
    return not told


def test_evidence_of_this_user_is_believed(carried):
    assert is_believed(carried)


@pytest.mark.parametrize("names", [["evidence.db"], ["evidence.db-wal"]])
def test_evidence_that_git_tracks_is_not_believed(carried, names):
    for name in names:
        carried.folder.joinpath(".pv", name).touch()
    git(carried, "add", "-f", *(f".pv/{name}" for name in names))
    before = (carried.folder / ".pv/evidence.db").read_bytes()
    assert not is_believed(carried)
    for words in (["list"], ["status"], ["gate"]):
        ran = carried.pv(*words)
        assert "git tracks it" in ran.stderr
        assert "PROVED" not in ran.stdout or words == ["gate"]
    assert (carried.folder / ".pv/evidence.db").read_bytes() == before
    git(carried, "rm", "-q", "--cached", *(f".pv/{name}" for name in names))
    assert is_believed(carried)


def test_a_hook_of_git_asks_the_same_repository(carried, monkeypatch):
    git(carried, "add", "-f", ".pv/evidence.db")
    monkeypatch.setenv("GIT_DIR", "nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "nowhere")
    assert not is_believed(carried)


def test_a_folder_that_poses_as_a_repository_runs_nothing(carried):
    folder = carried.folder / ".pv"
    git(carried, "add", "-f", ".pv/evidence.db")
    (folder / "objects").mkdir()
    (folder / "refs").mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    (folder / "config").write_text(
        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n"
        "\tfsmonitor = touch P\n",
        encoding="utf-8",
    )
    assert not is_believed(carried)
    assert not list(carried.folder.rglob("P"))


@pytest.mark.parametrize("name", [".pv", "evidence.db"])
def test_what_belongs_to_another_user_is_not_believed(carried, monkeypatch, name):
    file = carried.folder / ".pv/evidence.db"
    assert own_file.doubt(file) is None
    real = Path.lstat

    def lstat(path):  # only root could really give it away
        status = real(path)
        owner = status.st_uid + (path.name == name)
        return os.stat_result((*status[:4], owner, *status[5:]))

    monkeypatch.setattr(Path, "lstat", lstat)
    why = f"{name} belongs to another user; delete it, or run as that one"
    assert own_file.doubt(file) == why


def test_a_link_to_evidence_is_not_believed(carried):
    file = carried.folder / ".pv/evidence.db"
    shutil.move(file, carried.folder / "data.db")
    file.symlink_to("../data.db")
    assert not is_believed(carried)


@pytest.mark.parametrize("inside", [True, False], ids=["in the project", "beside it"])
@pytest.mark.parametrize("there", ["everything", "nothing", "no folder"])
def test_a_folder_that_a_link_stands_for_is_neither_read_nor_written(
    carried, tmp_path_factory, inside, there
):
    kept = (carried.folder if inside else tmp_path_factory.mktemp("victim")) / "kept"
    own = carried.folder / ".pv"
    if there == "everything":
        shutil.move(own, kept)
        (kept / "cache.db").write_bytes(b"of another program")
    else:
        shutil.rmtree(own)
        if there == "nothing":
            kept.mkdir()
    own.symlink_to(os.path.relpath(kept, carried.folder))
    before = content(kept)
    for words in (["validate"], ["prove", "SYM-CNT-001"], ["status"], ["evidence", "prune"]):
        ran = carried.pv(*words)
        assert "from evidence" not in ran.stdout
        assert ".pv is a link or no folder; delete it" in ran.stderr, words
    assert content(kept) == before


def content(folder):
    """Return what is in a folder; None if there is no such folder."""
    if not folder.exists():
        return None
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_without_git_a_repository_is_not_believed(carried, monkeypatch, tmp_path_factory):
    monkeypatch.setenv("PATH", str(tmp_path_factory.mktemp("empty")))
    assert not is_believed(carried)


def test_summaries_that_git_tracks_are_not_believed(project):
    project.change("contracts/counter-v1.yaml", "version: 1.0.0, ", "")
    assert project.pv("validate").returncode == 1
    git(project, "init", "-q")
    git(project, "add", "-f", ".pv/cache.db")
    ran = project.pv("validate")
    assert ran.returncode == 1
    assert "git tracks it" in ran.stderr
