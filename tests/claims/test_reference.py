"""Every example of docs/claim-language.md has the value that stands behind it."""

import json
import re
from pathlib import Path

import pytest

from pv.claims import Fault, compile_expression, parse
from pv.claims.builtins import BUILTINS
from pv.claims.precedence import BINARY, COMPARE
from pv.claims.lexer import SPELLINGS

REFERENCE = (Path(__file__).parents[2] / "docs/claim-language.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```claim\n(.*?)```", REFERENCE, re.DOTALL)
EXAMPLES = [line.split(" --> ") for block in BLOCKS for line in block.splitlines()]
SCOPE = {
    "x": 3, "y": 2.5, "xs": (3, 1, 2), "ok": True,
    "out": "step 1\n[SMOKE] 10 steps in 1.25s\n",
    "run": {"exit_code": 0, "files": {"a b.json": {"size": 7}}},
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_an_example_has_its_value(text, expected):
    tree = parse(text)
    assert not isinstance(tree, Fault), tree
    found = compile_expression(tree)(SCOPE)
    assert found == json.loads(expected)
    assert type(found) is type(json.loads(expected))


@pytest.mark.parametrize("word", [*BUILTINS, *BINARY, *sorted(COMPARE), *SPELLINGS, "raises"])
def test_every_word_of_the_language_is_in_the_reference(word):
    assert word.replace("|", r"\|") in REFERENCE
