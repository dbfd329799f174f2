"""Python and LaTeX of a tree: the one computes what evaluating does, the other is well formed."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings

from pv.claims import Fault, compile_expression, parse, read_field, render
from pv.python_source import NoPython, identifier, python_source
from pv.report.readings.latex import latex
from tests.pv.claims.trees import DECLARED, EQUALITIES, EXPRESSIONS, SAID, SCOPE, outcome


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS)
def test_python_computes_what_the_evaluator_does(tree):
    source = python_source(tree)
    names = {"math": math, "np": np, **SCOPE}
    by_python = outcome(lambda: eval(source, names))
    assert by_python == outcome(lambda: compile_expression(tree)(SCOPE)), source


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS)
def test_a_rendered_tree_is_read_as_itself(tree):
    text = render(tree)
    again = parse(text)
    assert not isinstance(again, Fault), (text, again)
    assert render(again) == text
    assert outcome(lambda: compile_expression(again)(SCOPE)) == outcome(
        lambda: compile_expression(tree)(SCOPE)
    )


@settings(max_examples=400, deadline=None)
@given(EQUALITIES)
def test_an_equality_with_a_claim_is_read_as_itself(tree):
    again = parse(render(tree))
    assert not isinstance(again, Fault), (render(tree), again)
    assert render(again) == render(tree)
    scope = {**SCOPE, "ok": True}
    assert outcome(lambda: compile_expression(again)(scope)) == outcome(
        lambda: compile_expression(tree)(scope)
    )


@settings(max_examples=400, deadline=None)
@given(SAID)
def test_what_words_name_is_read_as_itself(tree):
    again = parse(render(tree))
    assert not isinstance(again, Fault), (render(tree), again)
    assert render(again) == render(tree)


@given(DECLARED)
def test_a_declaration_is_read_as_itself(tree):
    (again,) = read_field("domain", render(tree))
    assert render(again) == render(tree)
    assert again.operators == (":",)


@settings(max_examples=200, deadline=None)
@given(SAID)
def test_latex_of_what_words_name_is_balanced(tree):
    bare = latex(tree).replace(r"\{", "").replace(r"\}", "")
    assert bare.count("{") == bare.count("}")


@settings(max_examples=200, deadline=None)
@given(EXPRESSIONS)
def test_latex_is_balanced_and_has_no_double_subscripts(tree):
    source = latex(tree)
    bare = source.replace(r"\{", "").replace(r"\}", "")
    assert bare.count("{") == bare.count("}")
    assert source.count(r"\left(") == source.count(r"\right)")
    assert not re.search(r"\}_\{[^{}]*\}_\{", source)


@pytest.mark.parametrize(
    ("text", "python", "tex"),
    [
        ("a <= b and not c = 2", "a <= b and not c == 2", r"a \leq b \land \lnot c = 2"),
        ("x^2/3", "x ** 2 / 3", r"\frac{x^{2}}{3}"),
        ("a implies b < c", "not a or b < c", r"a \Rightarrow b < c"),
        ("|{a, b}| = 2", "len({a, b}) == 2", r"\lvert \{a, b\} \rvert = 2"),
        ("x in [0, 1)", "0 <= x < 1", r"x \in [0, 1)"),
        ("Σ_{i=1}^{n} i", "sum(i for i in range(1, n + 1))", r"\sum_{i=1}^{n} i"),
        ("∀ i in 0..3: i < n", "all(i < n for i in range(0, 3 + 1))",
         r"\forall i \in \{0, \dots, 3\} : i < n"),
        ("√(a + b)", "math.sqrt(a + b)", r"\sqrt{a + b}"),
        ("α' + ŷ", "α_prime + ŷ", r"\alpha' + \hat{y}"),
        ("y = a if c < 1 else b", "y == (a if c < 1 else b)",
         r"y = \begin{cases}a & \text{if } c < 1 \\ b & \text{otherwise}\end{cases}"),
        ("x = f(1) where f(t) = t + 2", "(lambda f: x == f(1))(lambda t: t + 2)",
         r"x = f\left(1\right) \quad\text{where } f\left(t\right) = t + 2"),
        ("steps_run(n) = d_k", "steps_run(n) == d_k", r"\mathrm{steps\_run}\left(n\right) = d_{k}"),
    ],
)  # fmt: skip
def test_renderings_read_as_if_written_by_hand(text, python, tex):
    tree = parse(text)
    assert (python_source(tree), latex(tree)) == (python, tex)


@pytest.mark.parametrize(
    "text", ["x ~ N(0, 1)", "x in ℝ", "∀ x in ℤ: x^2 >= x", "x_i > 0 for all i", "A ∩ B = C"]
)
def test_what_has_no_python_says_why(text):
    with pytest.raises(NoPython, match=r"\w"):
        python_source(parse(text))


def test_names_become_identifiers():
    assert [identifier(n) for n in ("x'", "r*", "lambda", "a::b")] == [
        "x_prime", "r_star", "lambda_", "a__b",
    ]  # fmt: skip
