import pytest

from pv.contract.building.entry import Entry
from pv.contract.yaml.reader import read

SOURCE = b"""\
word: text
whole: 4
float: 4.0
no: false
list: [a, 2, b]
table: {a: 1e-3, b: two}
nothing:
entries: {f: {x: 1}, g: {id: h}}
"""


@pytest.fixture
def entry():
    document = read(SOURCE, "f.yaml")
    return Entry(document, (), document.value)


def test_a_value_of_another_type_is_absent(entry):
    assert (entry.word("word"), entry.word("whole"), entry.word("absent")) == ("text", None, None)
    assert (entry.whole("whole"), entry.whole("word"), entry.whole("nothing")) == (4, None, None)
    assert (entry.number("float"), entry.number("word")) == (4.0, 0.0)
    assert (entry.mapping("list"), entry.inner("word"), entry.words("word")) == ({}, None, ())


def test_what_json_schema_calls_an_integer_is_whole(entry):
    assert type(entry.whole("float")) is int


def test_texts_are_as_they_are_written(entry):
    assert [text.value for text in entry.texts("list")] == ["a", "2", "b"]
    assert {key: text.value for key, text in entry.table("table").items()} == {
        "a": "1e-3", "b": "two",
    }  # fmt: skip
    assert entry.text("nothing", "no").value == "false"
    assert entry.needed("absent").value == ""


def test_the_key_of_an_entry_is_its_id_unless_it_gives_one(entry):
    assert [each.id for each in entry.entries("entries")] == ["f", "h"]
