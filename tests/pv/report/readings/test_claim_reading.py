import pytest

from pv.claims import definition_of, parse
from pv.claims.domains.space import Space, Values
from pv.contract.finding import Location
from pv.contract.text import Text
from pv.report.readings.claim_reading import reading

SPACE = Space({"n": Values(whole=True, low=parse("1"), high=parse("9"))}, {}, ())
DOUBLE = definition_of(parse("f(n) = 2 * n"))


def read(field, text, space=SPACE):
    lines = reading(field, Text(text, Location("k.yaml", 3, 5, 3, 9)), space, [DOUBLE])
    return [line.split(maxsplit=1) for line in lines.splitlines()]


def test_a_text_is_shown_with_its_place_and_every_rendering():
    assert read("formula", "f(n) =  2 * n") == [
        ["formula", "f(n) = 2 * n"],
        ["at", "k.yaml:3:5"],
        ["read", "f(n) = 2 * n"],
        ["tree", "(= (f n) (* 2 n))"],
        ["latex", r"f\left(n\right) = 2 \cdot n"],
        ["python", "f(n) == 2 * n"],
        ["type", "Bool"],
        ["names", "n: Int in [1, 9]"],
        ["calls", "f"],
        ["z3", "(* 2 n)"],
    ]


def test_a_claim_is_told_to_z3_as_a_whole():
    assert dict(read("codomain", "f(n) > 0"))["z3"] == "(< 0 (* 2 n))"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("x = 1", ["names", "x"]),
        ("1 = 1", ["names", "none"]),
        ("1 = 1", ["calls", "nothing"]),
        ("not 3 = 4", ["type", "Bool"]),
    ],
)
def test_names_calls_and_types_are_told_where_there_are_none_too(text, row):
    assert row in read("codomain", text)


def test_a_size_is_told_as_one():
    space = Space({"x": Values(sizes=(parse("m"),))}, {}, ())
    assert ["names", "m: Int, a size"] in read("codomain", "m > 0", space)


def test_a_claim_that_is_ill_typed_has_no_type():
    assert dict(read("codomain", 'n = "a" + 1'))["type"].startswith("none: ")


def test_prose_is_shown_with_a_caret_where_reading_stopped():
    lines = reading(
        "invariant", Text("it is nice, always", Location("k.yaml", 3, 5, 3, 9)), SPACE, []
    ).splitlines()
    assert lines[2].startswith("    prose   ")
    assert lines[-1].index("^") == lines[-2].index("nice")
