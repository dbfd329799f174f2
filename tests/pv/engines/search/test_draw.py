"""What is drawn from a domain is what the domain says, judged by NumPy and not by pv."""

import numpy as np
import pytest
from hypothesis import given, settings

from pv.claims import EvaluationError, Fault, read_field
from pv.claims.domains.read_space import space_of
from pv.engines.search.draw import cases
from pv.engines.search.hypothesis_search import strategy


def one_hot(y):
    return set(np.unique(y)) <= {0, 1} and np.all(np.sum(y, axis=-1) == 1)


def weights(p):
    return np.all(p >= 0) and np.allclose(np.sum(p, axis=-1), 1)


def orthogonal(Q):  # noqa: N803 - a matrix
    return np.allclose(Q.T @ Q, np.eye(len(Q)))


def definite(C):  # noqa: N803 - a matrix
    return np.allclose(C, C.T) and np.all(np.linalg.eigvalsh(C) > 0)


DOMAINS = [
    ("y ∈ {0,1}^n with sum = 1", "y", one_hot),
    ("y ∈ {0,1}^n, Σ_i y_i = 1, n ≥ 1", "y", one_hot),
    ("Y ∈ {0,1}^{n×k} with sum = 1", "Y", one_hot),
    ("p ∈ Δ^V", "p", weights),
    ("p ∈ [0,1]^n, sum(p) = 1", "p", weights),
    ("p ∈ [0,1]^n, Σ p_i = 1", "p", weights),
    ("Q ∈ ℝ^{n×n} orthogonal", "Q", orthogonal),
    ("Q ∈ ℝ^{n×n}, Q^T Q = I", "Q", orthogonal),
    ("Q ∈ ℝ^{n×n}, Q @ Q^T = I", "Q", orthogonal),
    ("C ∈ ℝ^{d×d}, C positive definite", "C", definite),
    ("A ∈ ℝ^{n×n} symmetric", "A", lambda a: np.array_equal(a, a.T)),
    ("A ∈ ℝ^{n×n} row-stochastic", "A", weights),
    ("d_k in 1..64, d_k % 2 = 0", "d_k", lambda d: d % 2 == 0),
    ("d in 2..64, d even, x in ℝ^d", "d", lambda d: d % 2 == 0),
    ("x ∈ ℝ^n, x_i > 0", "x", lambda x: np.all(x > 0)),
    ("x ∈ [-1,1]^n, x_i ≠ 0", "x", lambda x: np.all(x != 0) and np.all(abs(x) <= 1)),
    ("n ≥ 1, eps > 0, x ∈ ℝ^n", "eps", lambda eps: eps > 0),
    ("a in (0, 1), b in [a, 2)", "b", lambda b: 0 < b < 2),
]
IDS = [row[0] for row in DOMAINS]


def space(text):
    read = read_field("domain", text)
    assert not isinstance(read, Fault), read
    return space_of(read)


@pytest.mark.parametrize(("text", "name", "holds"), DOMAINS, ids=IDS)
def test_what_is_drawn_is_in_the_domain(text, name, holds):
    drawn = [case[name] for case in cases(space(text), 40, seed=5)]
    assert len(drawn) >= 20
    assert len({np.asarray(each).tobytes() for each in drawn}) > 5
    assert all(holds(each) for each in drawn)


@pytest.mark.parametrize(("text", "name", "holds"), DOMAINS[::4], ids=IDS[::4])
def test_what_hypothesis_draws_is_in_the_domain(text, name, holds):
    @settings(max_examples=25, deadline=None, database=None)
    @given(strategy(space(text)))
    def check(case):
        assert holds(case[name])

    check()


def test_an_array_without_end_is_refused_before_there_is_no_room():
    with pytest.raises(EvaluationError, match="at most"):
        next(cases(space("x ∈ ℝ^{n×n}, n = 10^6"), 1, seed=1))
