"""The formula of a bound equation that defines nothing is a claim about what is bound."""

import pytest

from pv.checks.model import Formulas
from pv.checks.plans.bound_code import plan_properties

BOUND = "def double(x): return 2 * x\n"


def planned(contract, binding, formula):
    text = f'equations: {{double: {{formula: "{formula}", domain: "x ∈ [0, 9]^n, n in 1..5"}}}}\n'
    return [*plan_properties(contract(text), [binding({"double": "code:double"}, BOUND)])]


@pytest.mark.parametrize(
    "formula",
    [
        "double(x)_i = 2 * x_i for all i in 0..n-1", "∀ i: double(x)_i >= x_i",
        "double(2 * x) = 2 * double(x)", "double(x) >= x, double(x) <= 2 * x",
    ],
)  # fmt: skip
def test_a_law_is_held_against_the_code(contract, binding, formula):
    (check,) = planned(contract, binding, formula)
    assert (check.id, type(check.plan)) == ("kernel-v1/double/formula", Formulas)
    assert {*check.plan.functions} == {"double"}


@pytest.mark.parametrize("formula", ["double(x)_i = 2 * x_i", "double(x) = 2 * x"])
def test_a_definition_is_compared_and_is_no_law(contract, binding, formula):
    assert [each.id for each in planned(contract, binding, formula)] == [
        "kernel-v1/double/equals-formula"
    ]


@pytest.mark.parametrize("formula", ["double(x)", "double(x) is twice x", "y >= a x + b"])
def test_what_says_nothing_of_a_function_is_no_law(contract, binding, formula):
    assert planned(contract, binding, formula) == []


def test_where_nothing_is_bound_a_law_is_none_of_code(contract):
    text = 'equations: {double: {formula: "double(2 * x) = 2 * double(x)", domain: "x in R"}}\n'
    assert [*plan_properties(contract(text), [])] == []
