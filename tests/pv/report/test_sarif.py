import json

import pytest

import pv
from pv.contract.finding import Finding, Location, Severity
from pv.report.sarif import as_sarif


def finding(file, code="CLAIM-002", message="a fact", line=2, severity=Severity.WARNING):
    return Finding(code, severity, message, "a remedy", Location(str(file), line, 3, line, 9))


def run_of(findings, root):
    log = json.loads(as_sarif(findings, {"CLAIM-002": "a title"}, root))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return run


def test_each_rule_that_was_broken_is_described_once(tmp_path):
    found = [finding("k.yaml"), finding("k.yaml", "CLAIM-001"), finding("k.yaml", line=5)]
    run = run_of(found, tmp_path)
    driver = run["tool"]["driver"]
    assert driver["version"] == pv.__version__
    assert driver["rules"] == [
        {"id": "CLAIM-001", "shortDescription": {"text": "CLAIM-001"}},
        {"id": "CLAIM-002", "shortDescription": {"text": "a title"}},
    ]
    assert [each["ruleIndex"] for each in run["results"]] == [1, 0, 1]


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "note")],
)
def test_a_result_has_its_level_message_and_region(tmp_path, severity, level):
    (result,) = run_of([finding(tmp_path / "k.yaml", severity=severity)], tmp_path)["results"]
    assert (result["level"], result["message"]) == (level, {"text": "a fact; a remedy"})
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "k.yaml"}
    assert place["region"] == {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 9}


def prints(findings, root):
    return [each["partialFingerprints"]["pv/v1"] for each in run_of(findings, root)["results"]]


def test_a_fingerprint_stays_when_lines_move(tmp_path):
    file = tmp_path / "k.yaml"
    assert prints([finding(file)], tmp_path) == prints([finding(file, line=99)], tmp_path)


def test_fingerprints_differ_by_file_fact_and_occurrence(tmp_path):
    file = tmp_path / "k.yaml"
    found = [
        finding(file), finding(file, line=5), finding(tmp_path / "other.yaml"),
        finding(file, message="another fact"), finding(file, "CLAIM-001"),
    ]  # fmt: skip
    assert len({*prints(found, tmp_path)}) == 5


def test_a_file_outside_the_root_keeps_its_whole_path(tmp_path):
    inside = tmp_path / "inside"
    (result,) = run_of([finding(tmp_path / "k.yaml")], inside)["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == (tmp_path / "k.yaml").as_posix()
