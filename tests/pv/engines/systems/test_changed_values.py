"""How what was observed is changed, to see whether expectations notice."""

import re
from itertools import islice

import pytest

from pv.engines.systems.changed_observations import Recorded, coarse, fine
from pv.engines.systems.changed_values import Hints, changed, changed_count, changed_text

NONE, HUGE = Hints(), 10**9
RUN = {
    "exit_code": 0, "stdout": "step 7\n", "stderr": "", "seconds": 0.5, "result": {"n": 1},
    "output": {"a.json": {"size": 3, "sha256": "f" * 64, "lines": 1, "json": [1]}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "hints", "expected"),
    [
        (True, NONE, [False, None]), (None, NONE, [{"added": 0}, 0, "", True]),
        (3, NONE, [4, 0, -4, 7, 1.5, HUGE, -HUGE, None]),
        (3, Hints(numbers=(9,)), [4, 0, -4, 7, 1.5, HUGE, -HUGE, 8, 9, 10, None]),
        ("a", Hints(texts=("b",)), ["", "a?", "b", None]),
        ({}, Hints(texts=("k",)), [{}, {"added": 0}, {"k": 0}, None, {}]),
        ([], NONE, [[], [], [], [], [], None, []]),
        ([True], NONE, [[], [], [], [True, True], [True], None, [True], [False], [None]]),
    ],
    ids=str,
)  # fmt: skip
def test_a_value_might_have_been_another(value, hints, expected):
    assert [*changed(value, hints)] == expected


def test_a_document_is_changed_as_a_whole_and_at_every_place():
    value = {"a": 1, "b": ["x", {"c": False}]}
    found = [*changed(value, Hints(texts=("a", "k")))]
    assert {**value, "a": 2} in found
    assert {"b": value["b"]} in found
    assert {"a": 2, "b": ["x", {"c": False}]} in found  # every number
    assert {**value, "k": 0} in found
    assert {**value, "a": 0} not in found[:6]  # what is there is not added
    assert {"a": 1, "b": ["k", {"c": False}]} in found
    assert {"a": 1, "b": ["x", {"c": True}]} in found
    assert {"a": 1, "b": ["x", {}]} in found
    assert {"a": 1, "b": [{"c": False}, "x"]} in found
    assert value == {"a": 1, "b": ["x", {"c": False}]}


def test_what_expectations_name_is_changed_first():
    value = {"a": 1, "b": {"c": 1}}
    found = [*changed(value, Hints(keys=frozenset({"b", "c"})))]
    assert found.index({"a": 1, "b": {"c": 0}}) < found.index({"a": 0, "b": {"c": 1}})


def test_a_text_might_have_had_less_or_more_or_other_numbers():
    text = "one 1\ntwo 22.5\n"
    found = [*changed_text(text, Hints(texts=("T",), samples=("S",)))]
    assert found[:8] == [
        "", f"{text}?", f"?{text}", "ONE 1\nTWO 22.5\n", text * 2, "two 22.5\none 1\n",
        "two 22.5\n", "one 1\n",
    ]  # fmt: skip
    for more in "ST":
        assert f"{text}\n{more}\n" in found
        assert f"{text}\n" + f"{more}\n" * 50 in found
        assert f"{more}\n{text}" in found
        assert more in found
    assert "one 0\ntwo 0\n" in found
    for number in ("2", "0", "-2", "3", "0.5", str(HUGE), str(-HUGE)):
        assert f"one {number}\ntwo 22.5\n" in found
    assert "one 1\ntwo 23.5\n" in found


def test_numbers_that_an_expectation_reads_are_changed_first():
    text = "1 of 2"
    ends = [*changed_text(text, Hints(patterns=(re.compile(r"of (\d)"),)))]
    assert ends.index("1 of 3") < ends.index("2 of 2")
    starts = [*changed_text(text, NONE)]
    assert starts.index("2 of 2") < starts.index("1 of 3")


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (0, -64, 255, {1, -64, -1}), (3, 0, 255, {1, 0, 4, 7}),
        (3, 0, float("inf"), {1, 0, 4, 7, HUGE}), (255, 0, 255, {1, 0}),
        (0.5, 0, 9, {1, 0, 1.5, 2.0, 0.25}),
    ],
)  # fmt: skip
def test_a_count_stays_one(value, low, high, expected):
    found = {*changed_count(value, NONE, low, high)}
    assert found == expected
    assert {type(each) for each in found} <= {int, type(value)}


def differing(one, other):
    """Return the fields of the only run that differ."""
    return [name for name in RUN if one.runs[None][name] != other.runs[None][name]]


def test_of_an_observation_each_field_might_have_been_quite_another():
    seen = Recorded({"x": 1}, {None: RUN})
    found = {name: each for each in coarse(seen) for name in differing(seen, each)}
    told = {name: each.runs[None][name] for name, each in found.items()}
    added = told.pop("output"), told.pop("result")
    assert told == {"exit_code": 1, "stdout": "", "stderr": "?\n"}
    assert added == ({}, None)
    other = RUN | {"exit_code": 3, "result": None, "output": {}, "stdout": ""}
    back = [each.runs[None] for each in coarse(Recorded({}, {None: other}))]
    assert [each["exit_code"] for each in back].count(0) == 1
    assert {"added": 0} in [each["result"] for each in back]
    assert any("added" in each["output"] for each in back)
    assert "?\n" in [each["stdout"] for each in back]


def test_only_what_is_mentioned_is_changed_and_of_runs_those():
    seen = Recorded({"x": 1}, {"first": RUN, "second": RUN})
    for mentioned in ({"first", "stdout"}, {"second", "exit_code"}, {"first", "output"}):
        found = [*fine(seen, frozenset(mentioned), NONE)]
        (run,) = mentioned & {"first", "second"}
        (name,) = mentioned - {"first", "second"}
        assert found
        for each in found:
            assert each.runs == {**seen.runs, run: {**RUN, name: each.runs[run][name]}}
    assert [*fine(seen, frozenset({"first"}), NONE)] == []


def test_files_might_be_missing_more_or_other():
    seen = Recorded({}, {None: RUN})
    hints = Hints(texts=("b.txt",))
    found = [each.runs[None]["output"] for each in fine(seen, frozenset({"output"}), hints)]
    file = RUN["output"]["a.json"]
    assert found[0] == {}
    assert {"a.json", "added"} in [each.keys() for each in found]
    assert {"a.json", "b.txt"} in [each.keys() for each in found]
    alone = [each["a.json"] for each in found if each.keys() == {"a.json"}]
    for other in ({"sha256": "0" * 64}, {"size": 4}, {"lines": 0}, {"json": []}, {"json": [2]}):
        assert {**file, **other} in alone
    assert all(each["size"] >= 0 and each["lines"] >= 0 for each in alone)


def test_the_names_of_runs_are_those_of_expectations():
    assert Recorded({"x": 1}, {None: {"stdout": "a"}}).scope() == {"x": 1, "stdout": "a"}
    both = Recorded({"x": 1}, {"first": {"stdout": "a"}, "second": {"stdout": "b"}})
    assert both.scope() == {"x": 1, "first": {"stdout": "a"}, "second": {"stdout": "b"}}


def test_of_much_only_some_is_changed():
    many = {str(number): {"size": 1} for number in range(200)}
    changes = fine(Recorded({}, {None: {"output": many}}), frozenset({"output"}), NONE)
    assert sum(len(each.runs[None]["output"]) == 199 for each in changes) == 50
    places = changed([0] * 999, NONE)
    assert len({tuple(each) for each in islice(places, 9, None)}) < 300 * 8
