"""Errors as authors make them: each shows the text with a caret, and says what to write."""

import json
import re
import subprocess
import sys
import unicodedata

import pytest

COMPLAINTS = [
    # text, what the caret stands under, what is said, what to write
    ("f(x) = exp(x / (1 + exp(x)", "", "`(` is still open here", "close it with `)`"),
    ("|f(x - 1.0| < 3", "< 3", "a value is expected before `<`", "close the `(` at character 3"),
    ("f(x)) > 0", ") > 0", "nothing is open that `)` could close", "remove it"),
    ("f(x) =< 3", "=< 3", "`=<` is not an operator", "write <= or ≤"),
    ("f(x) => 3", "3", "`implies` joins claims, and this is none", "write >= or ≥"),
    ("f(x) =! 3", "=! 3", "`=!` is not an operator", "write != or ≠"),
    ("f(x) = “abc”", "“abc”", "`“` is not an operator", 'a straight quote: "'),
    ("f(x) = ‘abc’", "‘abc’", "`‘` is not an operator", "a straight quote: '"),
    ("ο > 0", "ο > 0", "`ο` is a Greek letter that looks Latin", "write the Latin letter"),
    ("f(x) + mаx(x, 1) > 0", "аx(x, 1) > 0", "`а` is a Cyrillic letter", "write the Latin letter"),
    ("x = \u0302 3", "\u0302 3", "a combining mark stands alone", "behind the letter"),
    ("x > —1", "—1", "`—` is not an operator", "write a minus sign, -"),
    ("x_1 + … + x_n = 1", "… + x_n = 1", "a value is expected before `...`", "Σ_{i=1}^{n} x_i"),
    ("f(x) < 5 ms", "ms", "`ms` is a unit, and numbers have none here", "behind the claim: `(ms)`"),
    ("f(x) <= 3GB", "GB", "`GB` is a unit, and numbers have none here", "behind the claim: `(GB)`"),
    ("f(x) > 0 and and x > 1", "and x > 1", "a value is expected before `and`", "write a number"),
    ("∀ y ∈ ℝ f(y) > 0", "f(y) > 0", "a colon is missing", "write `∀ i: …`"),
    ("f(x) > ", "", "the text ends where a value is expected", "complete the claim"),
    ("f(x) is convenient", "convenient", "this sentence is prose", "is finite"),
    ("f(x) += 1", "+= 1", "`+=` is not an operator", "an assignment is no claim"),
    ("f(x) = 'abc", "'abc", "this string does not end", "close it with '"),
    ("ŷ̄ + ( > 0", "> 0", "a value is expected before `>`", "write a number"),
    ("変数 + 数 + ( > 0", "> 0", "a value is expected before `>`", "write a number"),
    ("softend(x) > 0", "softend(x) > 0", "`softend`", "did you mean `softened`?"),
    (
        "width_of(x) > width",
        "width_of(x) > width",
        "`width_of` has no formula",
        "state its equation, or name it under `functions:` of a binding",
    ),
    ("f(x) > x_j + z_k", "z_k", "`z_k` has no domain", "declare it in the domain"),
    ("f(x, 1) > 0", "f(x, 1) > 0", "`f` is called with 2 arguments", "its formula has 1"),
]
IDS = [row[0] for row in COMPLAINTS]
CONTRACT = """\
metadata: {version: 1.0.0, description: what authors write, references: [none]}
equations:
  f: {formula: f(x) = x + 1, domain: "x in R"}
  softened: {formula: softened(x) = x / 2, domain: "x in R"}
proof_obligations:
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("complaints")
    rows = [
        f"  - {{id: OB-{n}, type: bound, equation: f, property: p, formal: {quoted(row[0])}}}\n"
        for n, row in enumerate(COMPLAINTS)
    ]
    (found / "complaints-v1.yaml").write_text(CONTRACT + "".join(rows), encoding="utf-8")
    return found


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def pv(folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "pv", *words], cwd=folder, capture_output=True, text=True,
        check=False, env={"PYTHONIOENCODING": "utf-8"},
    ).stdout  # fmt: skip


@pytest.fixture(scope="module")
def validated(folder):
    """Line of the file -> what was printed of it: finding, text, caret and remedy."""
    said = {}
    for block in re.split(r"\n(?=\S)", pv(folder, "validate", ".", "--notes")):
        if place := re.match(r"\S+?:(\d+):\d+: \w+ CLAIM-", block):
            said.setdefault(int(place[1]), []).append(block)
    return said


@pytest.fixture(scope="module")
def explained(folder):
    told = pv(folder, "explain", "complaints-v1", ".")
    return re.split(r"^OB-\d+: bound$", told, flags=re.MULTILINE)[1:]


def width(text):
    """Return how many columns of a terminal a text takes."""
    marks = (unicodedata.combining(each) for each in text)
    wide = (unicodedata.east_asian_width(each) in "WF" for each in text)
    return sum(0 if mark else 1 + two for mark, two in zip(marks, wide, strict=True))


def carets(block, line_of):
    """Return the columns over which the caret stands, counted from the start of the text."""
    lines = block.splitlines()
    at = next(
        n for n, line in enumerate(lines) if n and line.strip() and set(line.strip()) == {"^"}
    )
    shown = lines[at - 1]
    before = shown.index(line_of)
    start = len(lines[at]) - len(lines[at].lstrip())
    return start - width(shown[:before])


@pytest.mark.parametrize("row", COMPLAINTS, ids=IDS)
def test_validate_says_where_and_what_to_write(validated, row):
    text, under, said, remedy = row
    line = CONTRACT.count("\n") + 1 + COMPLAINTS.index(row)
    blocks = [block for block in validated.get(line, []) if said in block]
    assert blocks, validated.get(line)
    assert remedy in blocks[0]
    written = quoted(text)[1:-1]
    offset = len(quoted(text[: len(text) - len(under)])) - 2
    assert carets(blocks[0], written) == width(written[:offset])


@pytest.mark.parametrize("row", COMPLAINTS[:23], ids=IDS[:23])
def test_explain_says_the_same(explained, row):
    text, under, said, remedy = row
    told = explained[COMPLAINTS.index(row)]
    assert said in told
    assert remedy in told
    assert carets(told.partition("prose")[2], text) == width(text[: len(text) - len(under)])
