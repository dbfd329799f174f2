import pytest

from pv.binding.model import Bound
from pv.checks.reading.definitions import definition_in, known_of
from pv.claims import parse, render


def test_a_formula_is_known_by_its_own_name_and_by_its_equations(contract):
    known = known_of(
        contract("""\
equations: {softplus: {formula: "s(x) = log(1 + exp(x))", domain: "x in R"}}
""")
    )
    assert {name: each.parameters for name, each in known.definitions.items()} == {
        "s": ("x",),
        "softplus": ("x",),
    }
    assert known.equation_of["softplus"].id == "softplus"
    assert known.heads == {"softplus": frozenset({"s", "softplus"})}


def test_the_first_equation_that_defines_a_name_keeps_it(contract):
    known = known_of(
        contract("""\
equations:
  first: {formula: "f(x) = x + 1", domain: "x in R"}
  second: {formula: "f(x) = x + 2", domain: "x in R"}
""")
    )
    assert render(known.definitions["f"].body) == "x + 1"
    assert render(known.own["second"]["f"].body) == "x + 2"


def test_functions_below_where_are_known_too_and_values_are_not(contract):
    known = known_of(
        contract("""\
equations:
  scaled: {formula: "f(x) = g(x) * c where g(y) = y^2, c = 3", domain: "x in R"}
""")
    )
    assert "g" in known.definitions
    assert "c" not in known.definitions
    assert known.definitions["scaled"].parameters == ("x",)
    assert known.definitions["scaled"].body == known.definitions["f"].body


def test_preconditions_are_conditions_of_the_space(contract):
    known = known_of(
        contract("""\
equations:
  root:
    formula: f(x) = sqrt(x)
    domain: x in R
    preconditions: ["x >= 0", "the caller is careful"]
""")
    )
    assert [render(each) for each in known.spaces["root"].conditions] == ["x >= 0"]


def test_a_function_whose_formula_is_prose_is_still_callable_when_it_is_bound(contract):
    read = contract("""\
equations: {gelu: {formula: "GELU(x) = x * Phi(x) where Phi is the usual thing", domain: "x in R"}}
""")
    assert "GELU" not in known_of(read).definitions
    known = known_of(read, {"gelu": Bound("code:gelu")})
    assert known.definitions["GELU"].parameters == ("x",)
    assert known.heads["gelu"] == {"GELU", "gelu"}


@pytest.mark.parametrize(
    ("text", "name", "indices"),
    [
        ("f(x) = x + 1", "f", ()),
        ("y_i = max(0, x_i)", "y", ("i",)),
        ("c = 3", "c", ()),
    ],
)
def test_a_statement_defines_a_name(text, name, indices):
    found = definition_in(parse(text))
    assert (found.name, found.indices) == (name, indices)


@pytest.mark.parametrize("text", ["c = c + 1", "f(x) > 0"])
def test_a_value_made_of_itself_and_an_order_define_nothing(text):
    assert definition_in(parse(text)) is None


@pytest.mark.parametrize(
    ("formula", "defined"),
    [
        ("f(x) = 1, x >= 0; f(x) = 0, x < 0", set()),
        ("f(x) = x + 1; g(x) = x; f(x) = x + 2", {"g"}),
        ("R(x)_0 = 1; R(x)_i = x_i", set()),
        ("C_{ij} = A_{ij}, C_{ii} = 0", set()),
        ("f(x) = x where x >= 0", set()),
        ("f(x) = x where x in [0, 1]", set()),
        ("f(x) = x * c where c = 3", {"f"}),
        ("y = f(x) = x^2; f(x) = x + 1", {"y"}),
        ("f(x) = x << 2", set()),
        ("R(x)_{2k} = x_{2k}, R(x)_{2k+1} = Σ_{k=0}^{2} x_{2k+1}", set()),
        ("y = f(x) = x^2", {"y", "f"}),
    ],
)
def test_what_is_defined_twice_or_under_a_condition_is_not_defined(contract, formula, defined):
    read = contract(f"""\
equations: {{e: {{formula: "{formula}", domain: "x in R"}}}}
""")
    assert {*known_of(read).own.get("e", {})} == defined


def test_an_equation_of_two_functions_is_named_after_neither(contract):
    read = contract("""\
equations: {kernel: {formula: "d(x, y) = x - y; k(x, y) = exp(-d(x, y))", domain: "x, y in R"}}
""")
    assert {*known_of(read).definitions} == {"d", "k"}


def test_a_value_that_is_called_takes_its_arguments_in_the_order_of_its_domain(contract):
    read = contract("""\
equations: {gap: {formula: "D = a - b", domain: "a in R, b in R"}}
proof_obligations: [{id: O-1, type: invariant, property: p, formal: "D(b, a) = b - a"}]
""")
    assert known_of(read).definitions["D"].parameters == ("a", "b")
