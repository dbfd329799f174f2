"""Code that is not modelled exactly is refused by name: it is never proved."""

import importlib
import sys
import time
from pathlib import Path

import pytest
import yaml

from pv.binding.model import Bound
from pv.checks.model import Induction
from pv.engines.integers.verification_conditions import show

REFUSED = yaml.safe_load((Path(__file__).parent / "refused.yaml").read_text(encoding="utf-8"))
RECORD = """
import dataclasses
@dataclasses.dataclass{how}
class R{bases}:
{body}
def g(n):
    for i in range(n):
        yield R(i)
def f(n):
    return sum(1 for _ in g(n))
"""
FIELD = "    one: int\n"


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """Return what z3 shows of a claim about `f(n)` in some code."""
    monkeypatch.syspath_prepend(str(tmp_path))
    numbered = iter(range(1000))

    def run(code, claim="f(n) = n", after=None, keywords=None, about=None, **said):
        module = f"refused_{abs(hash(tmp_path))}_{next(numbered)}"
        file = tmp_path / f"{module}.py"
        file.write_text(code)
        function = importlib.import_module(module).f
        if after is not None:
            file.write_text(after)
        plan = Induction(
            claim, ("n",), ("n >= 0",), {"f": Bound(f"{module}:f", keywords=keywords or {})},
            {loop: (text,) for loop, text in said.items() if loop != "variant"},
            {"while": (said["variant"],)} if "variant" in said else {}, None, tmp_path,
            loop=about,
        )  # fmt: skip
        found = show(plan, {"f": function}, time.monotonic() + 10)
        return found.told or found.missing or "VACUOUS"

    return run


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["said"])
def test_what_is_not_modelled_is_refused_by_name(shown, case):
    every = dict.fromkeys(("i", "while", "x"), "1 = 1")
    assert case["said"] in shown(case["code"], **every), case["code"]


@pytest.mark.parametrize(
    ("about", "told"),
    [("j", "there is no loop `j` in the code; its loops are `i`"), ("i", ""), (None, "")],
)
def test_a_loop_that_is_not_there_is_told_with_those_that_are(shown, about, told):
    code = "def f(n):\n    for i in range(n):\n        pass\n    return n\n"
    found = shown(code, about=about, i="i >= 0")
    assert told in found
    assert ("there is no loop" in found) is (about == "j")


def test_code_with_too_many_paths_is_refused(shown):
    paths = "".join(f"    if n > {k}:\n        x = {k}\n" for k in range(40))
    assert "more paths lead here" in shown(f"def f(n):\n{paths}    return n\n")


@pytest.mark.parametrize(
    ("how", "bases", "body"),
    [
        ("", "", FIELD + "    def __setattr__(self, k, v): raise ValueError\n"),
        ("", "", FIELD + "    def __new__(cls, *a): raise ValueError\n"),
        ("", "", FIELD + "    def __init__(self, one): raise ValueError\n"),
        ("", "", FIELD + "    def __post_init__(self): raise ValueError\n"),
        ("", "", FIELD + "    def __del__(self): pass\n"),
        ("", "", FIELD + "    def __eq__(self, other): return True\n"),
        ("", "(metaclass=type('M', (type,), {'__call__': lambda c, *a: 1 / 0}))", FIELD),
        ("", "(type('B', (), {'__setattr__': lambda *a: 1 / 0}))", FIELD),
        ("", "", "    one: int = property(lambda s: 0, lambda s, v: 1 / 0)\n"),
        ("", "", FIELD + "    two: list = dataclasses.field(default_factory=lambda: 1 / 0)\n"),
        ("", "", FIELD + "    two: int\n"),
        ("(kw_only=True)", "", FIELD),
        ("(init=False)", "", FIELD),
    ],
)
def test_a_record_that_does_more_than_store_is_none(shown, how, bases, body):
    found = shown(RECORD.format(how=how, bases=bases, body=body), i="yields = i")
    assert "no proof was tried" in found, found


@pytest.mark.parametrize("how", ["", "(frozen=True)", "(frozen=True, slots=True)", "(eq=False)"])
def test_a_record_that_only_stores_is_counted(shown, how):
    found = shown(RECORD.format(how=how, bases="", body=FIELD), i="yields = i")
    assert found.startswith("for all integers"), found


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("f(n) = n and (n < 100 or (forall n in 0..0: f(n) >= 100))", "another call for each `n`"),
        ("exists n in 5..5: f(n) = 7", "another call for each `n`"),
        ("f(n) = 5 where n = 5", "another call for each `n`"),
        ("forall f in 0..3: f(n) >= f", "the claim gives `f` another meaning"),
        ("f(n // 0) = f(n // 0)", "is given something without a value"),
        ("f(n, n) = n", "cannot be called so"),
    ],
)
def test_a_call_that_the_claim_makes_another_one_is_refused(shown, claim, reason):
    assert reason in shown("def f(n):\n    return n\n", claim)


def test_a_variable_of_a_binder_is_none_of_the_code(shown):
    code = "def f(n):\n    t = 0\n    for k in range(n):\n        t = k\n    return t\n"
    found = shown(code, "f(n) = 77 or n = 0", k="k = 0 or (forall k in ℤ: t = k)")
    assert "the invariant of the loop `k` is not kept by a turn" in found, found


def test_a_false_claim_whose_invariant_a_turn_breaks_is_not_proved(shown):
    code = "def f(n):\n    t = 0\n    for i in range(n):\n        t = t + i\n    return t\n"
    found = shown(code, "f(n) = n", i="t = i")
    assert "the invariant of the loop `i` is not kept by a turn, from" in found
    code = "def f(n):\n    t = 0\n    while t < n:\n        t = t + 2\n    return t\n"
    found = shown(code, "f(n) = n", variant="n - t", **{"while": "t <= n"})
    assert "the invariant of the loop `while` is not kept by a turn, from" in found


def test_a_source_that_has_changed_since_is_not_the_code_that_runs(shown):
    wrong, right = "def f(n):\n    return n + 1\n", "def f(n):\n    return n + 0\n"
    assert "has changed" in shown(wrong, after=right)
    assert shown(right, after=f"{right}\ndef g(n):\n    return 1\n").startswith("for all integers")


@pytest.mark.parametrize(
    ("keywords", "found"),
    [
        ({}, "for all integers"),
        ({"k": 0}, "for all integers"),
        ({"k": 1}, "false of every state"),
        ({"k": 1.0}, "no proof was tried: the binding's keyword `k` is no integer"),
        ({"n": 1}, "no proof was tried: `f` cannot be called so"),
        ({"other": 1}, "no proof was tried: `f` cannot be called so"),
    ],
)
def test_the_keywords_of_the_binding_are_passed(shown, keywords, found):
    code = "def f(n, *, k=0):\n    return n + (k if n > 100 else 0)\n"
    assert shown(code, keywords=keywords).startswith(found)


def test_a_module_that_makes_its_names_anew_is_refused(shown, tmp_path):
    (tmp_path / "lazily.py").write_text(
        "def g(n):\n    return n\ndef __getattr__(name):\n    return g\n"
    )
    try:
        assert "no global name" in shown("import lazily\ndef f(n):\n    return lazily.h(n)\n")
    finally:
        sys.modules.pop("lazily", None)
