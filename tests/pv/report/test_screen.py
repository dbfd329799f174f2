import io
import json

import pytest

from pv.report.screen import as_json, hand_over, line, lines, say


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ü 漢", "plain ü 漢"), ("a\nb", "a\\nb"), ("\x1b[31m", "\\x1b[31m"),
        ("a\u202eb", "a\\u202eb"), ("::error::x", "\\x3a:error::x"), ("  ::x", "  \\x3a:x"),
        ("a ::x", "a ::x"), (":x", ":x"), ("a##[x]##vso[", "a#\\x23[x]#\\x23vso["), ("##x", "##x"),
    ],
    ids=repr,
)  # fmt: skip
def test_no_text_acts_on_what_shows_it(text, shown):
    assert line(text) == shown
    assert lines(text, "b") == f"{shown}\nb"


@pytest.mark.parametrize("text", ["ü\x1b\u202e", "a ##[x] ##vso[y", "a\nb", "::x"])
def test_programs_read_what_was_there(text):
    told = as_json({"a": text})
    assert json.loads(told) == {"a": text}
    assert ("ü" in told) is ("ü" in text)
    assert not {"\x1b", "\u202e"} & {*told}
    assert "##[" not in told
    assert "##vso[" not in told


def test_people_get_lines_and_programs_what_is_handed_over():
    stream = io.StringIO()
    say(stream, "a\nb\x1b", "c")
    hand_over(stream, "d\x1b")
    assert stream.getvalue() == "a\nb\\x1b\nc\nd\x1b\n"
