import pytest

from trainer.errors import UserError
from trainer.storage.json_files import read_json


def test_an_object_is_read(tmp_path):
    (tmp_path / "a.json").write_text('{"é": [1, null]}', encoding="utf-8")
    assert read_json(tmp_path / "a.json") == {"é": [1, None]}


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (b"{", "not readable JSON"),
        (b"\xff", "not readable JSON"),
        (b"[1]", "expected a JSON object"),
    ],
    ids=["cut", "no-utf-8", "list"],
)
def test_what_is_not_an_object_is_named(tmp_path, content, fact):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(UserError, match=rf"a\.json: {fact}"):
        read_json(tmp_path / "a.json")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"b\.json: not readable"):
        read_json(tmp_path / "b.json")
