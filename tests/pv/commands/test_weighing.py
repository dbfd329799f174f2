"""Which findings count: what a baseline knows does not, and a baseline only shrinks."""

import io

import pytest

from pv.commands.shared.configuration import Configuration
from pv.commands.shared.errors import UserFault
from pv.commands.shared.weighing import BaselineOptions, weigh
from pv.contract.discovery.find import Content
from pv.contract.finding import Finding, Location, Severity
from pv.rules.model import catalogue
from pv.rules.model.summary import Summary
from pv.rules.policy.project_severities import Policy
from pv.rules.running.validation import Validated

FIXED = min(catalogue.FIXED)
CODE = min(catalogue.VALIDATED - catalogue.FIXED - {"BASELINE-001"})


def finding(message, code=CODE, file="a.yaml"):
    return Finding(code, Severity.ERROR, message, "r", Location(file, 3, 1, 3, 4))


@pytest.fixture
def weighed(tmp_path):
    """Weigh findings about one file by a baseline; returns the messages of those that count."""
    file = tmp_path / "known.json"

    def run(*findings, update=False, named=True, configured=False, severity=None):
        of_file = Validated(Summary("a.yaml", Content.CONTRACT, ()), findings)
        options = BaselineOptions(file if named else None, update)
        configuration = Configuration(
            baseline=file if configured else None, policy=Policy(severity=severity or {})
        )
        stderr = io.StringIO()
        found = weigh([of_file], options, configuration, stderr)
        return [each.message for each in found], stderr.getvalue()

    run.file = file
    return run


def test_without_a_baseline_every_finding_counts(weighed):
    assert weighed(finding("a"), finding("b"), named=False) == (["a", "b"], "")
    with pytest.raises(UserFault, match="--update-baseline needs --baseline FILE"):
        weighed(finding("a"), named=False, update=True)


def test_what_is_known_does_not_count_and_what_is_fixed_always_does(weighed):
    with pytest.raises(UserFault, match="there is no such baseline; make it"):
        weighed(finding("a"))
    found, said = weighed(finding("a"), finding("a"), finding("f", FIXED), update=True)
    assert (found, said) == (["f"], f"pv: {weighed.file}: 2 findings recorded as known\n")
    assert weighed(finding("a"), finding("a"), finding("b")) == (["b"], "")
    assert weighed(finding("a"), finding("a"), finding("a"))[0] == ["a"]
    assert weighed(finding("a"), finding("a"), named=False, configured=True) == ([], "")


def test_what_is_gone_is_told_until_the_baseline_is_smaller(weighed):
    weighed(finding("a"), finding("b"), finding("c"), update=True)
    (gone,), said = weighed(finding("a"), finding("b"))
    assert (f"{CODE} c: known here, and it no longer occurs" in gone, said) == (True, "")
    assert weighed(finding("a"), finding("b"), severity={"BASELINE-001": None})[0] == []
    found, said = weighed(finding("a"), finding("new"), update=True)
    assert (found, said) == (["new"], f"pv: {weighed.file}: 2 findings dropped, 1 left\n")
    before = weighed.file.stat().st_mtime_ns
    assert weighed(finding("a"), update=True) == ([], "")
    assert weighed.file.stat().st_mtime_ns == before


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "pv.baseline/1", "findings": [1]}'])
def test_a_file_that_is_no_baseline_is_the_users_fault(weighed, text):
    weighed.file.write_text(text, encoding="utf-8")
    with pytest.raises(UserFault, match=r"known\.json: cannot be read as a baseline: "):
        weighed(finding("a"))


def test_the_projects_severities_apply(weighed):
    found, _ = weighed(finding("a"), finding("f", FIXED), named=False, severity={CODE: None})
    assert found == ["f"]
