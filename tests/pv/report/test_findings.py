import json

import pytest

from pv.contract.finding import Finding, Location, Severity
from pv.report.findings import _lines, as_json, as_text, finding_text, summary_text
from pv.report.limits import MOST_FINDINGS


@pytest.fixture
def file(tmp_path):
    _lines.cache_clear()
    file = tmp_path / "k.yaml"
    file.write_text("a: 1\nformula: f(x)  # a remark\nb: 漢 wide\n", encoding="utf-8")
    return str(file)


def finding(file, line=2, column=10, end_line=2, end_column=14, severity=Severity.WARNING):
    place = Location(file, line, column, end_line, end_column)
    return Finding("CLAIM-001", severity, "a fact", "a remedy", place, "$.formula")


def test_a_finding_shows_its_line_with_a_caret_below_the_place(file):
    assert finding_text(finding(file)).splitlines() == [
        f"{file}:2:10: warning CLAIM-001 a fact",
        "    formula: f(x)  # a remark",
        "             ^^^^",
        "    a remedy",
    ]


def test_a_stretch_over_several_lines_ends_before_the_comment(file):
    assert finding_text(finding(file, end_line=3)).splitlines()[2] == "             ^^^^"


def test_a_wide_character_moves_the_caret_by_two_columns(file):
    shown = finding_text(finding(file, 3, 6, 3, 10)).splitlines()[2]
    assert len(shown) == len("    b: 漢 wide") + 1
    assert shown.endswith("^^^^")


def test_a_file_that_cannot_be_read_has_no_excerpt(tmp_path):
    _lines.cache_clear()
    assert len(finding_text(finding(str(tmp_path / "missing.yaml"))).splitlines()) == 2


def test_the_summary_counts_each_severity(file):
    found = [finding(file), finding(file, severity=Severity.ERROR), finding(file)]
    assert summary_text(found, 1) == "1 contract: 1 error, 2 warnings, 0 notes"
    assert as_text(found).count("a remedy") == 3


def test_json_has_place_path_and_summary(file):
    told = json.loads(as_json([finding(file)], 3))
    assert (told["schema"], told["contracts"]) == ("pv.findings/1", 3)
    assert told["summary"] == {"errors": 0, "warnings": 1, "notes": 0}
    (item,) = told["findings"]
    assert item == {
        "code": "CLAIM-001", "severity": "warning", "message": "a fact", "remedy": "a remedy",
        "file": file, "line": 2, "column": 10, "end_line": 2, "end_column": 14,
        "path": "$.formula",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "end", "first", "last"),
    [(1, 3, 0, 160), (54, 60, 0, 160), (55, 60, 1, 161), (250, 255, 196, 356), (400, 401, 240, 400),
     (390, 900, 240, 400)],
)  # fmt: skip
def test_of_a_long_line_what_is_around_the_place_is_shown(tmp_path, column, end, first, last):
    _lines.cache_clear()
    line = "".join(chr(ord("a") + n % 26) for n in range(400))
    (tmp_path / "k.yaml").write_text(f"{line}\n", encoding="utf-8")
    found = finding(str(tmp_path / "k.yaml"), 1, column, 1, end)
    _, text, carets, _ = finding_text(found).splitlines()
    before, behind = "…" * (first > 0), "…" * (last < 400)
    assert text == f"    {before}{line[first:last]}{behind}"
    start = 4 + len(before) + column - 1 - first
    assert carets == " " * start + "^" * (min(end - 1, last) - column + 1)


def test_what_is_left_out_is_counted(file):
    many = [finding(file) for _ in range(MOST_FINDINGS + 2)]
    assert as_text(many).splitlines()[-1].endswith("2 findings more of this file are not listed")
    told = json.loads(as_json(many, 1))
    assert (len(told["findings"]), told["left_out"]) == (MOST_FINDINGS, {file: 2})
    assert told["summary"]["warnings"] == MOST_FINDINGS + 2
