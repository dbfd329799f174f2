"""Which values the sets of the language have, the ends of each among them."""

import math

import numpy as np
import pytest

from pv.claims import EXACT, Fault, compile_expression, parse
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.evaluation.scalars.arithmetic import PLAIN
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from pv.claims.tree import Comparison, Name, Span


def evaluated(text, arithmetic, **scope):
    tree = parse(text)
    assert not isinstance(tree, Fault), tree
    known = resolve(tree, {*scope, *FUNCTIONS}, FUNCTIONS)
    return compile_expression(known, {}, EXACT, arithmetic)(scope)


ENDS = [(f"i{bits}", -(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64, 128)]
ENDS += [(f"u{bits}", 0, 2**bits - 1) for bits in (8, 16, 32, 64, 128)]


@pytest.mark.parametrize("arithmetic", [PLAIN, ARRAYS], ids=["plain", "arrays"])
@pytest.mark.parametrize(("name", "low", "high"), ENDS)
def test_a_machine_type_has_its_integers_and_no_more(name, low, high, arithmetic):
    for value, inside in [
        (low, True), (low - 1, False), (high, True), (high + 1, False), (3, True), (3.0, True),
        (2.5, False), (True, False), ("3", False), (math.inf, False), (math.nan, False),
    ]:  # fmt: skip
        assert evaluated(f"x in {name}", arithmetic, x=value) is inside, value
        assert evaluated(f"x not in {name}", arithmetic, x=value) is not inside, value


@pytest.mark.parametrize("arithmetic", [PLAIN, ARRAYS], ids=["plain", "arrays"])
@pytest.mark.parametrize("name", ["f32", "f64", "bool"])
def test_a_floating_type_has_every_number(name, arithmetic):
    floating = name != "bool"
    for value in (0, -3, 2.5, math.inf, math.nan):
        assert evaluated(f"x in {name}", arithmetic, x=value) is floating
    assert evaluated(f"x in {name}", arithmetic, x=True) is not floating
    assert evaluated(f"x in {name}", arithmetic, x="a") is False


@pytest.mark.parametrize("arithmetic", [PLAIN, ARRAYS], ids=["plain", "arrays"])
@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("[1, 2]", {1, 1.5, 2}), ("(1, 2]", {1.5, 2}), ("[1, 2)", {1, 1.5}), ("(1, 2)", {1.5}),
        ("1..2", {1, 2}), ("{1, 2}", {1, 2}), ("ℕ", {0, 1, 2}), ("ℤ", {-1, 0, 1, 2}),
        ("ℝ", {-1, 0, 1, 1.5, 2}), ("{1} ∪ {2}", {1, 2}), ("{1, 2} ∩ {2, 3}", {2}),
        ("{1, 2} \\ {2}", {1}), ("[0, 2] \\ {0}", {1, 1.5, 2}), ("ℝ \\ {0}", {-1, 1, 1.5, 2}),
    ],
)  # fmt: skip
def test_a_set_has_its_members(text, inside, arithmetic):
    for value in (-1, 0, 1, 1.5, 2):
        assert evaluated(f"x in {text}", arithmetic, x=value) is (value in inside), value


def test_an_array_is_in_a_set_of_arrays_of_its_size_alone():
    x = np.array([1.0, 2.0])
    for text, inside in [
        ("ℝ^2", True), ("ℝ^3", False), ("ℝ^n", True), ("ℝ^k", True), ("ℝ^{2×1}", False),
        ("[1, 2]^2", True), ("(1, 2]^2", False), ("ℤ^2", True), ("ℝ", True),
    ]:  # fmt: skip
        assert bool(np.all(evaluated(f"x in {text}", ARRAYS, x=x, n=2))) is inside, text
    assert evaluated("x in ℝ^n", ARRAYS, x=x, n=3) is False


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("[f32; 2]", True), ("[f32; 3]", False), ("[f32; n]", True), ("[f32; m]", False),
        ("&[f64]", True), ("Vec<f32>", True), ("Vec<i8>", True), ("&mut [u8]", False),
    ],
)  # fmt: skip
def test_an_array_of_a_machine_type_has_its_items_and_its_size(name, inside):
    span = Span(0, 1)
    tree = Comparison((Name("x", span), Name(name, span)), ("in",), span)
    scope = {"x": np.array([-1.0, 2.0]), "n": 2, "m": 3}
    assert bool(compile_expression(tree, {}, EXACT, ARRAYS)(scope)) is inside


WORDS = {
    "and": [False, False, False, True], "or": [False, True, True, True],
    "xor": [False, True, True, False], "iff": [True, False, False, True],
    "implies": [True, True, False, True],
}  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("arithmetic", [PLAIN, ARRAYS], ids=["plain", "arrays"])
def test_a_word_between_truth_values_has_its_table(word, arithmetic):
    pairs = [(False, False), (False, True), (True, False), (True, True)]
    found = [evaluated(f"a = 1 {word} b = 1", arithmetic, a=int(a), b=int(b)) for a, b in pairs]
    assert found == WORDS[word]
