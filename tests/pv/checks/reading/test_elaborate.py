import pytest

from pv.checks.reading.claims import claims_of
from pv.checks.reading.definitions import known_of
from pv.checks.reading.elaborate import (
    about_the_formula,
    broadcast_right_side,
    call_bare_functions,
    lift_quantifiers,
    restrict_to_premise,
    with_epsilon,
)  # fmt: skip
from pv.claims import Tolerance, parse, read_field, render
from pv.claims.domains.read_space import space_of
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve

SPACE = space_of(read_field("domain", "x in R, γ in [0, 9], v in R^n"))


def tree(text, *more):
    known = {"x", "c", "v", "n", "γ", "α", "f", "g", *more}
    return resolve(parse(text), known | FUNCTIONS, FUNCTIONS)


@pytest.mark.parametrize(
    ("formula", "codomain", "claim"),
    [
        ("f(x) = x^2", "[0, 1]", "f(x) in [0, 1]"), ("c = 2", "{1, 2}", "c in {1, 2}"),
        ("f(x) = x^2", "f >= 0", "f(x) >= 0"), ("f(x) = x^2", "x > 0", "x > 0"),
        ("it is a line", "[0, 1]", "[0, 1]"),
    ],
)  # fmt: skip
def test_a_codomain_is_about_the_formula_of_its_equation(contract, formula, codomain, claim):
    read = contract(
        f'equations: {{e: {{formula: "{formula}", domain: "x in R", codomain: "{codomain}"}}}}\n'
    )
    (only,) = (each for each in claims_of(read) if each.field == "codomain")
    (said,) = read_field("codomain", codomain)
    assert render(about_the_formula(said, only, known_of(read))) == claim


@pytest.mark.parametrize(
    ("text", "tolerance", "claim"),
    [
        ("x < ε", Tolerance(0.5), "x < 0.5"), ("x < eps + epsilon", Tolerance(2), "x < 2 + 2"),
        ("x < ε", None, "x < ε"), ("x < ε", Tolerance(relative=0.5), "x < ε"),
    ],
)  # fmt: skip
def test_epsilon_is_the_tolerance_if_there_is_an_absolute_one(text, tolerance, claim):
    assert render(with_epsilon(tree(text, "ε", "eps", "epsilon"), tolerance, SPACE)) == claim


def test_epsilon_that_is_a_variable_stays_one():
    own = space_of(read_field("domain", "ε in R"))
    assert render(with_epsilon(tree("ε > 0", "ε"), Tolerance(0.5), own)) == "ε > 0"


def test_the_bare_name_of_a_function_is_a_call_of_it(contract):
    known = known_of(contract('equations: {e: {formula: "g(x) = x", domain: "x in R"}}\n'))
    assert render(call_bare_functions(tree("g >= 0 and g(x) > 1 and c = 1"), known, SPACE)) == (
        "g(x) >= 0 and g(x) > 1 and c = 1"
    )
    assert render(call_bare_functions(tree("g >= 0"), known, SPACE, ("g",))) == "g >= 0"
    own = space_of(read_field("domain", "g in R"))
    assert render(call_bare_functions(tree("g >= 0"), known, own)) == "g >= 0"


@pytest.mark.parametrize(
    ("text", "claim", "drawn"),
    [
        ("forall c in [0, 1]: c < x", "c < x", {"c": "0"}),
        ("forall c in [0, 1]: forall α in [2, 3]: c < α", "c < α", {"c": "0", "α": "2"}),
        ("(forall c in [0, 1]: c < x) and (forall α in [2, 3]: α > x)", "c < x and α > x",
         {"c": "0", "α": "2"}),
        ("forall i: v_i > 0", "forall i: v_i > 0", {}),
        ("forall i in 0..2: v[i] > 0", "forall i in 0..2: v_{i} > 0", {}),
        ("exists c in [0, 1]: c < x", "exists c in [0, 1]: c < x", {}),
        ("forall x: x > c", "x > c", {}),
    ],
)  # fmt: skip
def test_the_variables_of_leading_quantifiers_are_drawn(text, claim, drawn):
    found, space = lift_quantifiers(tree(text, "i"), SPACE, {"x", "v"})
    assert render(found) in {claim, claim.replace("v_{i}", "v[i]").replace("v_i", "v_{i}")}
    new = {name: each for name, each in space.variables.items() if name not in SPACE.variables}
    assert {name: render(each.low) for name, each in new.items()} == drawn


def test_a_condition_of_what_is_drawn_is_a_premise():
    (said,) = read_field("formal", "α * x / α = x for α ≠ 0")
    found, space = lift_quantifiers(said, SPACE, {"x"})
    assert render(found).startswith("α != 0 implies ")
    assert "α" in space.variables


def test_what_is_drawn_keeps_the_shape_that_it_is_declared_with():
    _, space = lift_quantifiers(tree("forall v in [0, 1]: sum(v) > 0"), SPACE, {"v"})
    assert (render(space.variables["v"].low), len(space.variables["v"].sizes)) == ("0", 1)


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("γ = 1 implies x > 0", {"γ": "1"}),
        ("γ = 1 and x = 2 implies c > 0", {"γ": "1", "x": "2"}),
        ("c = 1 implies x > 0", {}), ("γ > 1 implies x > 0", {}), ("γ = 1 and x > 0", {}),
        ("γ = 1 or x = 2 implies c > 0", {}), ("v = 0 implies x > 0", {"v": "0"}),
    ],
)  # fmt: skip
def test_what_a_premise_fixes_is_drawn_so(text, fixed):
    found = restrict_to_premise(tree(text), SPACE).variables
    listed = {name: each.listed for name, each in found.items() if each != SPACE.variables[name]}
    assert {name: render(*each) for name, each in listed.items()} == fixed
    assert found["v"].sizes == SPACE.variables["v"].sizes


def test_the_right_side_gets_the_shape_of_the_left():
    assert render(broadcast_right_side(tree("x + v = c and x < c"))) == (
        "x + v = c + 0 * (x + v) and x < c"
    )


def test_a_range_that_ends_at_what_code_returns_stays_in_the_claim():
    said = tree("forall k in 1..f(x): k < 3")
    found, space = lift_quantifiers(said, SPACE, {"f"})
    assert render(found) == render(said)
    assert "k" not in space.variables
