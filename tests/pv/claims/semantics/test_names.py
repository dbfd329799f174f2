"""Names of claims as items of arrays, or as names of their own."""

import pytest

from pv.claims import parse
from pv.claims.rendering import render
from pv.claims.semantics.names import resolve


@pytest.mark.parametrize(
    ("text", "known", "meant"),
    [
        ("x_i > 0", {"x"}, "forall i: x_{i} > 0"),
        ("x_hat_i > 0", {"x_hat"}, "forall i: x_hat_{i} > 0"),
        ("lm_head_t > 0", {"lm_head"}, "lm_head_t > 0"),
        ("lm_head_1 > 0", {"lm_head"}, "lm_head_{1} > 0"),
    ],
)
def test_a_letter_behind_several_words_is_no_index(text, known, meant):
    assert render(resolve(parse(text), known)) == meant


@pytest.mark.parametrize(
    ("text", "known", "meant"),
    [
        ("x[argmin_{k in 0..2}(k)] > 0", {"x"}, "x[argmin_{k in 0..2}(k)] > 0"),
        ("x[Σ_{k=0}^{2} k] > 0", {"x"}, "x[Σ_{k in 0..2}(k)] > 0"),
        ("f(1) > 0 where f(m) = x[m]", {"x"}, "f(1) > 0 where f(m) = x[m]"),
        ("x_i > f(1) where f(m) = x[m]", {"x"}, "forall i: x_{i} > f(1) where f(m) = x[m]"),
    ],
)
def test_what_an_index_binds_itself_is_not_said_of_all(text, known, meant):
    assert render(resolve(parse(text), known)) == meant
