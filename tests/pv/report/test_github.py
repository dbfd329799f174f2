import pytest

from pv.contract.finding import Finding, Location, Severity
from pv.report.github import as_commands
from pv.report.limits import MOST_FINDINGS

PLACE = Location("a,b:c.yaml", 2, 3, 2, 9)


@pytest.mark.parametrize(
    ("severity", "command"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "notice")],
)
def test_a_severity_is_a_command(severity, command):
    found = Finding("CLAIM-001", severity, "a fact", "a remedy", Location("k.yaml", 2, 3, 2, 9))
    assert as_commands([found]) == (
        f"::{command} file=k.yaml,line=2,endLine=2,col=3,endColumn=9,title=CLAIM-001"
        "::a fact; a remedy"
    )


def test_a_stretch_over_several_lines_has_no_columns():
    place = Location("k.yaml", 2, 3, 4, 1)
    shown = as_commands([Finding("CLAIM-001", Severity.ERROR, "a fact", "a remedy", place)])
    assert shown.startswith("::error file=k.yaml,line=2,endLine=4,title=CLAIM-001::")


def test_signs_that_end_a_property_or_a_line_are_escaped():
    found = Finding("CLAIM-001", Severity.ERROR, "100 %\nor: more, or", "less", PLACE)
    properties, data = as_commands([found, found]).splitlines()[0][2:].split("::")
    assert "file=a%2Cb%3Ac.yaml," in properties
    assert data == "100 %25\\nor: more, or; less"


def test_how_many_findings_are_left_out_stands_at_the_top_of_their_file():
    many = [Finding("C-1", Severity.ERROR, str(n), "r", PLACE) for n in range(MOST_FINDINGS + 3)]
    *listed, last = as_commands(many).splitlines()
    assert len(listed) == MOST_FINDINGS
    assert last == (
        "::notice file=a%2Cb%3Ac.yaml,line=1,endLine=1,col=1,endColumn=1,title=pv"
        "::3 findings more of this file are not listed; correct these first"
    )
