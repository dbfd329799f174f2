import pytest

from trainer.data.corpora.find_files import files_at
from trainer.errors import UserError


def test_a_file_is_taken_whatever_its_suffix(tmp_path):
    (tmp_path / "a.txt").touch()
    assert files_at(tmp_path / "a.txt", (".bin",)) == [tmp_path / "a.txt"]


def test_a_folder_is_searched_for_suffixes_in_order(tmp_path):
    for name in ("b.bin", "a.bin", "c.txt", "sub/a.bin"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = files_at(tmp_path, (".bin", ".npy"))
    assert [str(each.relative_to(tmp_path)) for each in found] == ["a.bin", "b.bin", "sub/a.bin"]


def test_a_place_without_such_files_is_named(tmp_path):
    with pytest.raises(UserError, match=r"ends in \.bin or \.npy"):
        files_at(tmp_path, (".bin", ".npy"))
    with pytest.raises(UserError, match="no such file or folder"):
        files_at(tmp_path / "absent", (".bin",))
