import pytest

from pv.checks.reading.definitions import known_of
from pv.checks.reading.free_names import (
    bases,
    closed,
    counted_by,
    given_by_calls,
    names_of_sets,
    narrowed,
    needed_by,
    reached,
    tied,
)
from pv.claims import definition_of, parse, render
from pv.claims.domains.space import Space, Values


def definitions(*texts):
    return {found.name: found for found in map(definition_of, map(parse, texts))}


def test_a_claim_reaches_what_its_functions_call(contract):
    known = known_of(
        contract("""\
equations:
  outer: {formula: "f(x) = g(x) + 1", domain: "x in R"}
  inner: {formula: "g(x) = 2 * x", domain: "x in R"}
  other: {formula: "h(x) = x", domain: "x in R"}
""")
    )
    assert sorted(reached(parse("f(3) = 7"), known)) == ["f", "g"]


def test_a_subscripted_name_counts_with_and_without_its_subscript():
    assert bases(parse("x_i > 0")) >= {"x_i", "x"}


def test_only_parameters_that_every_call_gives_are_given():
    known = definitions("f(x, w, b) = x * w + b")
    assert given_by_calls(parse("f(1, 2) = f(3)"), known) == {"f": {"x"}}
    assert given_by_calls(parse("f(1, 2) = f(3, 4)"), known) == {"f": {"x", "w"}}


def test_a_set_behind_in_is_no_variable():
    assert names_of_sets(parse("x in ℝ^n")) == {"ℝ", "n"}
    assert names_of_sets(parse("x in y")) == set()


def test_an_index_counts_the_axis_on_which_it_stands():
    body = parse("f(i, j) = sum(A[i, j])").operands[1]
    collection, axis = counted_by(body, "j")
    assert (render(collection), axis) == ("A", 1)
    assert counted_by(body, "k") is None


def test_a_parameter_is_not_needed_but_what_the_body_uses_is():
    needed = needed_by(parse("f(x) > 0"), definitions("f(y) = y * w"), Space({}, {}, ()))
    assert needed == {"x", "w"}


def test_a_name_needs_its_ends_sizes_and_formula():
    space = Space(
        {"x": Values(sizes=(parse("n"),), high=parse("top"))}, {"z": parse("x + shift")}, ()
    )
    assert closed({"z"}, space) == {"z", "x", "shift", "n", "top"}


@pytest.mark.parametrize(
    ("needed", "all_needed"),
    [({"x"}, {"x", "y", "low", "z"}), ({"w"}, {"w"}), ({"z"}, {"x", "y", "low", "z"})],
)
def test_what_conditions_tie_to_a_name_is_needed_too(needed, all_needed):
    space = Space(
        dict.fromkeys("xyzw", Values()),
        {"low": parse("z + 1")},
        (parse("x < y"), parse("low <= y"), parse("w < π")),
    )
    assert tied(needed, space) == all_needed


@pytest.mark.parametrize(("needed", "left"), [({"x"}, ["x > 0"]), ({"x", "y"}, ["x > 0", "x < y"])])
def test_conditions_about_what_is_not_needed_are_left_out(needed, left):
    space = Space({"x": Values(), "y": Values()}, {}, (parse("x > 0"), parse("x < y")))
    found = narrowed(space, needed)
    assert {*found.variables} == needed
    assert [render(each) for each in found.conditions] == left
