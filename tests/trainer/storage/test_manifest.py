import pytest

from trainer.storage.manifest import MANIFEST, find_damage, write_manifest


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a").write_text("one")
    (tmp_path / "b").write_text("two")
    write_manifest(tmp_path)
    return tmp_path


def test_a_folder_as_written_has_no_damage(folder):
    assert find_damage(folder) is None


@pytest.mark.parametrize("content", ["onE", "on", ""])
def test_a_changed_file_is_named(folder, content):
    (folder / "a").write_text(content)
    assert find_damage(folder) == f"a is not what {MANIFEST} says it was"


def test_a_missing_file_is_named(folder):
    (folder / "b").unlink()
    assert find_damage(folder) == "b is missing"


@pytest.mark.parametrize("content", [None, "{", "[]", "{}"])
def test_a_manifest_that_cannot_be_read_is_damage(folder, content):
    (folder / MANIFEST).unlink()
    if content is not None:
        (folder / MANIFEST).write_text(content)
    assert f"{MANIFEST} cannot be read" in find_damage(folder)
