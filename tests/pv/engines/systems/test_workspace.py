import hashlib
import json
import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pv.engines.systems.workspace import Unreadable, fill, merge, observe_files, read_json


def test_files_are_described_by_size_digest_lines_and_content(tmp_path):
    (tmp_path / "output" / "deep").mkdir(parents=True)
    (tmp_path / "output" / "a.json").write_text('{"loss": 0.5}\n', encoding="utf-8")
    (tmp_path / "output" / "deep" / "log.jsonl").write_text("1\n2\n", encoding="utf-8")
    (tmp_path / "output" / "raw.bin").write_bytes(b"\0\1")
    found = observe_files(tmp_path, "output/**")
    assert {*found} == {"a.json", "deep/log.jsonl", "raw.bin"}
    assert (found["a.json"]["json"], found["a.json"]["lines"]) == ({"loss": 0.5}, 1)
    assert found["deep/log.jsonl"]["json"] == [1, 2]
    assert found["raw.bin"] == {
        "size": 2, "lines": 0, "sha256": hashlib.sha256(b"\0\1").hexdigest(),
    }  # fmt: skip


@pytest.mark.parametrize("content", [None, "{not json", ""])
def test_what_is_no_json_is_null(tmp_path, content):
    file = tmp_path / "a.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert read_json(file) is None


def test_a_file_that_is_too_large_is_not_looked_into(tmp_path):
    file = tmp_path / "a.json"
    file.write_text(json.dumps("x" * 5_000_000), encoding="utf-8")
    assert read_json(file) is None
    assert "lines" not in observe_files(tmp_path, "*.json")["a.json"]


def test_a_file_of_the_largest_size_is_looked_into(tmp_path, monkeypatch):
    monkeypatch.setattr("pv.engines.systems.workspace._MAX_READ", 6)
    (tmp_path / "a.txt").write_text("1\n2\n3\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("1\n2\n3\n\n", encoding="utf-8")
    found = observe_files(tmp_path, "*.txt")
    assert (found["a.txt"].get("lines"), found["b.txt"].get("lines")) == (3, None)


@contextmanager
def without_privileges():
    """Be nobody for a while, if this is root: nothing is forbidden to root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_cannot_be_read_is_named():
    with TemporaryDirectory() as place:  # below a folder that nobody may enter, too
        folder = Path(place)
        folder.chmod(0o755)
        file = folder / "a.json"
        file.write_text("{}", encoding="utf-8")
        file.chmod(0)
        with without_privileges():
            with pytest.raises(Unreadable, match=r"a\.json: Permission denied"):
                read_json(file)
            with pytest.raises(Unreadable, match=r"\*: Permission denied"):
                observe_files(folder, "*")


@pytest.mark.parametrize(("depth", "readable"), [(100, True), (101, False), (100_000, False)])
def test_json_may_be_nested_a_hundred_deep(tmp_path, depth, readable):
    file = tmp_path / "a.jsonl"
    file.write_text("[" * (depth - 1) + "]" * (depth - 1), encoding="utf-8")
    if readable:
        assert observe_files(tmp_path, "*")["a.jsonl"]["json"] is not None
    else:
        with pytest.raises(Unreadable, match="nested too deep"):
            observe_files(tmp_path, "*")


def test_configurations_merge_key_by_key_and_lists_are_replaced():
    base = {"train": {"steps": 3, "seed": 0}, "names": [1, 2], "kept": True}
    over = {"train": {"steps": 9}, "names": [3], "new": {"a": 1}}
    assert merge(base, over) == {
        "train": {"steps": 9, "seed": 0}, "names": [3], "kept": True, "new": {"a": 1},
    }  # fmt: skip
    assert base["train"] == {"steps": 3, "seed": 0}


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("{n}", 3),
        ("n = {n}", "n = 3"),
        ("{unknown} {n}", "{unknown} 3"),
        ("{unknown}", "{unknown}"),
        ({"a": ["{n}", {"b": "{n}!"}], "{n}": 1}, {"a": [3, {"b": "3!"}], "{n}": 1}),
        (("{n}", 4), [3, 4]),
        (True, True),
    ],
)
def test_a_placeholder_alone_keeps_its_type_and_within_text_becomes_text(value, filled):
    assert fill(value, {"n": 3}) == filled
