"""The steps of a machine are read from what is told of them."""

import re
from datetime import date

import pytest

from pv.checks.model import DrawnKind
from pv.checks.planner import plan_proofs
from pv.checks.steps import can_be_read, read_steps

TEXT = """\
equations: {shelf: {formula: it is a shelf}}
proof_obligations:
  - id: M
    type: state_machine
    equation: shelf
    property: p
    machine:
      given: {capacity: %s}
      start: {n: 0}
      rules:
        put: {given: {title: string, share: "[0, 1]", kind: '{"a", true, [1, 2]}'}}
        sort: {when: n > 0, refuses: no}
        lend: {given: {day: date, at: datetime}}
"""


@pytest.fixture
def plan_of(contract, binding):
    def make(capacity, more=""):
        bound = binding({"shelf": "code:Shelf"}, "", more)
        (check,) = plan_proofs(contract(TEXT % capacity), [bound])
        return check.plan

    return make


@pytest.fixture
def plan(plan_of):
    return plan_of("1..3")


@pytest.mark.parametrize(
    "texts",
    [
        ["made(capacity = 2)"],
        ["made(capacity = 1)", 'put(title = "a) \\" = ,", share = 0.5, kind = [1, 2])', "sort()"],
        ["made(capacity = 1)", 'put(title = "", share = 1, kind = true)', "sort() must be refused"],
        ["made(capacity = 1)", 'lend(day = "2024-02-29", at = "2024-02-29T01:00:00")'],
    ],
)
def test_steps_are_read_as_they_are_told(plan, texts):
    steps = read_steps(plan, texts)
    assert [step.text for step in steps] == texts
    assert steps[0].action is None
    assert steps[-1].refused is texts[-1].endswith("refused")


def test_values_are_what_was_drawn(plan):
    _, put, lend = read_steps(
        plan,
        ["made(capacity=1)", 'put( kind= [1,2],share = 0, title ="x" )',
         'lend(at = "2024-02-29", day = "2024-02-29")'],
    )  # fmt: skip
    assert put.values == {"title": "x", "share": 0, "kind": (1, 2)}
    assert lend.values["day"] == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ([], "`steps` are a list of texts"),
        ("made()", "`steps` are a list of texts"),
        ([1], "`steps` are a list of texts"),
        (["sort()"], "`sort()`: the first step, and no other, is `made(…)`"),
        (["made(capacity = 1)", "made(capacity = 1)"], "the first step, and no other"),
        (["made"], "`made` is no step; write it as `push(item = 0)`"),
        (["made(capacity = 4)"], "capacity = 4 is not in 1..3"),
        (["made(capacity = true)"], "capacity = true is not in 1..3"),
        (["made()"], "it is given capacity, and nothing else"),
        (["made(capacity = 1, size = 1)"], "it is given capacity, and nothing else"),
        (["made(capacity = 1"], "write values as `name = value`, up to `)`"),
        (["made(capacity = one)"], "the value of `capacity` is no JSON"),
        (["made(capacity = 1) then"], "nothing stands behind `)`, except `must be refused`"),
        (["made(capacity = 1)", "sorted()"], "no rule `sorted`; it has put, sort, lend"),
        (["made(capacity = 1)", 'lend(day = "2024-02-30", at = 1)'], "is no date"),
    ],
)
def test_what_is_no_step_is_told(plan, texts, reason):
    with pytest.raises(ValueError, match=re.escape(reason)):
        read_steps(plan, texts)


OF_TWO = ["a = made(capacity = 1)", "b = made(capacity = 2)", "a.join(m = 1, other = b)"]


@pytest.fixture
def pair(contract, binding):
    rule = "        join: {given: {m: 0..3, other: shelf}, refuses: no}\n"
    bound = binding({"shelf": "code:Shelf"}, "", "")
    (check,) = plan_proofs(contract(TEXT % "1..3" + rule), [bound])
    return check.plan


@pytest.mark.parametrize("more", [[], ["b.sort()"], ["b.join(m = 0, other = b) must be refused"]])
def test_steps_with_several_objects_name_them(pair, more):
    steps = read_steps(pair, [*OF_TWO, *more])
    assert [step.text for step in steps] == [*OF_TWO, *more]
    assert steps[2].objects == {"a", "b"}
    spaced = read_steps(pair, ["  x=made( capacity=1 )", "x . sort( )"])
    assert [step.text for step in spaced] == ["x = made(capacity = 1)", "x.sort()"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sort()", "`sort()` is no step; write it as `a = made()` or `a.push(item = 0)`"),
        ("made(capacity = 1)", "is no step; write it as `a = made()`"),
        ("a = sort()", "`a = sort()` is no step"),
        ("a.made(capacity = 1)", "is no step"),
        ("a = made(capacity = 1)", "`a` was made before; give it another name"),
        ("c.sort()", "no `c` was made before it"),
        ("a.join(m = 1, other = c)", "no `c` was made before it"),
        ('a.join(m = 1, other = "b")', "`other` is an object: write `other = a`"),
        ("a.join(m = b, other = b)", "the value of `m` is no JSON"),
        ("a.join(m = 1)", "it is given m, other, and nothing else"),
        ("a.sorted()", "no rule `sorted`; it has put, sort, lend"),
    ],
)
def test_what_is_no_step_of_several_objects_is_told(pair, text, reason):
    with pytest.raises(ValueError, match=re.escape(reason)):
        read_steps(pair, [*OF_TWO, text])


def test_what_json_has_no_value_for_is_not_read(plan, plan_of):
    assert can_be_read(plan)
    own = plan_of("shelf", ", draws: {shelf: 'code:Shelf'}")
    assert isinstance(own.given["capacity"], DrawnKind)
    assert not can_be_read(own)
    with pytest.raises(ValueError, match="JSON has no `shelf` for `capacity`; run it with --fresh"):
        read_steps(own, ["made(capacity = 1)"])
