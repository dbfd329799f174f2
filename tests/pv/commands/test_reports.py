import json

import pytest

from tests import warm_python
from tests.conftest import HOME

BAD = "tests/cases/SCHEMA-019/bad-singular.yaml"


def validate(*words, cwd=HOME):
    return warm_python.run("pv", ["validate", *words], cwd)


def test_github_sees_an_error_at_its_line_and_column():
    line = validate(BAD, "--format", "github").stdout.splitlines()[0]
    assert line.startswith(
        f"::error file={BAD},line=9,endLine=9,col=1,endColumn=15,title=SCHEMA-019::"
    )
    assert "did you mean `symbolic_checks`?" in line


def test_github_lines_are_escaped(tmp_path):
    (tmp_path / "a,b.yaml").write_text("metadata: {version: 1.0.0, description: d}\nkind: 100%\n")
    line = validate("a,b.yaml", "--format", "github", cwd=tmp_path).stdout.splitlines()[0]
    assert "file=a%2Cb.yaml," in line


def results(cwd, *words):
    log = json.loads(validate(*words, "--format", "sarif", cwd=cwd).stdout)
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == sorted(
        {result["ruleId"] for result in run["results"]}
    )
    return run["results"]


def test_sarif_names_rule_place_and_level():
    result = next(item for item in results(HOME, BAD) if item["ruleId"] == "SCHEMA-019")
    physical = result["locations"][0]["physicalLocation"]
    assert result["level"] == "error"
    assert physical["artifactLocation"]["uri"] == BAD
    assert physical["region"] == {
        "startLine": 9, "startColumn": 1, "endLine": 9, "endColumn": 15,
    }  # fmt: skip


def test_a_fingerprint_survives_moved_lines_and_differs_between_findings(tmp_path):
    text = (HOME / BAD).read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(text)
    before = [item["partialFingerprints"]["pv/v1"] for item in results(tmp_path, "a.yaml")]
    (tmp_path / "a.yaml").write_text("# moved\n# down\n" + text)
    after = [item["partialFingerprints"]["pv/v1"] for item in results(tmp_path, "a.yaml")]
    assert before == after
    assert len(set(before)) == len(before)


@pytest.mark.parametrize("form", ["text", "github"])
def test_notes_are_shown_to_people_on_request_only(form):
    quiet = validate("contracts", "--format", form).stdout
    assert "CLAIM-001" not in quiet
    assert " notes (--notes shows them)" in quiet
    assert "CLAIM-001" in validate("contracts", "--format", form, "--notes").stdout
