import re

import pytest

from pv.contract.finding import Severity
from pv.evidence.verdict import Verdict
from pv.report.colors import STYLES, colored

ESCAPE = re.compile("\x1b\\[[0-9;]*m")


def words(text):
    """Return what is coloured in a text; nothing else of it may be changed."""
    shown = colored(text)
    assert ESCAPE.sub("", shown) == text
    return re.findall("\x1b\\[[0-9;]+m(.*?)\x1b\\[0m", shown)


def test_every_verdict_and_severity_has_a_style():
    assert {*STYLES} == {each.name for each in Verdict} | {each.value for each in Severity}
    assert STYLES["REFUTED"] != STYLES["SURVIVED"] != STYLES["UNKNOWN"]


@pytest.mark.parametrize("verdict", [each.name for each in Verdict])
def test_a_verdict_is_coloured_where_a_report_has_it(verdict):
    assert words(f"{verdict:<9} O-1  3 cases") == [verdict]
    assert words(f"1 of 2 claims ran: 1,200 {verdict}, 1 {verdict}; 4 not begun\n") == [verdict] * 2
    assert words(f"O-1  c.yaml:3  enumerate  {verdict}, stale") == [verdict]
    assert words(f"O-1  c.yaml:3  none       {verdict}: as planned") == [verdict]


@pytest.mark.parametrize("severity", ["error", "warning", "note"])
def test_a_severity_is_coloured_behind_its_place(severity):
    finding = f"a b/c.yaml:3:12: {severity} SCHEMA-019 the key is 1 error\n    error note\n    ^^^^"
    assert words(finding) == [severity]
    assert words(f"1 contract: 1 {severity}, 2 notes") == []


@pytest.mark.parametrize(
    "text",
    [
        "          claim: REFUTED  1 PROVED",
        "            stdout| PROVED    O-1",
        "gate PROVED.gate holds: 3 of 3 requirements met",
        "repro: tests/PROVED.py  reproduces the refutation of X-PROVED",
        "PROVEDLY  O-1",
        "",
    ],
)
def test_what_others_say_keeps_its_colour(text):
    assert words(text) == []
