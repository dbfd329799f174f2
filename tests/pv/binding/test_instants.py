import pytest

from pv.binding.instants import Instants, parse_values
from pv.claims import Fault, IntRange, Strings
from pv.engines.systems.cases import draw_cases


@pytest.mark.parametrize("kind", ["date", "datetime"])
def test_dates_are_texts_from_the_first_to_the_last(kind):
    values = parse_values(kind)
    assert (values, str(values)) == (Instants(kind), kind)
    drawn = [case["d"] for case in draw_cases({"d": values}, 20, 0)]
    assert (drawn[0][:10], drawn[1][:10]) == ("0001-01-01", "9999-12-31")
    assert len({*drawn}) > 5
    assert all(each in values for each in drawn)
    assert "2024-02-30" not in values
    assert 3 not in values


def test_numbers_and_texts_are_what_they_were():
    assert parse_values("1..3") == IntRange(1, 3)
    assert parse_values("str") == parse_values("string") == Strings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bytes", "a process is given texts, and a `bytes` is no text"),
        ("graph", "a process is given texts, and a `graph` is nothing that is known here"),
    ],
)
def test_no_object_travels_to_a_process(text, message):
    read = parse_values(text)
    assert isinstance(read, Fault)
    assert (read.message, "string, date, datetime" in read.remedy) == (message, True)
