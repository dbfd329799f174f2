"""Short texts as authors write them, each with the tree that a person has checked it to mean."""

from pathlib import Path

import pytest

from pv.claims import Fault, read_field, render

TABLE = Path(__file__).with_name("readings.tsv").read_text(encoding="utf-8")
ROWS = [line.split("\t") for line in TABLE.splitlines()]

PROSE = [
    ("formal", "r_t -> r_0", "the arrow may be a limit"),
    ("formal", "P(M) in [8.0B, 8.4B]", "may be a unit or a product"),
    ("formal", "12 = 2(norm) + 5(matmul)", "may be a remark or a factor"),
    ("formal", "x > 0 (n > 1)", "this condition stands in brackets"),
    ("formal", "softmax(x) + 1", "neither true nor false"),
    ("formal", "s += x", "`+=` is not an operator"),
    ("formal", "Σ_{s≠v≠t} f(s, t) = 1", "which of these the sum runs over"),
    ("formal", "y = a if c, b if d", "needs an `else`"),
    ("formal", "f(x) in R + 1", "this is no set"),
    ("formula", "token", "a word alone says nothing"),
    ("domain", "momentum", "a word alone says nothing"),
    ("domain", "x in R^d, fitted model", "could end before"),
    ("codomain", "identity mapping", "could end before"),
    ("formal", "tоtal > 0", "Cyrillic letter that looks Latin"),
    ("formal", "ο > 0", "Greek letter that looks Latin"),
    ("formal", "x = \u0302 3", "a combining mark stands alone"),
    ("formal", "a => 0 bias tensors", "joins claims"),
]


@pytest.mark.parametrize(("field", "text", "meant"), ROWS, ids=[row[1] for row in ROWS])
def test_a_text_is_read_as_it_was_meant(field, text, meant):
    found = read_field(field, text)
    assert not isinstance(found, Fault), found
    assert " ; ".join(map(render, found)) == meant


@pytest.mark.parametrize("row", ROWS, ids=[row[1] for row in ROWS])
def test_what_is_rendered_is_read_as_the_same(row):
    for tree in read_field(row[0], row[1]):
        (again,) = read_field(row[0], render(tree))
        assert render(again) == render(tree)


@pytest.mark.parametrize(("field", "text", "said"), PROSE, ids=[row[1] for row in PROSE])
def test_what_may_mean_something_else_stays_prose(field, text, said):
    found = read_field(field, text)
    assert isinstance(found, Fault), [render(tree) for tree in found]
    assert said in found.message or said in text


def test_there_are_enough_readings():
    assert len(ROWS) >= 150
