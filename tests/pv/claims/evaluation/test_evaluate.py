import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pv.claims import EvaluationError, Fault, Tolerance, compile_expression, parse, render
from pv.claims.evaluation.arrays.arithmetic import close
from pv.claims.evaluation.scalars.equality import equal

LOG = "step 1\n[SMOKE] 10 steps in 1.25s\n[SMOKE] end\n"
SCOPE = {
    "x": 3, "y": 2.5, "flag": True, "none": None, "text": LOG, "xs": (3, 1, 2),
    "record": {"a": 1, "b c": {"d": 2}}, "nan": math.nan,
}  # fmt: skip


def value(text, functions=None, tolerance=None, scope=SCOPE):
    tree = parse(text)
    assert not isinstance(tree, Fault), tree
    return compile_expression(tree, functions, tolerance or Tolerance())(scope)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7), ("7 // 2", 3), ("7 / 2", 3.5), ("-7 % 3", 2), ("2^10", 1024),
        ("-2^2", -4), ("1 < 2 < 3", True), ("3 > 2 > 2", False), ("3 >= 3 > 2", True),
        ("1 < 1", False), ("1 <= 1", True), ("x = 3.0", True), ("x != 3", False),
        ("true = 1", False), ('"1" = 1', False), ("none = null", True), ("nan = nan", False),
        ("0.1 + 0.2 = 0.3", False), ("not flag or x = 3", True), ("flag xor true", False),
        ("flag iff x = 3", True), ("false implies 1 / 0 = 1", True), ("x = 3 implies false", False),
        ("x in 1..3", True), ("4 in 1..3", False), ("2.5 in 1..3", False), ("x in {1, 2}", False),
        ("x not in {1, 2}", True), ("0 in (0, 1]", False), ("0 in [0, 1]", True),
        ("1 in [0, 1)", False), ('"a" in record', True), ('"d" not in record', True),
        ("x if flag else y", 3), ("|0 - y|", 2.5), ("min(x, y)", 2.5), ("max(xs)", 3),
        ("sum(xs)", 6), ("count(xs)", 3), ("xs[1]", 1), ("record.a", 1),
        ('record["b c"].d', 2), ("keys(record)", ("a", "b c")), ("length(lines(text))", 3),
        (r'count(matches(text, "^\\[SMOKE\\] "))', 2), (r'matches(text, "(\\d+) steps")', ("10",)),
        (r'number(capture(text, "in ([\\d.]+)s$"))', 1.25), ('number("007")', 7),
        ('contains(text, "SMOKE")', True), ('starts_with(text, "step")', True),
        ('ends_with(text, "x")', False), ("round(2.5)", 2), ("floor(2.9)", 2), ("ceil(2.1)", 3),
        ("sqrt(9)", 3.0), ("is_finite(inf)", False), ("exp(0) + log(1)", 1.0), ("sum(1..4)", 10),
        ("abs(0 - 3)", 3),
    ],
    ids=str,
)  # fmt: skip
def test_a_claim_has_the_value(text, expected):
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "tolerance", "holds"),
    [
        ("y = 2.6", Tolerance(absolute=0.11), True), ("y = 2.6", Tolerance(absolute=0.09), False),
        ("y = 2.6", Tolerance(relative=0.05), True), ("y = 2.6", Tolerance(relative=0.03), False),
        ("0.1 + 0.2 = 0.3", Tolerance(ulp=1), True), ("y < 2.5", Tolerance(absolute=1), False),
        ("x = 4", Tolerance(absolute=9), False), ("inf = 1.0", Tolerance(relative=9), False),
        ("(y, 1) = (2.6, 1)", Tolerance(absolute=0.2), True),
    ],
)  # fmt: skip
def test_reals_are_equal_within_the_tolerance_and_integers_exactly(text, tolerance, holds):
    assert value(text, tolerance=tolerance) is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 / 0", "division"), ("record.z", "there is no `z`; there is a, b c"),
        ("none.a", "null"), ("xs[9]", "cannot be looked up"), ("x and flag", "truth value"),
        ('"a" < 1', "no order"), ('capture(text, "(z)")', "nothing in the text matches"),
        ('capture(text, "z")', "exactly one group"), ('matches(text, "(")', "regular expression"),
        ("9^9^9^9", "bits"), ("sum(1..999999999)", "at most"), ("sqrt(0 - 1)", "math domain"),
        ('number("x")', "could not convert"), ('number("1_0")', "is no number"),
        ("log(0)", "math domain"),
        ('"ab" * 999', "multiplied"),
        ("(0 - 8)^0.5", "not real"), ("unknown = 1", "has no value"),
    ],
    ids=str,
)  # fmt: skip
def test_what_has_no_value_says_why(text, said):
    with pytest.raises(EvaluationError, match=said):
        value(text)


def refuse(n):
    if n < 1:
        raise ValueError("0 steps requested")
    return n


def test_raises_holds_only_for_the_implementations_own_exception():
    functions = {"refuse": refuse}
    assert value('raises(refuse(0), "0 steps")', functions) is True
    assert value('raises(refuse(0), "other")', functions) is False
    assert value('raises(refuse(1), "0 steps")', functions) is False
    with pytest.raises(EvaluationError):
        value('raises(refuse(1 / 0), "division")', functions)


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        ("ValueError", True), ("Exception", True), ("KeyError", False), ('ValueError, "0"', True),
        ('ValueError, "other"', False), ('KeyError, "0"', False), ("Value", False),
    ],
)  # fmt: skip
def test_raises_may_say_of_what_class_an_exception_is(wanted, holds):
    assert value(f"raises(refuse(0), {wanted})", {"refuse": refuse}) is holds
    assert value(f"raises(refuse(1), {wanted})", {"refuse": refuse}) is False


@pytest.mark.parametrize("wanted", ["OSError", "IOError", "EnvironmentError", "FileNotFoundError"])
def test_a_class_of_exceptions_may_have_several_names(wanted):
    def absent(_):
        raise FileNotFoundError("no")

    assert value(f"raises(f(0), {wanted})", {"f": absent}) is True


def test_what_is_raised_from_another_exception_is_itself():
    def raised_from(_):
        raise ValueError("bad") from SystemExit(2)

    assert value("raises(f(0), ValueError)", {"f": raised_from}) is True
    assert value("raises(f(0), SystemExit)", {"f": raised_from}) is False


@pytest.mark.parametrize("call", ["matches(text, {})", "capture(text, {})", "raises(no(0), {})"])
def test_a_bad_pattern_is_told_by_pv_alone(call, capfd):
    bad = f"(?=::error ::{call.partition('(')[0]}"  # each is compiled once in a process
    with pytest.raises(EvaluationError, match="is not a regular expression: invalid perl"):
        value(call.format(f'"{bad}"'), {"no": refuse})
    assert capfd.readouterr() == ("", "")


def test_an_objects_attributes_are_out_of_reach():
    with pytest.raises(EvaluationError):
        value("s.upper", scope={"s": "text"})
    with pytest.raises(EvaluationError):
        value("r.keys", scope={"r": {}})


NUMBERS = st.integers(-9, 9)


@st.composite
def arithmetic(draw, depth=4):
    """An expression as text with all its brackets, and as Python."""
    if depth == 0 or draw(st.booleans()):
        return str(abs(draw(NUMBERS)))
    left, right = draw(arithmetic(depth=depth - 1)), draw(arithmetic(depth=depth - 1))
    return f"({left} {draw(st.sampled_from('+-*'))} {right})"


@given(arithmetic())
def test_values_are_pythons_and_rendering_keeps_them(text):
    expected = eval(text)
    assert value(text) == expected
    assert value(render(parse(text))) == expected


@pytest.mark.parametrize(
    ("dtype", "apart"),
    [("float64", 2**-52), ("float32", 2**-23), ("float16", 2**-10), ("bfloat16", 2**-7)],
)
def test_units_in_the_last_place_are_those_of_the_type(dtype, apart):
    two = Tolerance(ulp=2, dtype=dtype)
    assert equal(1.0, 1.0 + 2 * apart, two)
    assert not equal(1.0, 1.0 + 3 * apart, two)
    ones = np.ones(3)
    assert np.all(close(ones, ones + 2 * apart, two))
    assert not np.any(close(ones, ones + 3 * apart, two))
    least = {"float64": -1074, "float32": -149, "float16": -24, "bfloat16": -133}[dtype]
    assert equal(0.0, 2 * 2.0**least, two)
    assert not equal(0.0, 3 * 2.0**least, two)
