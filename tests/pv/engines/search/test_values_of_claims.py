"""What code returns, or does not, decides a claim in the same way in every engine."""

import sys
from itertools import count

import pytest

from pv.binding.model import Bound
from pv.checks.model import Enumeration, Formulas
from pv.claims import EXACT, Tolerance, parse, parse_domain
from pv.claims.domains.space import Space, Values
from pv.engines.outcome import Options
from pv.engines.search.engine import decide
from pv.evidence.verdict import Verdict

_MODULES = count()
IMPORTS = """\
import datetime, functools, math, time
from decimal import Decimal
from fractions import Fraction
import numpy as np
"""


@pytest.fixture
def judged(tmp_path, monkeypatch):
    """Decide a claim about a function of n by enumeration, and by values drawn from a space."""

    def decided(code, claim, domain="0..9", budget=30.0, tolerance=EXACT):
        name = f"values_{next(_MODULES)}"
        (tmp_path / f"{name}.py").write_text(IMPORTS + code, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        functions = {"f": Bound(f"{name}:f")}
        if "def g" in code:
            functions["g"] = Bound(f"{name}:g")
        plan = Enumeration(claim, {"n": domain}, functions, tolerance, tmp_path, 10)
        found = decide(plan, Options(budget=budget))
        over = parse_domain(domain)
        ends = {"low": parse(str(over.low)), "high": parse(str(over.high))}
        space = Space({"n": Values(whole=True, **ends)}, {}, ())
        drawn = Formulas(claim, parse(claim), (), space, tolerance, functions, root=tmp_path)
        other = decide(drawn, Options(budget=budget))
        assert (found.verdict, found.reason) == (other.verdict, other.reason)
        sys.modules.pop(name, None)
        return found

    return decided


@pytest.mark.parametrize(
    ("result", "claim", "why"),
    [
        ("None", "f(n) >= 0", "as f(n) returned None"),
        ("None if n == 7 else n", "f(n) + 1 > n", "as f(n) returned None"),
        ("'?' if n == 7 else n", "f(n) >= 0", "as f(n) returned '?'"),
        ("[] if n == 7 else [n]", "max(f(n)) = n", "as f(n) returned ()"),
        ("[] if n == 7 else [n]", "f(n)[0] = n", "as f(n) returned ()"),
        ("[] if n == 7 else n", "f(n) >= 0", "f(n) has no items"),
        ("{} if n == 7 else {'a': n}", "f(n).a = n", "there is no `a`"),
        ("1 if n == 7 else True", "f(n)", "a truth value is needed here"),
        ("1 if n == 7 else True", "f(n) implies n >= 0", "a truth value is needed here"),
        ("n * n", "1 / f(n) > 0", "division by zero, as f(n) returned 0"),
        ("n * n", "1 // f(n) >= 0", "as f(n) returned 0"),
        ("{n, n + 1}", "f(n)[0] = n", "a set has no order"),
        ("[n] * n if n < 7 else 5", "Σ_{i in 0..n-1} f(n)[i] = n * n", "as f(n) returned 5"),
    ],
)
def test_what_code_returned_is_why_a_claim_has_no_value(judged, result, claim, why):
    found = judged(f"def f(n): return {result}", claim)
    assert found.verdict is Verdict.REFUTED
    assert found.reason.startswith("without a value: ")
    assert why in found.reason


@pytest.mark.parametrize(
    ("claim", "note"),
    [
        ("f(n) / n = n", "1 of 10 cases without a value: division by zero"),
        ("f(n) // n = n", "1 of 10 cases without a value: integer division or modulo by zero"),
        ("sqrt(n - 2) >= 0 and f(n) >= 0", "2 of 10 cases without a value: sqrt(n - 2) is not a"),
        ("not (log(n - 2) > 5) and f(n) >= 0", "without a value: log(n - 2) is not a number"),
    ],
)
def test_what_the_claim_itself_leaves_without_a_value_is_counted_and_nothing_is_proved(
    judged, claim, note
):
    found = judged("def f(n): return n * n", claim)
    assert found.verdict is Verdict.SURVIVED
    assert any(note in each for each in found.notes)


@pytest.mark.parametrize(
    "claim",
    ["n > 0 implies f(n) / n = n", "n = 0 or f(n) / n = n", "f(n) / n = n if n > 0 else f(n) = 0"],
)
def test_a_part_that_is_not_asked_for_needs_no_value(judged, claim):
    assert judged("def f(n): return n * n", claim).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("result", "claim"),
    [
        ("Decimal(n) / 2", "2 * f(n) = n and f(n) + 0.5 > f(n)"),
        ("Decimal('1.19') * n", "f(n) = 1.19 * n and f(n) = n + 0.19 * n"),
        ("Decimal('0.3') * n", "f(n) = n / 10 + n / 5"),
        ("[Decimal(n) / 4] * 4", "sum(f(n)) = n and mean(f(n)) = n / 4 and f(n)[0] = n / 4"),
        ("Fraction(n, 3)", "f(n) = n / 3 and 3 * f(n) = n and f(n) in [0, 3]"),
        ("Fraction(n, 3)", "floor(f(n)) = n // 3 and round(f(n)) in {0, 1, 2, 3}"),
        ("np.int64(n)", "2 * f(n) = 2 * n"),
        ("np.bool_(n > 3)", "f(n) iff n > 3"),
        ("np.array([2**62, n])", "sum(f(n)) * 4 = 2^64 + 4 * n"),
        ("10**400 + n", "f(n) - 10^400 = n"),
        ("{n, n + 1}", "f(n) = {n + 1, n} and n in f(n) and len(f(n)) = 2 and {n} ⊆ f(n)"),
        ("n", "{f(n), n + 1} = {n + 1, f(n)} and len({f(n), n}) = 1"),
        ("{n, n + 1}", "f(n) ∪ {n + 2} = {n, n + 1, n + 2} and f(n) \\ {n} = {n + 1}"),
        ("float(n) if n % 2 else n", "f(n) = n"),
        ("str(n)", 'f(n) + "a" != "a" and f(n) < "a"'),
        ("set('abc')", 'f(n) = {"c", "b", "a"}'),
    ],
)  # fmt: skip
def test_right_code_is_proved_whatever_type_its_results_have(judged, result, claim):
    assert judged(f"def f(n): return {result}", claim).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("result", "claim"),
    [
        ("np.uint8(n)", "f(n) - 5 >= 0"),
        ("np.array([n], dtype=np.uint8)", "f(n)_i - 5 >= 0 for all i"),
        ("np.float32(16777216)", "f(n) + 1 = f(n)"),
        ("np.float16(2048)", "f(n) + 1 = f(n)"),
        ("Decimal('0.1000000000000000001') * n", "f(n) = 0.1 * n"),
        ("[n, n]", "f(n) = {n}"),
        ("{n, n + 1}", "7 not in f(n)"),
        ("Decimal('NaN')", "f(n) = f(n)"),
        ("n + 1 if n == 9 else n", "f(n) = n"),
    ],
)
def test_a_false_claim_is_refuted_whatever_type_results_have(judged, result, claim):
    assert judged(f"def f(n): return {result}", claim).verdict is Verdict.REFUTED


def test_a_value_that_claims_do_not_have_is_an_error_unless_other_code_takes_it(judged):
    made = "class Box:\n    def __init__(self, n): self.n = n\ndef f(n): return Box(n)\n"
    assert judged(f"{made}def g(box): return box.n", "g(f(n)) = n").verdict is Verdict.PROVED
    found = judged(made, "f(n) = n")
    assert found.verdict is Verdict.ERROR
    assert "returned a value of type" in found.reason
    assert "Box, which claims cannot compute with" in found.reason


def test_code_that_returns_equal_numbers_of_two_types_is_pure(judged):
    code = "@functools.lru_cache(None)\ndef f(n): return n"
    assert judged(code, "f(n * 1.0) = n and f(n) = n").verdict is Verdict.PROVED


def test_a_planted_fault_does_not_make_code_impure(judged):
    tolerance = Tolerance(1e-9, 1e-7)
    found = judged("def f(n): return 3 * n", "f(n) % 3 != 1", tolerance=tolerance)
    assert found.verdict is Verdict.PROVED


@pytest.mark.parametrize("domain", ["0..9", "0..99999"])
def test_a_spent_budget_proves_nothing(judged, domain):
    found = judged("def f(n): return n", "f(n) = n", domain, budget=0.0)
    assert found.verdict is Verdict.UNKNOWN


def test_the_tolerance_that_was_applied_is_told_where_reals_are_compared(judged):
    tolerance = Tolerance(1e-9, 0.0, 4, "float32")
    found = judged("def f(n): return n / 2", "2 * f(n) = n", tolerance=tolerance)
    assert found.notes == ("reals are equal within abs 1e-09 or 4 ulp of float32",)
    assert judged("def f(n): return n", "f(n) = n", tolerance=tolerance).notes == ()
    assert judged("def f(n): return n / 2", "2 * f(n) = n").notes == ()


def test_a_refuted_quantifier_shows_where_and_what_was_returned(judged):
    code = "def f(n): return np.array([0, 1, 3])"
    found = judged(code, "f(n)_i = i for all i")
    assert found.observation == ("i  is  2", "f(n)_{i}  is  3", "f(n)  is  [0, 1, 3]")
