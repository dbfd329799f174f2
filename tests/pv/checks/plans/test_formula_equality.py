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


def test_a_constant_needs_arguments_in_its_binding(contract, binding):
    read = contract('equations: {ratio: {formula: "c = a / b", domain: "a in R, b in R"}}\n')
    (check,) = plan_equalities(
        read, [binding({"ratio": "code:ratio"}, "def ratio(a, b): return a\n")]
    )
    assert check.plan.verdict is Verdict.UNBOUND
    assert check.plan.reason == "`c` has no parameters; name its `arguments` in the binding"
