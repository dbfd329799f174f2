import pytest

from pv.evidence.verdict import Verdict, worst

WORST_FIRST = (
    "REFUTED", "ERROR", "VACUOUS", "UNKNOWN", "PROSE", "UNBOUND", "SURVIVED", "PROVED",
)  # fmt: skip


def test_verdicts_are_ordered_worst_first_and_each_is_one_of_its_own():
    assert tuple(each.name for each in sorted(Verdict)) == WORST_FIRST
    assert [int(each) for each in sorted(Verdict)] == [*range(8)]
    assert all(Verdict(number) is each for number, each in enumerate(sorted(Verdict)))


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_says_what_was_shown_and_what_to_do(verdict):
    assert verdict.shown.endswith(".")
    assert verdict.remedy.endswith(".")
    assert "  " not in verdict.shown + verdict.remedy
    assert verdict.fails is (verdict.name in WORST_FIRST[:4])
    assert verdict.measured is (verdict.name not in {"PROSE", "UNBOUND"})


def test_a_summary_is_the_worst_of_its_parts():
    for number, each in enumerate(sorted(Verdict)):
        assert worst(sorted(Verdict)[number:]) is each
    assert worst([]) is None
