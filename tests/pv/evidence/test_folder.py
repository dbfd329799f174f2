from pathlib import Path

from pv.evidence.folder import make_folder


def test_a_new_folder_is_kept_out_of_version_control(tmp_path):
    make_folder(tmp_path / "deep/.pv")
    assert (tmp_path / "deep/.pv/.gitignore").read_text() == "*\n"


def test_what_is_there_stays(tmp_path):
    make_folder(tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_another_process_makes_meanwhile_is_no_fault(tmp_path, monkeypatch):
    answers = iter([False])
    monkeypatch.setattr(Path, "is_dir", lambda _: next(answers, True))
    make_folder(tmp_path)
    assert (tmp_path / ".gitignore").exists()
