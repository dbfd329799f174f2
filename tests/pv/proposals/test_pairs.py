import ast

from pv.proposals.pairs import pairs_of
from pv.proposals.source.functions import read_functions

PAIRS = """
def encode(s: str) -> bytes: ...
def decode(b: bytes) -> str: ...
def to_text(n: int) -> str: ...
def from_text(s: str) -> int: ...
def one(a: float) -> float: ...
def other(b: float) -> float: ...
def else_(c: float) -> float: ...
def nothing(x: int) -> None: ...
def thing(x: int) -> dict: ...
"""


def test_pairs_are_those_whose_names_or_kinds_fit():
    read = read_functions(ast.parse(PAIRS), "mod", "mod.py").functions
    called = [each for each in read if each.undrawn is None]
    others = [each for each in read if each.undrawn is not None]
    laws = pairs_of(called, others)
    found = {(law.function, law.key): law for law in laws}
    assert found.keys() == {
        ("encode", "undone-by-decode"), ("to_text", "undone-by-from_text"),
        ("from_text", "undone-by-to_text"), ("decode", "undone-by-encode"), ("one", "equals-other"),
        ("one", "undone-by-other"), ("other", "undone-by-one"),
    }  # fmt: skip
    assert [law.is_expected for law in laws] == [True] * 4 + [False] * 3
    assert found["encode", "undone-by-decode"].formal == "decode(encode(s)) = s"
    assert found["one", "equals-other"].formal == "one(a) = other(a)"
