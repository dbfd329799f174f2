"""Claims as z3 terms: the same values as by evaluating, and proofs for all integers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pv.claims import EvaluationError, Fault, compile_expression, definition_of, parse

z3_terms = pytest.importorskip("pv.claims.smt.terms", reason="needs the extra `symbolic`")

from pv.claims.smt.encode_integers import z3_term  # noqa: E402 - behind the test for z3
from tests.pv.claims.trees import EXPRESSIONS, SCOPE  # noqa: E402


def tree(text):
    found = parse(text)
    assert not isinstance(found, Fault), found
    return found


def with_values(term, values):
    """Return the value that a term has, or that it is not defined."""
    given = [(z3_terms.z3.Int(name), z3_terms.z3.IntVal(value)) for name, value in values.items()]
    defined, value = (
        z3_terms.z3.simplify(z3_terms.z3.substitute(each, *given))
        for each in (term.defined, term.value)
    )
    if z3_terms.z3.is_false(defined):
        return "no value"
    assert z3_terms.z3.is_true(defined)
    return z3_terms._plain(value)


def evaluated(claim, values):
    try:
        return compile_expression(claim)(values)
    except EvaluationError:
        return "no value"


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS, st.fixed_dictionaries({name: st.integers(-7, 7) for name in SCOPE}))
def test_a_term_has_the_value_that_evaluating_gives(claim, values):
    term = z3_term(claim, {name: z3_terms.variable(name) for name in SCOPE})
    found = with_values(term, values)
    wanted = evaluated(claim, values)
    assert found == wanted
    assert type(found) is type(wanted)


@given(st.integers(-40, 40), st.integers(-6, 6))
def test_division_rounds_as_pythons_does(a, b):
    unknown = {"a": z3_terms.variable("a"), "b": z3_terms.variable("b")}
    for text in ("a // b", "a % b", "floor(a / b)", "ceil(a / b)", f"a // ({b})", f"a % ({b})"):
        wanted = evaluated(tree(text), {"a": a, "b": b})
        assert with_values(z3_term(tree(text), unknown), {"a": a, "b": b}) == wanted


def proved(text, definitions=(), premise="true", booleans=()):
    """Return whether a claim has no counterexample, and the counterexample."""
    names = {name: z3_terms.variable(name, boolean=name in booleans) for name in "abnpqxy"}
    defined = [definition_of(tree(each)) for each in definitions]
    claim = z3_terms.holds(z3_term(tree(text), names, defined))
    assumed = z3_terms.holds(z3_term(tree(premise), names, defined))
    found = z3_terms.solve([assumed, z3_terms.negation(claim)], seconds=20)
    return found.none, found.values


@pytest.mark.parametrize(
    ("text", "premise"),
    [
        ("min(a, b) <= a and min(a, b) <= b", "true"),
        ("a % 2 = 0 or a % 2 = 1", "true"),
        ("(a // n) * n + a % n = a", "n != 0"),
        ("ceil(a / 256) * 256 >= a > (ceil(a / 256) - 1) * 256", "true"),
        ("|a + b| <= |a| + |b|", "true"),
        ("max(a, b) + min(a, b) = a + b", "true"),
        ("(a if a > b else b) = max(a, b)", "true"),
        ("forall x in ℤ: x^2 >= 0", "true"),
        ("exists x in ℕ: x > a", "true"),
        ("forall x in 0..a: x <= b", "a < b"),
        ("a in [0, b) and b in (a, 10] implies a < 10", "true"),
        ("f(g) = n where f(t) = t + g, g = 0", "n = 0"),
        ("Σ_{i=1}^{4} i * a = 10 * a", "true"),
        ("n != 0 implies a // n = a // n", "true"),
        ("a // n >= 0 or n = 0 or a // n < 0", "n != 0"),
        ("a > 0.5", "a >= 1"),
    ],
    ids=str,
)
def test_a_law_of_all_integers_is_proved(text, premise):
    assert proved(text, premise=premise) == (True, None)


@pytest.mark.parametrize(
    ("text", "premise"),
    [
        ("a // n = a // n", "true"),  # at n = 0 there is no value
        ("a % n < n", "n != 0"),
        ("(0 - a) // n = 0 - (a // n)", "n > 0"),
        ("a <= 10^40", "true"),
        ("forall x in ℤ: x > a", "true"),
        ("forall x in 0..a: x <= b", "a <= b + 1 and a >= 0"),
    ],
    ids=str,
)
def test_what_is_false_somewhere_has_a_counterexample(text, premise):
    holds, values = proved(text, premise=premise)
    assert not holds
    chosen = dict.fromkeys("abnxy", 0) | dict(values)
    assert evaluated(tree(premise), chosen) is True
    if "ℤ" not in text:
        assert evaluated(tree(text), chosen) in (False, "no value")


def test_truth_values_are_terms_too():
    assert proved("not (p and q) iff (not p or not q)", booleans="pq")[0]
    assert proved("(p xor q) iff p != q", booleans="pq")[0]
    assert proved("p in bool and forall x in bool: x or not x", booleans="p")[0]
    assert not proved("p implies q", booleans="pq")[0]


def test_definitions_are_written_out_and_see_what_stood_around_them():
    definitions = ("f(x) = x + n", "g(x) = f(f(x))", "twice = 2 * a")
    assert proved("g(a) = a + 2 * n and twice = a + a", definitions)[0]
    assert proved("forall n in 1..3: f(0) = n", definitions, premise="n = 1")[0] is False
    assert proved("forall n in ℤ: f(a) - a = f(0)", definitions)[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a / b = 1", "floor"), ("a * 0.5 < 1", "decimals"), ("sqrt(a) < 1", "sqrt"),
        ("a^b > 0", "exponent"), ('"x" = "y"', "string"), ("true < 1", "truth value"),
        ("a + (a = b) = 1", "decimals"), ("a and b", "number"), ("r(1) = 1", "itself"),
        ("Σ_{i=1}^{n} i > 0", "written out"), ("unheard = 1", "unheard"),
        ("x_i > 0 for all i", "runs over nothing"), ("a in ℚ", "ℚ"),
        ("argmax_{i in 1..3}(i) = 3", "argmax"),
        ("e1(a) > 0", "terms when it is written out"),
    ],
    ids=str,
)  # fmt: skip
def test_what_has_no_term_says_why(text, said):
    doubling = [f"e{n}(x) = e{n + 1}(x) + e{n + 1}(x + 1)" for n in range(1, 20)]
    with pytest.raises(z3_terms.NoTerm, match=said):
        proved(text, ("r(x) = r(x - 1)", *doubling, "e20(x) = x"))


def test_a_search_without_an_answer_says_so():
    x, y, n = (z3_terms.variable(name) for name in "xyn")
    hard = z3_term(
        tree("x^3 + y^3 + n^3 = 114 and |x| + |y| + |n| > 9^9"), {"x": x, "y": y, "n": n}
    )
    found = z3_terms.solve([z3_terms.holds(hard)], seconds=0.2)
    assert found.values is None
    assert not found.none
    assert "gave up" in found.reason


@pytest.mark.parametrize(
    "text", ["Σ_{i in {a, b}} 7 = 14", "sum({a, b}) = a + b", "max({a, b}) = a"]
)
def test_members_of_a_set_that_may_be_one_are_not_added_up(text):
    names = {"a": z3_terms.variable("a"), "b": z3_terms.variable("b")}
    with pytest.raises(z3_terms.NoTerm, match="may be one"):
        z3_term(tree(text), names)


def test_a_set_has_each_member_once_in_a_sum():
    assert proved("Σ_{i in {2, 2, 3}} i * a = 5 * a")[0]
