"""Checks of schedule-v1.yaml, by `pv generate`: change the contract, not this.

Made from 9f7df7141c4fb7a46849f78c827b88fcc49213d77015008960b83060f673edcf.

Not here, because nothing could be run:
  SCH-INV-002: PROSE: schedule-v1.yaml:25:17: the claim could end before `schedule`, which
    does not continue it; put an operator before it, or end the text here
"""

import pytest
from pv.testing import Bench, bound, code_below, counterexample, formula, run, survives, values

with code_below("."):
    from planned.rule import counted


@pytest.fixture(scope="module")
def bench():
    """Run the systems of planned."""
    with Bench("bindings/planned.yaml") as opened:
        yield opened


OVER_STEP_STEPS = {
    "step": values(whole=True, low="0", high="1000000"),
    "steps": values(whole=True, low="1", high="1000000"),
}
FORMULAS_OF_WARMUP = [formula("warmup", ["step", "steps"], "min(step / steps, 1)", axes=(0, 0))]
OVER_LIMIT_PLANNED = {"limit": "1..9", "planned": "1..9"}
OVER_X_N = {
    "x": values(low="-50", high="50", sizes=["n"]),
    "n": values(whole=True, low="1", high="12"),
}
FORMULAS_OF_SOFTMAX = [
    formula("softmax", ["x"], "exp(x - max(x)) / sum(exp(x - max(x)))", axes=(1,))
]
OVER_LIMIT_PLANNED_2 = {
    "limit": values(whole=True, low="1", high="9"),
    "planned": values(whole=True, low="1", high="9"),
}
FORMULAS_OF_COUNTED = [formula("counted", ["limit", "planned"], "min(limit, planned)", axes=(0, 0))]


@pytest.mark.experiment
def test_ft_sch_001(bench):
    """The program counts as its function does

    If it fails: Look at how the environment is read.
    """
    bench.survives(
        [run("counter", environment={"LIMIT": "{limit}"})],
        given={"limit": "1..9"},
        cases=2,
        expect=["exit_code = 0", 'number(capture(stdout, "^counted (\\\\d+)$")) = limit'],
    )


def test_ft_sch_002():
    """A warm-up never goes back

    If it fails: Look at the clamp.
    """
    survives(
        "step < steps implies warmup(step, steps) <= warmup(step + 1, steps)",
        over=OVER_STEP_STEPS,
        formulas=FORMULAS_OF_WARMUP,
        calls={"warmup": bound("planned.rule:warmup")},
        root=".",
        tolerance={"absolute": 1e-09, "relative": 1e-07},
    )


def test_ft_sch_003():
    """Zero is refused too

    If it fails: Look at the guard.
    """
    survives(
        'raises(counted(0 * limit, planned), "limit")',
        over=OVER_LIMIT_PLANNED,
        calls={"counted": bound("planned.rule:counted")},
        root=".",
    )


def test_warmup_codomain():
    """[0, 1]"""
    survives(
        "warmup(step, steps) in [0, 1]",
        over=OVER_STEP_STEPS,
        formulas=FORMULAS_OF_WARMUP,
        calls={"warmup": bound("planned.rule:warmup")},
        root=".",
        tolerance={"absolute": 1e-09, "relative": 1e-07},
    )


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
def test_softmax_invariant_1(dtype, tolerance):
    """sum(softmax(x)) = 1"""
    survives(
        "sum(softmax(x)) = 1",
        over=OVER_X_N,
        formulas=FORMULAS_OF_SOFTMAX,
        calls={"softmax": bound("planned.rule:softmax", dtype=dtype)},
        root=".",
        dtype=dtype,
        tolerance=tolerance,
    )


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
def test_softmax_invariant_2(dtype, tolerance):
    """n > 1 implies max(softmax(x)) < 1.1"""
    survives(
        "n > 1 implies max(softmax(x)) < 1.1",
        over=OVER_X_N,
        formulas=FORMULAS_OF_SOFTMAX,
        calls={"softmax": bound("planned.rule:softmax", dtype=dtype)},
        root=".",
        dtype=dtype,
        tolerance=tolerance,
    )


def test_counted_equals_formula():
    """counted(limit, planned) = min(limit, planned)"""
    survives(
        "implementation(limit, planned) = counted(limit, planned)",
        over=OVER_LIMIT_PLANNED_2,
        formulas=FORMULAS_OF_COUNTED,
        calls={"implementation": bound("planned.rule:counted")},
        root=".",
        tolerance={"absolute": 1e-09, "relative": 1e-07},
    )


def test_warmup_equals_formula():
    """warmup(step, steps) = min(step / steps, 1)"""
    survives(
        "implementation(step, steps) = warmup(step, steps)",
        over=OVER_STEP_STEPS,
        formulas=FORMULAS_OF_WARMUP,
        calls={"implementation": bound("planned.rule:warmup")},
        root=".",
        tolerance={"absolute": 1e-09, "relative": 1e-07},
    )


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [
        ("float64", {"absolute": 1e-09, "relative": 1e-07}),
        ("float32", {"absolute": 1e-05, "relative": 0.0001}),
    ],
)
def test_softmax_equals_formula(dtype, tolerance):
    """softmax(x) = exp(x - max(x)) / sum(exp(x - max(x)))"""
    survives(
        "implementation(x) = softmax(x)",
        over=OVER_X_N,
        formulas=FORMULAS_OF_SOFTMAX,
        calls={"implementation": bound("planned.rule:softmax", dtype=dtype)},
        root=".",
        dtype=dtype,
        tolerance=tolerance,
    )


def test_sch_inv_001():
    """The count stops at the limit"""
    survives(
        "counted(limit, planned) = min(limit, planned)",
        over=OVER_LIMIT_PLANNED,
        calls={"counted": bound("planned.rule:counted")},
        root=".",
    )


def test_sch_pre_003():
    """A negative limit is refused"""
    survives(
        'raises(counted(-limit, planned), "limit")',
        over=OVER_LIMIT_PLANNED,
        calls={"counted": bound("planned.rule:counted")},
        root=".",
    )


def verify_sym_sch_001(limit: int, planned: int) -> bool:
    """Claim: counted(limit, planned) = min(limit, planned)

    pre: 1 <= limit <= 9
    pre: 1 <= planned <= 9
    post: __return__
    """
    return counted(limit, planned) == min(limit, planned)


@pytest.mark.symbolic
def test_sym_sch_001_symbolically():
    """No path of the code contradicts SYM-SCH-001 (CrossHair, within 10 s)."""
    assert counterexample(verify_sym_sch_001, seconds=10) is None
