import os
from contextlib import chdir
from pathlib import Path

from pv.engines.leavings.trees import remove


def test_a_folder_of_any_depth_is_removed(tmp_path):
    top = tmp_path / "top"
    top.mkdir()
    with chdir(top):
        for _ in range(1500):
            Path("a-folder").mkdir()
            os.chdir("a-folder")
    remove(top)
    assert [*tmp_path.iterdir()] == []


def test_what_forbids_its_removal_is_removed_and_links_are_not_followed(tmp_path):
    top, kept = tmp_path / "top", tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("", encoding="utf-8")
    (top / "closed/inner").mkdir(parents=True)
    (top / "closed/inner/file").write_text("", encoding="utf-8")
    (top / "link").symlink_to(kept)
    (top / "closed/inner").chmod(0)
    (top / "closed").chmod(0)
    remove(top)
    assert [*tmp_path.iterdir()] == [kept]
    assert [*kept.iterdir()] == [kept / "file"]
