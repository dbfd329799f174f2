"""Options that choose among the claims that targets name."""

import argparse
import json

import jsonschema
import pytest

from pv.commands.shared.options.narrowing import expression
from tests.conftest import HOME


def names(results):
    return {*results[1]}


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("cnt", {"CNT-INV-001", "SYM-CNT-001"}),
        ("sym", {"SYM-CNT-001"}),
        ("not SYM", {"CNT-INV-001"}),
        ("inv or (counter and not cnt)", {"CNT-INV-001"}),
        ("counter-v1 and cnt", {"CNT-INV-001", "SYM-CNT-001"}),
    ],
)
def test_an_expression_chooses_by_parts_of_names(text, chosen):
    names = ("CNT-INV-001\ncounter-v1", "SYM-CNT-001\ncounter-v1")
    matches = expression(text)
    assert {each.partition("\n")[0] for each in names if matches(each)} == chosen


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a part of a name is missing"),
        ("a and", "a part of a name is missing"),
        ("or", "a part of a name is missing"),
        ("(a", "a bracket is not closed"),
        ("a b", "'b' is not expected in 'a b'"),
        ("a)", r"'\)' is not expected"),
    ],
)
def test_what_is_no_expression_is_refused(text, why):
    with pytest.raises(argparse.ArgumentTypeError, match=why):
        expression(text)


def test_claims_are_chosen_by_name_by_failure_and_by_what_changed(project):
    project.change("counting/rule.py", "done >= limit", "done > limit")
    assert names(project.results("prove")) == {"CNT-INV-001", "SYM-CNT-001"}
    assert names(project.results("prove", "-k", "sym")) == {"SYM-CNT-001"}
    assert names(project.results("prove", "--last-failed")) == {"CNT-INV-001", "SYM-CNT-001"}
    nothing = project.pv("prove", "--changed")
    assert (nothing.returncode, nothing.stdout) == (4, "0 of 0 claims ran: nothing\n")
    project.change("counting/rule.py", "done > limit", "done >= limit")
    assert names(project.results("prove", "--changed", "-k", "inv")) == {"CNT-INV-001"}
    assert names(project.results("prove", "--last-failed")) == {"SYM-CNT-001"}


def test_the_slowest_are_named(project):
    shown = project.pv("prove", "--durations", "1").stdout.splitlines()
    assert shown[-2].endswith(("s  CNT-INV-001", "s  SYM-CNT-001"))


def test_a_folder_without_contracts_says_how_to_begin(tmp_path, project):
    project.folder = tmp_path / "empty"
    project.write("code.py", "")
    for words in (["validate"], ["list"], ["falsify"], ["prove", "code.py"]):
        ran = project.pv(*words)
        assert (ran.returncode, "`pv new`" in ran.stderr) == (2, True)


@pytest.mark.parametrize(("verb", "near"), [("falsfy", "did you mean `pv falsify`? "), ("xyz", "")])
def test_a_verb_that_there_is_not_is_guessed(project, verb, near):
    ran = project.pv(verb)
    assert ran.returncode == 2
    assert f"there is no verb '{verb}'; {near}`pv --help` lists all" in ran.stderr


def test_after_the_first_failure_the_others_are_named_and_not_counted(project):
    project.change("counting/rule.py", "done >= limit", "done > limit")
    words = ("-x", "--jobs", "1", "--fresh")
    ran = project.pv("prove", *words)
    assert ran.returncode == 1
    assert ran.stdout.endswith(
        "not begun: SYM-CNT-001\n1 of 2 claims ran: 1 REFUTED; 1 not begun\n"
    )
    told = json.loads(project.pv("prove", *words, "--format", "json").stdout)
    schema = json.loads((HOME / "schemas/verdicts.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(told, schema)
    assert [each["name"] for each in told["results"]] == ["CNT-INV-001"]
    assert told["summary"] == {"total": 1, "REFUTED": 1}
    assert told["not_begun"] == [{
        "contract": "counter-v1", "id": "SYM-CNT-001", "target": "counting", "variant": "",
        "name": "SYM-CNT-001",
    }]  # fmt: skip


def test_where_nothing_fails_all_are_begun(project):
    ran = project.pv("falsify", "--exitfirst", "--cases", "1", "--format", "json")
    assert ran.returncode == 0
    assert "not_begun" not in json.loads(ran.stdout)


def test_repro_is_about_what_was_begun(project):
    project.change("counting/rule.py", "done >= limit", "done > limit")
    ran = project.pv("prove", "-x", "--jobs", "1", "--fresh", "--repro", "found")
    assert ran.stdout.count("reproduces the refutation of CNT-INV-001") == 1
