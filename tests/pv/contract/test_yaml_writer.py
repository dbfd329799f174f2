import pytest
from hypothesis import given
from hypothesis import strategies as st

from pv.contract.yaml.document import Document
from pv.contract.yaml.reader import read
from pv.contract.yaml.writer import write

LETTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(LETTERS, max_size=30) | st.sampled_from(
    ["1e-6", "010", "0x1F", "null", "~", "", "true", "yes", "1_000", ".5", ".nan", "1e999", "- a",
     "a: b", "# c", "'", '"', "{x}", "&a", "*a", "!tag", "%", "@", "|", "a\n---\nb", "2020-01-01"]
)  # fmt: skip


def value_of(text):
    document = read(text.encode(), "written.yaml")
    assert isinstance(document, Document), document
    return document.value


@given(st.lists(TEXTS, max_size=5), st.dictionaries(TEXTS.filter(str.isidentifier), TEXTS))
def test_what_is_written_is_read_again(items, entries):
    value = {"items": items, "entries": entries, "rows": [entries, {"n": 3}], "t": True}
    assert value_of(write(value)) == value


@pytest.mark.parametrize("text", ["1e-6", "0o17", "1e999", "true", "null", ""])
def test_a_text_stays_a_text(text):
    assert value_of(write({"a": text})) == {"a": text}


def test_words_stand_on_one_line():
    value = {"a": ["b", "c"], "d": [{"e": "f", "g": {"h": "i"}}, {"j": "k l"}], "m": "n"}
    assert write(value) == "a: [b, c]\nd:\n- {e: f, g: {h: i}}\n- j: k l\nm: n\n"
