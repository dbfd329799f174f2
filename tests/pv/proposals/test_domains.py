import ast

import pytest

from pv.checks.reading.definitions import known_of
from pv.proposals.documents import contract_text, files_of, loaded_contract
from pv.proposals.domains import RUNGS, domain_of, within
from pv.proposals.model import Limits, Source
from pv.proposals.source.functions import read_functions

FIRST, NOT_EMPTY, NOT_NEGATIVE, POSITIVE = RUNGS


def function(signature):
    (found,) = read_functions(ast.parse(f"def f({signature}): ..."), "mod", "mod.py").functions
    return found


@pytest.mark.parametrize(
    ("signature", "rung", "domain"),
    [
        ("x: int", FIRST, "x in -100..100"), ("x: int", NOT_NEGATIVE, "x in 0..100"),
        ("x: int", POSITIVE, "x in 1..100"), ("x: float", FIRST, "x in [-100, 100]"),
        ("x: float", POSITIVE, "x in (0, 100]"),
        ("x: bool, y: int", FIRST, "x in bool, y in -100..100"),
        ("x: list[float]", FIRST, "x ∈ [-100, 100]^n, n in 0..20"),
        ("x: list[float]", NOT_EMPTY, "x ∈ [-100, 100]^n, n in 1..20"),
        ("x: str, y: bytes", POSITIVE, "x in string, y in bytes"),
        ("n: list[int]", POSITIVE, "n ∈ {1, ..., 100}^m, m in 1..20"),
        ("x: list[int], y: list[int]", FIRST,
         "x ∈ {-100, ..., 100}^n, y ∈ {-100, ..., 100}^n, n in 0..20"),
    ],
)  # fmt: skip
def test_values_without_declared_ends(signature, rung, domain):
    assert domain_of(function(signature), rung) == domain


@pytest.mark.parametrize(
    ("docstring", "rung", "domain"),
    [
        ("between 1 and 5", FIRST, "[1, 5]"), ("in (0, 1]", POSITIVE, "(0, 1]"),
        ("at least 7", FIRST, "[7, 107]"),
        ("at most -7", POSITIVE, "[-107, -7]"), ("at most 500", FIRST, "[-100, 500]"),
        ("at least 0", POSITIVE, "[0, 100]"),
    ],
)  # fmt: skip
def test_what_is_declared_stays(docstring, rung, domain):
    text = f"def f(x: float):\n    '''Do.\n\n    :param x: {docstring}\n    '''"
    (found,) = read_functions(ast.parse(text), "mod", "mod.py").functions
    assert domain_of(found, rung) == f"x in {domain}"


def test_exact_numbers_are_drawn_within_their_ends():
    text = "from decimal import Decimal\ndef f(x: Decimal):\n    assert x < 10"
    (found,) = read_functions(ast.parse(text), "mod", "mod.py").functions
    assert domain_of(found, FIRST) == "x in decimal, x >= -100, x < 10"
    assert domain_of(found, POSITIVE) == "x in decimal, x > 0, x < 10"


def test_open_ends_of_whole_numbers_are_left_out():
    text = "def f(x: int):\n    assert 0 < x < 10"
    (found,) = read_functions(ast.parse(text), "mod", "mod.py").functions
    assert domain_of(found, FIRST) == "x in 1..9"


def test_numbers_have_both_ends_then():
    assert within(function("x: int"), NOT_NEGATIVE).parameters[0].limits == Limits(0, 100)


@pytest.mark.parametrize("rung", RUNGS)
def test_every_domain_is_read_as_what_it_says(rung, tmp_path):
    found = function(
        "a: int, b: float, c: bool, d: str, e2: list[int], f2: list[float], g: 'None|str'"
    )
    files = files_of("mod", tmp_path)
    source = Source("mod", (tmp_path / "mod.py",), tmp_path, (found,), ())
    text = contract_text(files, source, [found], {"f": domain_of(found, rung)}, [])
    space = known_of(loaded_contract(text, files.contract)).spaces["f"]
    assert {*space.variables} == {"a", "b", "c", "e2", "f2", "n"}
    assert space.objects == {"d": "string", "g": "string"}
