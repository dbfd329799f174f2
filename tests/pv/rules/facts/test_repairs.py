import pytest

from pv.rules.facts.repairs import is_mendable


@pytest.mark.parametrize(
    "text",
    ["f(x) =< 3", "x =! 1", "abs(x + 1 >= 1", "abs(x)) >= 0", "f(х) > 0", "“f” = 1",
     "∀ i ∈ [0, n): f(i >= 0", "a =< b and c =< d"],
)  # fmt: skip
def test_a_text_with_one_kind_of_slip_is_mendable(text):
    assert is_mendable("invariant", text)


@pytest.mark.parametrize(
    "text",
    ["x += 1", "the model’s loss is =< low", "nothing (of note is said", "a) first, b) second",
     "((x >= 0", "(" * 200 + "x"],
)  # fmt: skip
def test_prose_and_assignments_are_not(text):
    assert not is_mendable("invariant", text)
