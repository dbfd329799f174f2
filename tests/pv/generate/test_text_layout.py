import ast

import pytest

from pv.generate.text_layout import quoted


@pytest.mark.parametrize(
    "text",
    [
        "plain", "two\nlines\n", 'says "so"', 'ends """ early', '"', "\\", "a\\b", 'a\\"', '\\"""',
        "tab\tbell\a null\0 escape\x1b", "Größe Σ ∀", '"""\nimport os\n"""', "\u202e", "r\\\n",
    ],
)  # fmt: skip
def test_no_text_of_a_contract_ends_its_literal(text):
    assert ast.literal_eval(quoted(text)) == text


def test_what_needs_no_escape_stands_as_it_is():
    assert quoted('a "word" here') == '"""a "word" here"""'
    assert quoted("\\d+") == 'r"""\\d+"""'
