"""Claims beside code are read from its text: nothing runs, and each has its place."""

import ast

import pytest

from pv.annotations.module_text import Unclear
from pv.annotations.source import claimed_functions, defined_names

HEAD = "import pv\nfrom pv import claim as states\n"


def read(text, name="shop.price"):
    text = HEAD + text
    return list(claimed_functions(ast.parse(text), text, name, "price.py"))


def test_a_decorator_states_claims_and_domains_with_their_places():
    (found,) = read(
        '@pv.claim("f(x) > 0", "f(x) < 9",\n          x="[0, 1]")\ndef f(x):\n    pass\n'
    )
    assert (found.name, found.parameters, found.lines) == ("f", ("x",), range(3, 7))
    assert [(each.value, str(each.location)) for each in found.claims] == [
        ("f(x) > 0", "price.py:3:11"), ("f(x) < 9", "price.py:3:23"),
    ]  # fmt: skip
    assert {name: (each.value, str(each.location)) for name, each in found.domains.items()} == {
        "x": ("[0, 1]", "price.py:4:13")
    }
    place = found.claims[1].locate(5, 6)
    assert (place.line, place.column) == (3, 29)  # of `<`, behind the quote


def test_columns_are_counted_in_characters():
    (found,) = read('@pv.claim("é(x) > 0", x="{ü}")\ndef é(x): pass\n')
    assert str(found.domains["x"].location) == "price.py:3:25"


def test_a_block_in_a_docstring_states_claims_and_domains():
    (found,) = read(
        'def f(x, y):\n    """Add.\n\n    ```contract\n    x: 0..9\n    n: 1..3\n'
        "    Symmetry: f(x, y) = f(y, x)\n\n    f(x, n) >= x\n    ```\n    Not: f(x, y) = 0\n"
        '    """\n'
    )
    assert [(each.value, each.location.line) for each in found.claims] == [
        ("Symmetry: f(x, y) = f(y, x)", 9), ("f(x, n) >= x", 11),
    ]  # fmt: skip
    assert {name: each.value for name, each in found.domains.items()} == {"x": "0..9", "n": "1..3"}
    assert str(found.domains["x"].location) == "price.py:7:8"


@pytest.mark.parametrize("decorator", ["pv.claim", "states"])
def test_the_decorator_is_known_by_whatever_it_is_imported_as(decorator):
    assert len(read(f'@{decorator}("f(x) = x")\ndef f(x): pass\n')) == 1


@pytest.mark.parametrize(
    "other",
    ["@other.claim('f(x) = x')\n", "@claim('f(x) = x')\n", "@pv.claim\n", "", "@pv.x('f')\n"],
)
def test_other_decorators_state_nothing(other):
    assert read(f"{other}def f(x): pass\n") == []


def test_methods_have_the_names_of_their_classes_and_self_is_one_of_it():
    (found,) = read(
        'class Box:\n    class Lid:\n        @pv.claim("f(self) = 1")\n        def f(self): pass\n'
    )
    assert (found.name, found.called) == ("Box.Lid.f", "f")
    assert found.hinted["self"].kind.draws == "shop.price:Box.Lid"


def test_names_at_the_top_stand_for_what_they_define_or_import():
    tree = ast.parse(
        "import json\nfrom networkx import Graph as G\nimport numpy as np\nk = 3\nz: int = 4\n"
        "def f(): pass\nclass C: pass\n"
    )
    assert defined_names(tree, "m") == {
        "G": "networkx:Graph", "k": "m:k", "z": "m:z", "f": "m:f", "C": "m:C",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("decorators", "why"),
    [
        ('@pv.claim(f"f(x) > {3}")', r"price\.py:3: a claim is written out as a text"),
        ("@pv.claim(TEXT)", r"price\.py:3: a claim is written out"),
        ('@pv.claim("f(x) > 0", x=3)', r"price\.py:3: a domain is written out"),
        ('@pv.claim("f(x) > 0", **{"x": "3"})', r"price\.py:3: a domain is written out"),
        ('@pv.claim("f(x) > 0", **"x")', r"price\.py:3:25: domains are given by name"),
        (
            '@pv.claim("f(x) > 0", xx="1..2")',
            r"price\.py:3:26: f has no `xx`, nor its claims; did you mean `x`",
        ),
        ('@pv.claim("f(x) > 0", x="{1, 2")', r"price\.py:3:31: the domain of `x`: .*still open"),
        ('@pv.claim("f(x) > 0", x="1..")', r"price\.py:3:29: the domain of `x`: "),
        (
            '@pv.claim("f(x) > 0", x="1..2")\n@pv.claim("f(x) > 0", x="1..3")',
            r"price\.py:4:25: `x` of f has another domain in line 3",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(decorators, why):
    with pytest.raises(Unclear, match=why):
        read(f"{decorators}\ndef f(x): pass\n")
