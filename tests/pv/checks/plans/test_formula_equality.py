from pv.checks.model import Formulas
from pv.checks.plans.formula_equality import plan_equalities
from pv.checks.reading.executability import ROUNDING
from pv.evidence.verdict import Verdict

TEXT = """\
equations: {square: {formula: "f(x) = x^2", domain: "x in R"}}
"""


def test_an_implementation_must_equal_its_formula_in_each_type(contract, binding):
    bound = binding(
        {"square": "code:square"}, "def square(x): return x\n", ", dtype: [float64, float16]"
    )
    found = list(plan_equalities(contract(TEXT), [bound]))
    assert [(check.id, check.variant) for check in found] == [
        ("kernel-v1/square/equals-formula", "float64"),
        ("kernel-v1/square/equals-formula", "float16"),
    ]
    for check, dtype in zip(found, ("float64", "float16"), strict=True):
        assert isinstance(check.plan, Formulas)
        assert check.plan.claim == "implementation(x) = f(x)"
        assert {*check.plan.functions} == {"implementation"}
        assert (check.plan.dtype, check.plan.tolerance) == (dtype, ROUNDING[dtype])


def test_an_equation_says_how_far_code_may_be_from_it(contract, binding):
    stated = TEXT.replace('R"}', 'R", tolerance: {float16: {abs: 0.5}}}')
    bound = binding(
        {"square": "code:square"}, "def square(x): return x\n", ", dtype: [float64, float16]"
    )
    wide, narrow = plan_equalities(contract(stated), [bound])
    assert wide.plan.tolerance == ROUNDING["float64"]
    assert (narrow.plan.tolerance.absolute, narrow.plan.tolerance.relative) == (0.5, 0.0)


def test_a_constant_needs_arguments_in_its_binding(contract, binding):
    read = contract('equations: {ratio: {formula: "c = a / b", domain: "a in R, b in R"}}\n')
    (check,) = plan_equalities(
        read, [binding({"ratio": "code:ratio"}, "def ratio(a, b): return a\n")]
    )
    assert check.plan.verdict is Verdict.UNBOUND
    assert check.plan.reason == "`c` has no parameters; name its `arguments` in the binding"


def test_the_implementation_has_no_formula_of_its_own_and_the_formula_keeps_its_functions(
    contract, binding
):
    read = contract("""\
equations:
  outer: {formula: "f(x) = g(x) + 1", domain: "x in R"}
  inner: {formula: "g(x) = 2 * x", domain: "x in R"}
""")
    bound = binding({"outer": "code:f"}, "def f(x): return x\n")
    (check,) = plan_equalities(read, [bound])
    assert [each.name for each in check.plan.definitions] == ["f", "g"]
    assert check.subject == "code:f"


def test_an_equation_that_states_no_definition_has_nothing_to_equal(contract, binding):
    read = contract('equations: {square: {formula: "f(x) > 0", domain: "x in R"}}\n')
    assert (
        list(plan_equalities(read, [binding({"square": "code:f"}, "def f(x): return x\n")])) == []
    )


def test_code_that_is_not_there_is_an_error(contract, binding):
    (check,) = plan_equalities(
        contract(TEXT), [binding({"square": "code:g"}, "def f(x): return x\n")]
    )
    assert check.plan.verdict is Verdict.ERROR


def test_an_index_that_counts_nothing_is_told(contract, binding):
    read = contract('equations: {e: {formula: "y(x)_i = i", domain: "x in R^n"}}\n')
    (check,) = plan_equalities(read, [binding({"e": "code:f"}, "def f(x): return x\n")])
    assert check.plan.verdict is Verdict.UNKNOWN
