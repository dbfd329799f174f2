"""Proofs about Python code for all integers: what is false, or not shown, is never proved."""

import sys
import textwrap

import pytest

from pv.binding.model import Bound
from pv.checks.model import Enumeration, Induction
from pv.claims import EXACT
from pv.engines import integers
from pv.engines.integers.engine import decide
from pv.engines.outcome import Options
from pv.evidence.verdict import Verdict

STEPS = """
def reached(done, limit):
    return limit is not None and done >= limit

def steps(epochs, size, limit):
    done = 0
    for epoch in range(epochs):
        for index in range(size):
            yield done
            done += 1
            if reached(done, limit):
                return

def count(limit, epochs, size):
    return sum(1 for _ in steps(epochs, size, limit))
"""
EPOCH = "yields = done and done = epoch * size and done < limit"
INDEX = "yields = done and done = epoch * size + index and done < limit"
EXACTLY = "f(limit, epochs, size) = min(limit, epochs * size)"
POSITIVE = ("limit >= 1", "epochs >= 0", "size >= 0")


@pytest.fixture
def prove(tmp_path, monkeypatch):
    """Return a function that proves a claim about the last function of some code."""
    monkeypatch.syspath_prepend(str(tmp_path))
    numbered = iter(range(1000))

    def run(code, claim, conditions=(), variables=None, invariants=None, variants=None):
        module = f"code_{tmp_path.name}_{next(numbered)}".replace("-", "_")
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(code))
        name = code.rpartition("\ndef ")[2].partition("(")[0]
        said = [condition.split() for condition in conditions]
        given = variables or tuple(words[0] for words in said)
        lows = {words[0]: int(words[2]) for words in said if words[1] == ">="}
        near = {each: f"{lows.get(each, -4)}..{lows.get(each, -4) + 7}" for each in given}
        functions = {"f": Bound(f"{module}:{name}")}
        sample = claim and Enumeration(
            claim, near, functions, EXACT, tmp_path, 0, tuple(conditions)
        )
        plan = Induction(
            claim, given, tuple(conditions), functions, _listed(invariants), _listed(variants),
            sample, tmp_path,
        )  # fmt: skip
        return decide(plan, Options())

    return run


def _listed(said):
    return {loop: (text,) for loop, text in (said or {}).items()}


def test_the_number_of_steps_is_proved_of_a_generator_without_a_bound(prove):
    found = prove(STEPS, EXACTLY, POSITIVE, invariants={"epoch": EPOCH, "index": INDEX})
    assert (found.verdict, found.unbounded, found.engine) == (Verdict.PROVED, True, "symbolic")
    assert "for all integers with limit >= 1, epochs >= 0, size >= 0" in found.notes[0]
    assert "the loops `epoch`, `index` cut at their invariants" in found.notes[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (">= limit", "> limit"),
        (">= limit", "== limit + 100"),  # beyond what is tried first
        ("done = 0", "done = 1"),
        ("done += 1", "done += 2"),
        ("                return", "                break"),
        ("yield done", "yield done\n            if done == 5000: yield 0"),
        ("range(epochs)", "range(epochs + 1)"),
        ("in range(size)", "in range(1, size)"),
        ("return sum(1 for _ in steps(epochs, size, limit))",
         "return min(sum(1 for _ in steps(epochs, size, limit)), 10**6)"),
    ],
)  # fmt: skip
def test_code_with_a_fault_is_not_proved(prove, old, new):
    assert old in STEPS
    code = STEPS.replace(old, new)
    found = prove(code, EXACTLY, POSITIVE, invariants={"epoch": EPOCH, "index": INDEX})
    assert found.verdict in {Verdict.REFUTED, Verdict.UNKNOWN}
    assert found.reason


@pytest.mark.parametrize(
    ("invariants", "reason"),
    [
        ({}, "the loop `epoch` has no invariant; state it as a loop_invariant"),
        ({"epoch": EPOCH}, "the loop `index` has no invariant"),
        ({"epoch": "done = epoch", "index": INDEX}, "does not hold where it begins, from"),
        ({"epoch": "done >= 1", "index": "1 = 1"}, "loop `epoch` does not hold where it begins"),
        ({"epoch": "1 = 1", "index": "1 = 1"}, "false of every state that the invariants allow"),
        ({"epoch": "steps = 1", "index": INDEX}, "variables are done, epoch, epochs, limit, size"),
    ],
)
def test_an_invariant_that_is_none_proves_nothing(prove, invariants, reason):
    found = prove(STEPS, EXACTLY, POSITIVE, invariants=invariants)
    assert (found.verdict, reason in found.reason) == (Verdict.UNKNOWN, True), found.reason


GCD = """
def halves(n):
    count = 0
    while n > 1:
        n = n // 2
        count = count + 1
    return count
"""


def test_a_loop_of_unknown_length_needs_a_variant(prove):
    said = {"while": "count >= 0"}
    found = prove(GCD, "f(n) >= 0", ("n >= 0",), invariants=said)
    assert "nothing says that this loop ends" in found.reason
    found = prove(GCD, "f(n) >= 0", ("n >= 0",), invariants=said, variants={"while": "n"})
    assert found.verdict is Verdict.PROVED, found.reason
    found = prove(GCD, "f(n) >= 0", ("n >= 0",), invariants=said, variants={"while": "count"})
    assert "the variant of the loop `while` does not fall in a turn" in found.reason
    found = prove(GCD, "f(n) >= 0", ("n >= 0",), invariants=said, variants={"while": "n - 5"})
    assert "the variant of the loop `while` may be negative in a turn" in found.reason


@pytest.mark.parametrize(
    ("code", "claim", "conditions", "verdict"),
    [
        ("\ndef f(n):\n    return n // 2 * 2 + n % 2\n", "f(n) = n", ("n >= -9",), "PROVED"),
        ("\ndef f(n):\n    return n // -3 * -3 + n % -3\n", "f(n) = n", ("n >= -9",), "PROVED"),
        ("\ndef f(a, b):\n    return max(a, b) + min(a, b)\n", "f(a, b) = a + b",
         ("a >= -3", "b >= -3"), "PROVED"),
        ("\ndef f(n):\n    return n if n != 5000 else 0\n", "f(n) = n", ("n >= 0",), "UNKNOWN"),
        ("\ndef f(n):\n    return 10 // (n - 7000) * 0\n", "f(n) = 0", ("n >= 0",), "UNKNOWN"),
        ("\ndef f(n):\n    if n > 7000:\n        raise ValueError\n    return n\n", "f(n) = n",
         ("n >= 0",), "UNKNOWN"),
        ("\ndef f(n):\n    if n > 7000:\n        return None\n    return n\n", "f(n) = n",
         ("n >= 0",), "UNKNOWN"),
        ("\ndef f(n):\n    return n * 0.5 * 2\n", "f(n) = n", ("n >= 0",), "UNKNOWN"),
        ("\nmin = max\ndef f(n):\n    return min(n, 3)\n", "f(n) >= 3", ("n >= 0",), "PROVED"),
        ("\ndef f(n):\n    return int(n) + abs(-n)\n", "f(n) = 2 * n", ("n >= 0",), "PROVED"),
        ("\nk = 3\ndef f(n):\n    if n > 9000:\n        k = 1\n    return n + k\n",
         "f(n) = n + 3", ("n >= 0",), "REFUTED"),
        ("\ndef g(n):\n    return f(n)\ndef f(n):\n    return g(n) if n > 9000 else n\n",
         "f(n) = n", ("n >= 0",), "UNKNOWN"),
        ("\ndef f(n):\n    n = n == 1 or n\n    return n\n", "f(n) = n", ("n >= 2",), "UNKNOWN"),
        ("\ndef f(n, m):\n    return n * m\n", "f(n, m) = f(m, n)", ("n >= 0", "m >= 0"),
         "PROVED"),
        ("\ndef f(n):\n    return n\n", "f(n) = n", ("n >= 3", "n < 3"), "VACUOUS"),
        ("\ndef f(n):\n    return n\n", "f(n) = n or f(n) != n", ("n >= 3",), "VACUOUS"),
        ("\ndef f(n):\n    return n\n", "f(n) = n and (f(n) < 3 implies f(n) = 7)", ("n >= 3",),
         "VACUOUS"),
        ("\ndef f(n):\n    return n\n", "f(n) = n and (f(n) > 9000 implies f(n) > 8)", ("n >= 3",),
         "PROVED"),
    ],
)  # fmt: skip
def test_python_is_taken_at_its_word(prove, code, claim, conditions, verdict):
    found = prove(code, claim, conditions, variables=tuple({c.split()[0]: 0 for c in conditions}))
    assert found.verdict.name == verdict, found


def test_an_invariant_that_no_fault_breaks_says_nothing(prove):
    said = {"epoch": "1 = 1", "index": "1 = 1"}
    found = prove(STEPS, None, POSITIVE, invariants=said, variables=("limit", "epochs", "size"))
    assert found.verdict is Verdict.VACUOUS
    assert found.reason == "it cannot fail: no mutant of the code is killed"
    said = {"epoch": EPOCH, "index": INDEX}
    found = prove(STEPS, None, POSITIVE, invariants=said, variables=("limit", "epochs", "size"))
    assert found.verdict is Verdict.PROVED


def test_without_z3_no_proof_is_tried_and_nothing_counts(prove, monkeypatch):
    name = "verification_conditions"
    monkeypatch.delattr(integers, name, raising=False)
    monkeypatch.setitem(sys.modules, f"pv.engines.integers.{name}", None)
    found = prove("\ndef f(n):\n    return n\n", "f(n) = n", ("n >= 0",))
    assert (found.verdict, found.cases, found.engine) == (Verdict.UNKNOWN, 0, "symbolic")
    assert "install pv with its extra symbolic" in found.reason
