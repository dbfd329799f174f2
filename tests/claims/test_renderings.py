"""Python and LaTeX of a tree: the one computes what evaluating does, the other is well formed."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pv.claims import EvaluationError, Fault, compile_expression, parse, render
from pv.claims.latex import latex
from pv.claims.python_source import NoPython, identifier, python_source
from pv.claims.tree import (
    Binary,
    Binder,
    Call,
    Comparison,
    Conditional,
    Interval,
    Name,
    Number,
    Range,
    Span,
    Unary,
    Variable,
)

HERE = Span(0, 0)
SCOPE = {"a": 3, "b": -2, "c": 5, "i": 1}


def number(draw_value):
    return Number(draw_value, HERE)


NUMBERS = st.one_of(
    st.integers(0, 6).map(number), st.sampled_from(sorted(SCOPE)).map(lambda n: Name(n, HERE))
)
VALUES = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.builds(Binary, st.sampled_from("+-*"), inner, inner, st.just(HERE)),
        st.builds(Binary, st.sampled_from(["//", "%"]), inner, inner, st.just(HERE)),
        st.builds(lambda x, n: Binary("^", x, n, HERE), inner, st.integers(0, 3).map(number)),
        st.builds(Unary, st.just("abs"), inner, st.just(HERE)),
        st.builds(lambda x: Unary("-", x, HERE), inner.filter(lambda n: not isinstance(n, Number))),
        st.builds(lambda x, y: Call("min", (x, y), HERE), inner, inner),
        st.builds(
            lambda low, x: Binder(
                "sum", (Variable("i", Range(low, number(3), HERE), HERE),), None, x, HERE
            ),
            st.integers(0, 3).map(number), inner,
        ),
    ),
    max_leaves=8,
)  # fmt: skip
WORDS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
CLAIMS = st.recursive(
    st.one_of(
        st.builds(lambda x, y, w: Comparison((x, y), (w,), HERE), VALUES, VALUES, WORDS),
        st.builds(
            lambda x, y, z, v, w: Comparison((x, y, z), (v, w), HERE),
            VALUES, VALUES, VALUES, WORDS, WORDS,
        ),
        st.builds(
            lambda x, where: Comparison((x, where), ("in",), HERE),
            VALUES,
            st.builds(Interval, VALUES, VALUES, st.booleans(), st.booleans(), st.just(HERE)),
        ),
    ),
    lambda inner: st.one_of(
        st.builds(
            Binary,
            st.sampled_from(["and", "or", "implies", "iff", "xor"]),
            inner, inner, st.just(HERE),
        ),
        st.builds(Unary, st.just("not"), inner, st.just(HERE)),
        st.builds(
            lambda x: Binder(
                "forall", (Variable("i", Range(number(0), number(3), HERE), HERE),), None, x, HERE
            ),
            inner,
        ),
    ),
    max_leaves=4,
)  # fmt: skip
EXPRESSIONS = st.one_of(
    VALUES, CLAIMS, st.builds(lambda c, x, y: Conditional(c, x, y, HERE), CLAIMS, VALUES, VALUES)
)


def outcome(compute):
    try:
        return compute()
    except (EvaluationError, ArithmeticError) as fault:
        return "no value" if isinstance(fault, EvaluationError | ArithmeticError) else fault


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


@pytest.mark.parametrize("text", ["x ~ N(0, 1)", "x in ℝ", "x_i > 0 for all i", "A ∩ B = C"])
def test_what_has_no_python_says_why(text):
    with pytest.raises(NoPython, match=r"\w"):
        python_source(parse(text))


def test_names_become_identifiers():
    assert [identifier(n) for n in ("x'", "r*", "lambda", "a::b")] == [
        "x_prime", "r_star", "lambda_", "a__b",
    ]  # fmt: skip
