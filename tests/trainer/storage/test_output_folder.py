import os
import subprocess
import sys
from pathlib import Path

import pytest

import trainer
from trainer.errors import UserError
from trainer.storage.output_folder import Existing, check_output_folder, claim, clear


@pytest.fixture
def used(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("mine")
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("option", ["--output", "--resume", "--overwrite"])
def test_non_empty_output_names_the_remedies(used, option):
    with pytest.raises(UserError, match=option):
        check_output_folder(used, Existing.REFUSE)


def test_what_a_run_leaves_that_wrote_nothing_is_no_obstacle(tmp_path):
    for name in (".lock", "heartbeat.json"):
        (tmp_path / name).write_text("")
    check_output_folder(tmp_path, Existing.REFUSE)


def test_output_that_is_a_file(used):
    with pytest.raises(UserError, match="is a file"):
        check_output_folder(used / "notes.txt", Existing.OVERWRITE)


@pytest.mark.parametrize(
    ("left", "message"),
    [
        ([], "no run in it"),
        (["metrics.jsonl"], "no checkpoint was written"),
        (["checkpoints/step-00000001/x", "smoke.json"], "a smoke run left it"),
    ],
)
def test_nothing_to_resume(tmp_path, left, message):
    for name in left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    with pytest.raises(UserError, match=message):
        check_output_folder(tmp_path, Existing.RESUME)


@pytest.mark.parametrize(
    ("left", "existing"),
    [
        ([], Existing.REFUSE),
        ([".lock"], Existing.REFUSE),
        (["notes.txt"], Existing.REFUSE),
        (["configuration.yaml", "metrics.jsonl"], Existing.OVERWRITE),
        (["configuration.yaml", "checkpoints/step-00000001/x"], Existing.RESUME),
        (["configuration.yaml", "model.safetensors"], Existing.RESUME),
        (["configuration.yaml", "smoke.json"], Existing.RESUME),
    ],
)
def test_what_is_in_a_folder_settles_how_to_go_on(tmp_path, left, existing):
    for name in left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert Existing.AUTO.settled(tmp_path) is existing
    for each in (Existing.REFUSE, Existing.RESUME, Existing.OVERWRITE):
        assert each.settled(tmp_path) is each
    if left == ["notes.txt"] or "smoke.json" in left:
        with pytest.raises(UserError, match=r"not empty|a smoke run left it"):
            check_output_folder(tmp_path, Existing.AUTO)
    else:
        check_output_folder(tmp_path, Existing.AUTO)


def test_clearing_removes_own_files_only(used):
    (used / "checkpoints" / "step-00000001").mkdir(parents=True)
    clear(used)
    assert names(used) == ["notes.txt"]


def test_new_folder_is_made_and_removed_if_nothing_came(tmp_path):
    with claim(tmp_path / "a" / "b", Existing.REFUSE) as folder:
        assert folder.is_dir()
    assert names(tmp_path) == []
    with claim(tmp_path / "a" / "b", Existing.REFUSE) as folder:
        (folder / "metrics.jsonl").write_text("")
    assert names(tmp_path / "a" / "b") == [".lock", "metrics.jsonl"]


def test_one_run_at_a_time(tmp_path):
    with claim(tmp_path, Existing.REFUSE):
        for existing in Existing:
            with (
                pytest.raises(UserError, match=rf"another run \(process {os.getpid()}\)"),
                claim(tmp_path, existing),
            ):
                pass
    with claim(tmp_path, Existing.REFUSE):
        pass


def test_a_lock_dies_with_its_process(tmp_path):
    code = (
        "import os, signal; from trainer.storage.output_folder import *; from pathlib import Path\n"
        f"with claim(Path({str(tmp_path)!r}), Existing.REFUSE):"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    home = Path(trainer.__file__).parents[1]
    ended = subprocess.run([sys.executable, "-c", code], cwd=home, check=False)
    assert ended.returncode == -9
    assert names(tmp_path) == [".lock"]
    with claim(tmp_path, Existing.REFUSE):
        pass


@pytest.mark.parametrize("folder", ["/proc/nowhere/output", "/sys/output"])
def test_a_folder_that_cannot_be_written(folder):
    message = r"cannot be written \(.+\); give another --output"
    with pytest.raises(UserError, match=message), claim(Path(folder), Existing.REFUSE):
        pass
