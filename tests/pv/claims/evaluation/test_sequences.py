"""Functions of texts, lists and sets; each is the same over plain values and beside arrays."""

import numpy as np
import pytest

from pv.claims import EXACT, EvaluationError, compile_expression, parse
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.evaluation.scalars.arithmetic import PLAIN
from pv.claims.evaluation.scalars.sequences import SEQUENCES

TRUE = [
    'count([1, 2, 2]) = 3 and count([1, 2, 2], 2) = 2 and count("abab", "ab") = 2',
    'upper("aé") = "AÉ" and lower("AB") = "ab" and strip(" a b ") = "a b"',
    'replace("aba", "a", "cc") = "ccbcc"',
    'split("a,b,", ",") = ["a", "b", ""] and join(["a", "b"], "-") = "a-b"',
    'encode("é") = [195, 169]',
    'reverse("abc") = "cba" and reverse([1, 2, 3]) = [3, 2, 1]',
    'concat("a", "b") = "ab" and concat([1], [2, 3]) = [1, 2, 3]',
    'sort([3, 1, 2]) = [1, 2, 3] and sort({"b", "a"}) = ["a", "b"]',
    "unique([2, 1, 2, 1]) = [2, 1] and set([2, 1, 2]) = {1, 2}",
    "permutation([1, 2, 2], [2, 1, 2]) and not permutation([1, 2, 2], [1, 1, 2])",
    "not permutation([1], [1, 1])",
    'zip([1, 2], ["a", "b"]) = [(1, "a"), (2, "b")]',
    "gcd(12, 18) = 6 and lcm(4, 6) = 12",
    "bit_and(12, 10) = 8 and bit_or(12, 10) = 14 and bit_xor(12, 10) = 6",
    "shift_left(3, 4) = 48 and shift_right(-9, 1) = -5 and popcount(7) = 3",
    '"abc"[1] = "b" and "abc"[0:2] = "ab" and "bc" in "abc" and not ("ca" in "abc")',
    "[2 * i for i in 0..3] = [0, 2, 4, 6] and [i for i in 0..9 with i % 4 = 0] = [0, 4, 8]",
    "[i * j for i in 1..2, j in 1..2] = [1, 2, 2, 4]",
    "sum([i^2 for i in 1..3]) = 14",
]
WITHOUT = [
    ('sort([1, "a"])', "not supported between"),
    ("reverse(3)", "has no items"),
    ("zip([1], [1, 2])", "shorter|longer"),
    ("gcd(1.5, 3)", "whole numbers are needed"),
    ("gcd(true, 3)", "whole numbers are needed"),
    ("shift_left(1, 100000)", "shifted by 0 to"),
    ("shift_left(1, -1)", "shifted by 0 to"),
    ("upper(3)", "upper"),
    ('"abc"[3]', "cannot be looked up"),
]


def value(text, arithmetic, scope=None):
    return compile_expression(parse(text), {}, EXACT, arithmetic)(scope or {})


@pytest.mark.parametrize("arithmetic", [PLAIN, ARRAYS], ids=["plain", "arrays"])
@pytest.mark.parametrize("text", TRUE)
def test_a_function_has_its_value(text, arithmetic):
    assert value(text, arithmetic) is True


def test_each_function_is_tried():
    assert all(any(f"{name}(" in text for text in TRUE) for name in SEQUENCES)


@pytest.mark.parametrize(("text", "why"), WITHOUT)
def test_what_makes_no_sense_has_no_value(text, why):
    with pytest.raises(EvaluationError, match=why):
        value(text, PLAIN)


def test_arrays_are_lists_of_numbers():
    scope = {"x": np.array([2.0, 1.0, 2.0]), "k": np.array([3, 1])}
    assert value("sort(x) = [1, 2, 2] and unique(x) = [2, 1]", ARRAYS, scope)
    assert value("reverse(k) = [1, 3] and concat(x, k) = [2, 1, 2, 3, 1]", ARRAYS, scope)
    assert value("permutation(x, [1, 2, 2]) and count(x, 2) = 2 and count(x) = 3", ARRAYS, scope)
    assert value("sort(x) = x", ARRAYS, scope) is False
