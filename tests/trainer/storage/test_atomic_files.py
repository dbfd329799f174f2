import json

import pytest

from trainer.storage.atomic_files import write_json, write_text


def test_json_is_replaced_whole_and_refuses_nan(tmp_path):
    path = tmp_path / "x.json"
    write_json(path, {"a": 1})
    with pytest.raises(ValueError, match="JSON"):
        write_json(path, {"a": float("nan")})
    assert json.loads(path.read_text()) == {"a": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]


def test_a_text_replaces_the_old_one(tmp_path):
    write_text(tmp_path / "a", "old")
    write_text(tmp_path / "a", "né")
    assert (tmp_path / "a").read_bytes() == "né".encode()


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(OSError, match="absent/a"):
        write_text(tmp_path / "absent" / "a", "x")
