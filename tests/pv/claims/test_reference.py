"""Every example of docs/claim-language.md has the value that stands behind it."""

import json
import re

import numpy as np
import pytest

from pv.checks.reading.item_base import from_zero
from pv.claims import EXACT, Fault, compile_expression, parse, read_field, render
from pv.claims.evaluation.arrays.arithmetic import ARRAY_BUILTINS, ARRAYS
from pv.claims.evaluation.constructs.vectorize import VECTOR
from pv.claims.evaluation.scalars.builtins import BUILTINS
from pv.claims.precedence import BINARY, COMPARE
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from pv.claims.text.lexer import SPELLINGS
from tests.conftest import HOME

REFERENCE = (HOME / "docs/claim-language.md").read_text(encoding="utf-8")


def examples(kind):
    blocks = re.findall(rf"```{kind}\n(.*?)```", REFERENCE, re.DOTALL)
    return [line.split(" --> ") for block in blocks for line in block.splitlines()]


EXAMPLES, OF_ARRAYS = examples("claim"), examples("claim-arrays")
ARRAYS_HERE = {
    "v": np.array([1.0, 2.0, 4.0]), "w": np.array([0.0, 1.0, 1.0]),
    "A": np.array([[1.0, 2.0], [3.0, 4.0]]), "B": np.array([[0.0, 1.0], [1.0, 0.0]]),
}  # fmt: skip
SCOPE = {
    "x": 3, "y": 2.5, "xs": (3, 1, 2), "ok": True,
    "out": "step 1\n[SMOKE] 10 steps in 1.25s\n",
    "run": {"exit_code": 0, "files": {"a b.json": {"size": 7}}},
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_an_example_has_its_value(text, expected):
    tree = parse(text)
    assert not isinstance(tree, Fault), tree
    found = compile_expression(from_zero(resolve(tree, {*SCOPE, *FUNCTIONS}, FUNCTIONS)))(SCOPE)
    assert found == json.loads(expected)
    assert type(found) is type(json.loads(expected))


@pytest.mark.parametrize(("text", "expected"), OF_ARRAYS, ids=[text for text, _ in OF_ARRAYS])
def test_an_example_of_arrays_has_its_value(text, expected):
    tree = parse(text)
    assert not isinstance(tree, Fault), tree
    known = {*ARRAYS_HERE, *FUNCTIONS}
    resolved = from_zero(resolve(tree, known, FUNCTIONS))
    assert compile_expression(resolved, {}, EXACT, ARRAYS)(ARRAYS_HERE) == json.loads(expected)


@pytest.mark.parametrize(
    ("field", "text", "tree"),
    [("formal", *row) for row in examples("claim-tree")]
    + [("domain", *row) for row in examples("claim-domain")],
)
def test_an_example_of_words_has_its_tree(field, text, tree):
    found = read_field(field, text)
    assert not isinstance(found, Fault), found
    assert " ; ".join(map(render, found)) == tree


def test_the_functions_of_arrays_are_known_without_numpy():
    assert (set(ARRAY_BUILTINS) - {VECTOR}) | {"raises"} == FUNCTIONS


@pytest.mark.parametrize("word", [*BUILTINS, *BINARY, *sorted(COMPARE), *SPELLINGS, "raises"])
def test_every_word_of_the_language_is_in_the_reference(word):
    assert word.replace("|", r"\|") in REFERENCE
