"""What a search concludes from what it tried, and what it says of that."""

import sys
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest

from pv.binding.model import Bound
from pv.checks.model import Formulas
from pv.claims import EXACT, Definition, Tolerance, parse, read_field
from pv.claims.domains.read_space import space_of
from pv.engines.calling.foreign_callables import Unusable
from pv.engines.outcome import Options
from pv.engines.search import engine
from pv.engines.search.diagnosis import Diagnosis
from pv.engines.search.engine import CASES, LEAST, Search, decide
from pv.engines.search.function_mutants import POINTS
from pv.engines.search.replay import replayed
from pv.evidence.verdict import Verdict

_MODULES = count()
SAME = "def f(n):\n    return n\n"
FEW = Options(cases=40)
NEVER = "the domain has no points that meet the preconditions"


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """Return the plan of a claim about a function `f` of some code, over a domain."""

    def made(claim, domain, code=SAME, **more):
        functions = {}
        if code:
            name = f"outcomes_{next(_MODULES)}"
            (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
            monkeypatch.syspath_prepend(tmp_path)
            functions = {"f": Bound(f"{name}:f")}
        space = space_of(read_field("domain", domain))
        given = {"definitions": (), "tolerance": EXACT, **more}
        return Formulas(
            claim, parse(claim), space=space, functions=functions, root=tmp_path, **given
        )

    yield made
    for name in [each for each in sys.modules if each.startswith("outcomes_")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("claim", "domain", "verdict", "cases"),
    [
        ("f(n) = n", "n in 1..30", Verdict.PROVED, 30),
        ("f(n) = n", "n in 1..1", Verdict.PROVED, 1),
        ("n > 20 implies f(n) = n", "n in 1..30", Verdict.PROVED, 10),
        ("f(n) = n", "n in 1..30, n > 28", Verdict.PROVED, 2),
        ("f(n) < 9", "n in 1..30", Verdict.REFUTED, 9),
        ("n / n = f(n) / n", "n in 0..30", Verdict.SURVIVED, 30),
    ],
)
def test_each_point_of_a_small_domain_counts(plan, claim, domain, verdict, cases):
    found = decide(plan(claim, domain), Options())
    assert (found.verdict, found.cases, found.engine) == (verdict, cases, "enumerate")


def test_of_a_large_domain_so_many_values_are_drawn_as_are_asked_for(plan):
    wide = plan("f(n) = n", "n in ℤ")
    found = decide(wide, Options(cases=50))
    assert (found.verdict, found.engine, found.total) == (Verdict.SURVIVED, "property", True)
    assert 50 <= found.cases <= 100  # and as many by Hypothesis
    alone = decide(plan("n = n", "n in ℤ", code=None), Options())
    assert (alone.verdict, alone.cases, alone.mutants) == (Verdict.SURVIVED, CASES, None)


def test_hypothesis_looks_where_pv_does_not(plan):
    found = decide(plan("f(n) = n", "n in ℤ", "def f(n):\n    return n + (n > 10**9)\n"), Options())
    assert (found.verdict, found.counterexample) == (Verdict.REFUTED, {"n": 10**9 + 1})


def test_only_cases_in_which_the_premise_holds_count(plan):
    found = decide(plan("n > 0 implies f(n) > 0", "n in ℤ"), Options())
    assert found.verdict is Verdict.SURVIVED
    assert CASES / 4 < found.cases < 1.5 * CASES


RAISES = "def f(n):\n    raise KeyError(n)\n"
COUNTS = "calls = []\ndef f(n):\n    calls.append(n)\n    return "


@pytest.mark.parametrize(
    ("claim", "domain", "code", "verdict", "reason"),
    [
        ("f(n) = n", "n in 5..3", SAME, Verdict.VACUOUS, "no value lies in the domain of `n`"),
        ("f(n) = n", "n in ℤ, n > 3, n < 3", SAME, Verdict.VACUOUS,
         "no value lies in the domain of `n`"),
        ("f(n) = n", "n in 1..9, n > 9", SAME, Verdict.VACUOUS, NEVER),
        ("f(n) = n", "n in ℤ, n * n < 0", SAME, Verdict.VACUOUS,
         "no values that were tried meet the preconditions"),
        ("n > 9 implies f(n) = n", "n in 1..9", SAME, Verdict.VACUOUS,
         "at none of 9 points does what the claim presupposes hold"),
        ("n * n < 0 implies f(n) = n", "n in ℤ", SAME, Verdict.VACUOUS,
         "in no case did what the claim presupposes hold"),
        ("n = 1234560 implies f(n) = n", "n in ℤ, n > 1234550, n < 10^9", SAME, Verdict.UNKNOWN,
         "what the claim presupposes held in "),
        ("√n >= f(n) * 0", "n in ℤ, n < -3", SAME, Verdict.UNKNOWN,
         "only 0 cases met the preconditions and had a value; elsewhere sqrt(n) is not a number"),
        ("n = n or f(n) = 1", "n in 1..9", SAME, Verdict.VACUOUS, "it cannot fail: none of "),
        ("f(n) = n", "n in 1..9", RAISES, Verdict.REFUTED, "KeyError"),
        ("f(n) = n", "n in ℤ", RAISES, Verdict.ERROR, "; correct the binding"),
        ("f(n) >= n", "n in ℤ", f"{COUNTS}n + len(calls)\n", Verdict.UNKNOWN, "f(n) is "),
        ("f(n) = n", "n in 1..9", f"{COUNTS}n + (len(calls) == 3)\n", Verdict.UNKNOWN,
         "false, then true"),
        ("f(n) = n", "n in ℤ", f"{COUNTS}n if len(calls) > 40 else 1 / 0\n", Verdict.UNKNOWN,
         "it raised, then it did not"),
        ("f(n) = n", "n in [0/0, 1]", SAME, Verdict.UNKNOWN, "it has no value: "),
    ],
)  # fmt: skip
def test_what_does_not_show_anything_is_no_success(plan, claim, domain, code, verdict, reason):
    found = decide(plan(claim, domain, code), FEW)
    assert (found.verdict, reason in (found.reason or "")) == (verdict, True), found.reason


@pytest.mark.parametrize("few", ["count", "met"])
@pytest.mark.parametrize(
    ("number", "verdict"), [(LEAST - 1, Verdict.UNKNOWN), (LEAST, Verdict.SURVIVED)]
)
def test_fewer_than_10_cases_show_nothing(plan, few, number, verdict):
    search = Search(plan("n = n", "n in ℤ", code=None), Options(), {})
    search.count = search.met = 100
    setattr(search, few, number)
    assert search._believed(exhausted=False).verdict is verdict
    assert search._believed(exhausted=True).verdict is Verdict.PROVED


def test_a_case_without_a_value_is_counted_and_nothing_is_proved(plan):
    found = decide(plan("1 / n >= 0 * f(n)", "n in 0..9"), Options())
    assert (found.verdict, found.cases, found.total) == (Verdict.SURVIVED, 9, False)
    assert any(note.startswith("1 of 10 cases without a value: ") for note in found.notes)


def test_what_was_declared_for_more_is_not_proved(plan):
    assert (
        decide(plan("f(n) = n", "n in 1..9", partial=True), Options()).verdict is Verdict.SURVIVED
    )


def test_reals_are_equal_within_what_the_claim_says_and_that_is_told(plan):
    loose = {"tolerance": Tolerance(absolute=0.5)}
    found = decide(plan("f(n) + 0.25 = n", "n in 1..30", **loose), Options())
    assert found.verdict is Verdict.PROVED
    assert any(note.startswith("reals are equal within ") for note in found.notes)
    whole = decide(plan("f(n) = n", "n in 1..30", **loose), Options())
    assert not any("equal within" in note for note in whole.notes)
    refuted = decide(plan("f(n) + 0.75 = n", "n in 1..30", **loose), Options())
    assert (refuted.verdict, refuted.cases) == (Verdict.REFUTED, 1)
    assert any(note.startswith("reals are equal within ") for note in refuted.notes)


def test_a_counterexample_is_small_and_comes_with_the_values_of_both_sides(plan):
    code = "def f(n):\n    print('called')\n    return n + (n > 6)\n"
    found = decide(plan("f(n) = n", "n in ℤ", code), Options())
    assert (found.verdict, dict(found.counterexample)) == (Verdict.REFUTED, {"n": 7})
    assert found.reason == "false: f(n) = n"
    assert found.observation == ("f(n)  is  8", "n  is  7")
    assert "it prints to standard output: called" in found.notes


def test_code_that_raises_somewhere_is_refuted_there(plan):
    code = "def f(n):\n    if n == 4:\n        raise KeyError('four')\n    return n\n"
    found = decide(plan("f(n) = n", "n in 0..9", code), Options())
    assert (found.verdict, dict(found.counterexample)) == (Verdict.REFUTED, {"n": 4})
    assert "KeyError" in found.reason


def test_code_that_raises_at_first_is_refuted_where_it_first_did(plan):
    code = "def f(n):\n    if abs(n) > 3:\n        raise KeyError(n)\n    return n\n"
    found = decide(plan("f(n) = n", "n in -10^9..10^9", code), Options())
    assert (found.verdict, abs(found.counterexample["n"])) == (Verdict.REFUTED, 4)
    always = decide(plan("f(n) = n", "n in ℤ", "def f(n):\n    raise KeyError(n)\n"), Options())
    assert dict(always.counterexample) == {"n": 0}
    assert f"in each of {CASES} cases" in always.reason


def test_what_code_returned_without_items_is_no_number(plan):
    code = "def f(n):\n    return []\n"
    found = decide(plan("f(n) >= 0", "n in 0..9", code), Options())
    assert (found.verdict, dict(found.counterexample)) == (Verdict.REFUTED, {"n": 0})
    some = "def f(n):\n    return list(range(n))\n"
    assert decide(plan("f(n) >= 0", "n in 0..9", some), Options()).verdict is Verdict.PROVED


@pytest.fixture
def clock(monkeypatch):
    """Let each look at the clock take a second."""
    ticks = count()
    monkeypatch.setattr(engine, "time", SimpleNamespace(monotonic=lambda: next(ticks)))


@pytest.mark.usefixtures("clock")
def test_without_time_nothing_is_shown(plan):
    for domain in ("n in ℤ", "n in 0..99"):
        none = decide(plan("f(n) = n", domain), Options(budget=0))
        assert (none.verdict, none.reason) == (
            Verdict.UNKNOWN, "the budget was spent before there was a case",
        )  # fmt: skip


@pytest.mark.usefixtures("clock")
def test_where_the_time_is_too_short_for_every_point_some_are_drawn(plan):
    found = decide(plan("f(n) = n", "n in 0..999"), Options(budget=100))
    assert (found.verdict, found.engine) == (Verdict.SURVIVED, "enumerate")
    assert found.cases == 75 + 10
    assert "the time was up before the last point; from then on, points were drawn" in found.notes
    exactly = decide(plan("f(n) = n", "n in 1..75"), Options(budget=100))
    assert (exactly.verdict, exactly.notes) == (Verdict.PROVED, ())


@pytest.mark.usefixtures("clock")
def test_what_lies_behind_the_points_that_were_reached_is_found_among_those_drawn(plan):
    half = plan("f(n) = n", "n in 0..999", "def f(n):\n    return n + (n > 500)\n")
    assert decide(half, Options(budget=200)).verdict is Verdict.REFUTED


@pytest.mark.usefixtures("clock")
def test_a_search_ends_after_10_seconds_at_most_and_one_about_formulas_after_2(plan):
    assert decide(plan("f(n) = n", "n in ℤ"), Options()).cases == 10
    assert decide(plan("f(n) = n", "n in ℤ"), Options(budget=3)).verdict is Verdict.UNKNOWN
    formulas = decide(plan("n = n", "n in ℤ", code=None), Options())
    assert (formulas.verdict, formulas.cases) == (Verdict.UNKNOWN, 2)


@pytest.mark.usefixtures("clock")
def test_a_premise_that_was_not_met_in_time_may_be_met_later(plan):
    found = decide(plan("n = 10^9 implies f(n) = n", "n in ℤ"), Options())
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason.endswith("presupposes hold before the budget was spent")
    every = decide(plan("n > 75 implies f(n) = n", "n in 1..75"), Options(budget=100))
    assert every.verdict is Verdict.VACUOUS


@pytest.mark.parametrize("last", [5, 20, 21, 999, 5000])
def test_the_cases_that_are_kept_lie_all_over_the_space(plan, last):
    search = Search(plan("n = n", f"n in 0..{last}", code=None), Options(), {})
    search.run([{"n": n} for n in range(last + 1)])
    kept = [case["n"] for case in search.passed]
    assert kept == sorted({*kept})
    assert min(POINTS // 2, last) <= len(kept) <= POINTS
    assert kept[0] <= last / 4 + 1
    assert kept[-1] >= last * 3 / 4
    steps = np.diff(kept)
    assert steps.max() <= 2 * steps.min()


def test_what_a_solver_found_is_believed_where_the_code_shows_it(plan):
    code = "def f(n):\n    return n + (n == 40)\n"
    claim = plan("f(n) = n", "n in 0..99", code)
    found = replayed(claim, {"n": 40}, Options())
    assert (found.verdict, dict(found.counterexample)) == (Verdict.REFUTED, {"n": 40})
    assert replayed(claim, {"n": 41}, Options()) is None
    assert replayed(plan("f(n) < 0", "n in 0..99"), {"n": 100}, Options()) is None
    partly = plan("f(n) = n", "n in 0..99", "def f(n):\n    return n if n < 90 else 1 / 0\n")
    assert replayed(partly, {"n": 95}, Options()).verdict is Verdict.REFUTED
    never = plan("f(n) = n", "n in 0..99", "def f(n):\n    return 1 / 0\n")
    with pytest.raises(Unusable, match=r"in each case .*; correct the binding"):
        replayed(never, {"n": 95}, Options())


def test_a_claim_that_is_false_only_by_rounding_says_so(plan):
    twice = Definition("f", ("x",), parse("x * 3 / 3"))
    code = "def f(n):\n    return n / 3 * 3 + 1e-16\n"
    claim = plan("f(x) = x", "x in [0.1, 0.9]", code, definitions=(twice,))
    found = decide(claim, Options())
    assert found.verdict is Verdict.REFUTED
    assert "true of the formula" in found.reason
    wrong = Definition("f", ("x",), parse("x + 1"))
    other = decide(plan("f(x) = x", "x in [0.1, 0.9]", code, definitions=(wrong,)), Options())
    assert "true of the formula" not in other.reason


def test_a_small_domain_is_tried_in_other_orders_as_often_on_any_machine(plan, monkeypatch):
    judge, tried = engine.Trial.judge, count()

    def counted(trial, case):
        next(tried)
        return judge(trial, case)

    monkeypatch.setattr(engine, "ORDERS", 9.0)
    monkeypatch.setattr(engine.Trial, "judge", counted)
    assert decide(plan("f(n) = n", "n in 1..30"), Options()).verdict is Verdict.PROVED
    assert engine.WEAR < next(tried) < 9 * engine.WEAR


def test_why_formulas_have_no_value_is_looked_for_once(plan, monkeypatch):
    gap, asked = Diagnosis.gap, count()

    def counted(diagnosis, *where):
        next(asked)
        return gap(diagnosis, *where)

    monkeypatch.setattr(Diagnosis, "gap", counted)
    found = decide(plan("Σ_{i=1}^{9} 1 / (n - n) > 0", "n in 1..30", ""), Options())
    assert found.verdict is Verdict.UNKNOWN
    assert "division by zero" in found.reason
    assert next(asked) == 1
