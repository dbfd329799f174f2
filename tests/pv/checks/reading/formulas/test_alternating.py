import pytest

from pv.checks.reading.formulas.alternating import joined_pairs
from pv.claims import read_field, render
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve

NAMES = {"x", "R", "k", "T", *FUNCTIONS}


def statements(text):
    read = (read_field("formula", each)[0] for each in text.split("; "))
    return [resolve(each, NAMES, FUNCTIONS) for each in read]


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("R_{2k} = x_{2k} - x_{2k+1}; R_{2k+1} = x_{2k} + x_{2k+1}",
         ["R_{i} = (x_{i} - x_{i + 1} if i % 2 = 0 else x_{i - 1} + x_{i})"]),
        ("T = 1; R_{2k} = k; R_{2k+1} = 0; T = 2",
         ["T = 1", "R_{i} = (i // 2 if i % 2 = 0 else 0)", "T = 2"]),
        ("R_{2k} = x_{2k}; R_{2k+2} = 0", None), ("R_{2k} = x_{2k}; x_{2k+1} = 0", None),
        ("R_{3k} = 1; R_{3k+1} = 0", None), ("R_{2k} = Σ_{k=0}^{2} k; R_{2k+1} = 0", None),
        ("R_{2k} = 1", None),
    ],
)  # fmt: skip
def test_formulas_of_even_and_odd_items_become_one_of_every_item(text, joined):
    given = statements(text)
    found = [render(each) for each in joined_pairs(given, {})]
    assert found == (joined or [render(each) for each in given])


def test_what_the_domain_says_of_each_pair_is_put_in():
    (told,) = statements("k + 1 > 0")
    (found,) = joined_pairs(statements("R_{2k} = θ_k; R_{2k+1} = 0"), {"θ_k": told.operands[0]})
    assert render(found) == "R_{i} = (i // 2 + 1 if i % 2 = 0 else 0)"
