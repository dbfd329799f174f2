import pytest

from pv.contract.finding import Finding, Location, Severity
from pv.report.limits import (
    LONGEST,
    MOST_FINDINGS,
    MOST_NAMES,
    clipped,
    first_names,
    limited,
    not_listed,
)  # fmt: skip


def finding(line, severity=Severity.WARNING, file="a.yaml"):
    return Finding("PV-1", severity, str(line), "", Location(file, line, 1, line, 2))


def test_of_many_findings_of_a_file_errors_are_listed_and_all_in_their_order():
    many = [finding(line) for line in range(MOST_FINDINGS)]
    last = finding(MOST_FINDINGS, Severity.ERROR)
    others = [finding(line, file="b.yaml") for line in range(MOST_FINDINGS)]
    found = limited([*many, *others, last])
    assert found.left_out == {"a.yaml": 1}
    assert list(found.findings) == [*many[:-1], *others, last]
    assert limited(many).left_out == {}


@pytest.mark.parametrize(("count", "said"), [(1, "1 finding more"), (2, "2 findings more")])
def test_how_many_are_left_out_is_said(count, said):
    assert not_listed(count).startswith(said)


def test_a_text_is_as_long_as_is_shown():
    assert clipped("x" * LONGEST) == "x" * LONGEST
    long = clipped("x" * 5000)
    assert len(long) == LONGEST
    assert long.endswith("x … (5,000 characters)")
    assert clipped("x" * 50, 40) == "x" * 22 + " … (50 characters)"


def test_only_the_first_of_many_names_are_told():
    names = {str(number): number for number in range(MOST_NAMES + 1)}
    assert first_names(names) == {str(number): number for number in range(MOST_NAMES)}
