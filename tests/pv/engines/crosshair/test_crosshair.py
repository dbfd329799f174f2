"""What CrossHair says is believed where it is about the calls that a claim makes, and replays."""

import importlib
import sys

import pytest

from pv.binding.model import Bound
from pv.checks.model import Formulas
from pv.claims import EXACT, parse, read_field
from pv.claims.domains.read_space import space_of
from pv.engines.crosshair import analyse
from pv.engines.crosshair.engine import decide
from pv.engines.outcome import Options, Outcome, Proof
from pv.evidence.verdict import Verdict

NATURAL = "n ∈ 0..10^12"


@pytest.fixture
def decided(tmp_path, monkeypatch):
    """Return a function that lets CrossHair decide a claim about the function of some code."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    numbered = iter(range(100))

    def run(code, claim="f(n) = n", domain=NATURAL, name="f", **bound):
        module = f"followed_{abs(hash(tmp_path))}_{next(numbered)}"
        (tmp_path / f"{module}.py").write_text(code)
        importlib.import_module(module)
        plan = Formulas(
            claim, parse(claim), (), space_of(read_field("domain", domain)), EXACT,
            {name: Bound(f"{module}:{name}", **bound)}, root=tmp_path,
        )  # fmt: skip
        survived = Outcome(Verdict.SURVIVED, 200, total=True)
        return decide(Proof(plan, survived), Options(budget=60))

    return run


def test_what_holds_on_every_path_is_proved(decided):
    found = decided("def f(n):\n    return n if n > 10 else n + 0\n")
    assert found.verdict is Verdict.PROVED, found


def test_a_needle_is_refuted_once_it_replays(decided):
    found = decided("def f(n):\n    return n + (7 * n + 3 == 864_197_526)\n")
    assert (found.verdict, found.counterexample) == (Verdict.REFUTED, {"n": 123_456_789})


def test_it_is_told_the_lower_ends_of_domains(decided):
    found = decided("def f(n):\n    return n if n >= 0 else 7\n")
    assert found.verdict is Verdict.PROVED, found  # else it says n = -1, an artefact


def test_what_code_compares_with_none_is_proved(decided):
    code = "def f(n, k=None):\n    return n if k is None and (n > 3) is not None else 0\n"
    assert decided(code).verdict is Verdict.PROVED


def test_it_is_told_preconditions(decided):
    found = decided("def f(n):\n    return n if n != 7 else 0\n", domain=f"{NATURAL}, n != 7")
    assert found.verdict is Verdict.PROVED, found


def test_a_counterexample_that_does_not_replay_is_an_artefact(decided, monkeypatch):
    monkeypatch.setattr(analyse, "analyse", lambda *_: analyse.Found(case={"n": 5}))
    found = decided("def f(n):\n    return n\n")
    assert found.verdict is Verdict.SURVIVED
    assert "its counterexample {'n': 5} is an artefact: the claim holds there" in found.notes[0]


def test_a_counterexample_outside_the_domain_is_an_artefact(decided, monkeypatch):
    monkeypatch.setattr(analyse, "analyse", lambda *_: analyse.Found(case={"n": -5}))
    found = decided("def f(n):\n    return n if n >= 0 else 7\n")
    assert found.verdict is Verdict.SURVIVED
    assert "is an artefact" in found.notes[0]


NEEDLE = "def f(n):\n    return {} if n == 123_456_789 else 1\n"


@pytest.mark.parametrize(
    ("result", "claim"),
    [
        ("True", "f(n) = 1"),
        ("True", "f(n) <= 1"),
        ("True", "f(n) + 1 > 0"),
        ("None", "f(n) != 3"),
        ("[]", "f(n) != 3"),
        ("float('nan')", "f(n) != 3"),
        ("2", "f(n) = 1"),
    ],
)
def test_what_python_takes_for_a_number_and_claims_do_not_is_not_proved(decided, result, claim):
    found = decided(NEEDLE.format(result), claim)
    assert found.verdict is not Verdict.PROVED, found


def test_a_claim_over_truth_values_is_proved(decided):
    found = decided("def f(n):\n    return n > 7\n", "f(n) iff n >= 8")
    assert found.verdict is Verdict.PROVED, found


@pytest.mark.parametrize(
    ("code", "name", "claim"),
    [
        ("def abs(n):\n    return -1\n", "abs", "abs(n) >= 0"),
        ("def min(a, b):\n    return -1\n", "min", "min(n, n) >= 0"),
        ("def near(a, b):\n    return 1\n", "near", "near(n, n) = 1"),
        ("def math(n):\n    return n\n", "math", "math(n) = n"),
    ],
)
def test_a_name_that_python_has_too_is_refused(decided, code, name, claim):
    found = decided(code, claim, name=name)
    assert found.verdict is Verdict.SURVIVED
    assert "means something else in Python" in found.notes[0]


def test_a_call_with_keywords_of_the_binding_is_refused(decided):
    found = decided("def f(n, k=0):\n    return n + k\n", keywords={"k": 1})
    assert found.verdict is Verdict.SURVIVED
    assert "called with more than the claim says" in found.notes[0]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("S = []\ndef f(n):\n    S.append(1)\n    return n if len(S) < 10**6 else 0\n", "changes"),
        ("K = 0\ndef f(n):\n    global K\n    K += 1\n    return n if K < 10**6 else 0\n", ".K`"),
        ("def f(n, s=[]):\n    s.append(1)\n    return n if len(s) < 10**6 else 0\n", "changes"),
        ("def f(n):\n    f.k = getattr(f, 'k', 0) + 1\n    return n if f.k < 9**9 else 0\n", "f.k"),
        ("import itertools\nC = itertools.count()\ndef f(n):\n    return n + 0 * next(C)\n", ".C`"),
        ("class C:\n    k = 0\ndef f(n):\n    C.k += 1\n    return n if C.k < 10**6 else 0\n",
         "changes"),
        ("import time\ndef f(n):\n    return n if time.time_ns() > 1 else 0\n", "decided nothing"),
        ("K = 122\ndef f(n):\n    return 0 if n is K else n\n",
         "identity of a value, compared by f"),
        ("def g(n, k):\n    return n is not k\ndef f(n):\n    return n if g(n, 122) else 0\n",
         "identity of a value, compared by g"),
        ("import os\ndef f(n):\n    return 0 if os.environ.get('Z9') else n\n", "module `os`"),
        ("def f(n):\n    import random\n    return n + 0 * random.Random(3).randint(1, 2)\n",
         "`random.Random`"),
        ("G = (i for i in range(9))\ndef f(n):\n    return n if G else 0\n", ".G`"),
        ("def m(s):\n    def f(n):\n        s.append(n)\n        return n\n    return f\nf = m([])",
         ".s`"),
    ],
)  # fmt: skip
def test_what_depends_on_more_than_arguments_is_not_proved(decided, code, said):
    found = decided(code)
    assert found.verdict is Verdict.SURVIVED, found
    assert said in found.notes[0]
