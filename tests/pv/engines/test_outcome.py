import pytest

from pv.engines.outcome import Options, Outcome
from pv.evidence.seen import Seen
from pv.evidence.verdict import Verdict

SURVIVED = Outcome(Verdict.SURVIVED, 4, notes=("n",))


@pytest.mark.parametrize(
    ("options", "in_full"),
    [(Options(), True), (Options(cases=3), False), (Options(case={"n": 1}), False),
     (Options(case={}), False), (Options(budget=1.0, seed=3, prove=True, total=9.0), True)],
)  # fmt: skip
def test_only_a_run_of_all_that_is_asked_counts(options, in_full):
    assert options.in_full is in_full


@pytest.mark.parametrize(
    ("printed", "notes"),
    [("", ("n",)), (" \n", ("n",)),
     ("\n a\nb\n", ("n", "it prints to standard output: a"))],
)  # fmt: skip
def test_what_code_prints_is_noted(printed, notes):
    assert SURVIVED.saying(printed).notes == notes


def test_what_an_earlier_run_read_counts_too():
    one, other = Seen(files={"a": "1"}), Seen(files={"b": "2"})
    first, second = Outcome(Verdict.SURVIVED, seen=one), Outcome(Verdict.PROVED, seen=other)
    assert second.after(first) == Outcome(Verdict.PROVED, seen=one | other)
    assert second.after(SURVIVED).seen is None
    assert SURVIVED.after(first).seen is None


def test_the_engine_that_decided_is_named():
    assert SURVIVED.by("e") == Outcome(Verdict.SURVIVED, 4, notes=("n",), engine="e")
