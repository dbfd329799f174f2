"""The corpus of reported bugs: whole in its files, and each law a claim that would run."""

import ast
import json
import re
import shutil

import pytest
import yaml

from tests import warm_python
from tests.conftest import HOME

CORPUS = HOME / "benchmarks/real_bugs"
BUGS = sorted(path.parent for path in CORPUS.glob("*/bug.yaml"))
KEYS = {"package", "faulty", "fixed", "report", "law"}


def each_bug(test):
    return pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)(test)


@pytest.fixture(scope="module")
def pv(tmp_path_factory):
    """Run pv in a copy of the corpus, where no package of it need be installed."""
    copy = tmp_path_factory.mktemp("corpus") / "real_bugs"
    shutil.copytree(CORPUS, copy, ignore=shutil.ignore_patterns(".pv"))
    return lambda *words: warm_python.run("pv", words, copy)


def test_there_are_eighteen_bugs_at_least():
    assert len(BUGS) >= 18


def test_each_contract_is_about_a_bug():
    folders = {path.parent for path in CORPUS.glob("*/*-v1.yaml")}
    assert folders == set(BUGS)


@each_bug
def test_the_bug_is_told_in_full(bug):
    told = yaml.safe_load((bug / "bug.yaml").read_text(encoding="utf-8"))
    assert told.keys() == KEYS
    versions = (told["faulty"], told["fixed"] or told["faulty"])
    assert all(re.fullmatch(r"[\d.]+", version) for version in versions)
    assert re.fullmatch(r"https://github\.com/\S+/(issues|pull)/\d+", told["report"])
    assert told["law"].endswith(".")


def test_contracts_and_bindings_are_valid(pv):
    ran = pv("validate", ".")
    assert ran.stdout.startswith(f"{len(BUGS)} contracts: 0 errors, 0 warnings"), ran.stdout


def test_each_law_is_a_claim_that_runs_once_its_package_is_there(pv):
    checks = json.loads(pv("list", ".", "--format", "json").stdout)["checks"]
    assert {f"{bug.name}-v1" for bug in BUGS} == {check["contract"] for check in checks}
    lacking = [check["reason"] for check in checks if check["reason"]]
    assert [reason for reason in lacking if "none is installed" not in reason] == []


@each_bug
def test_hypothesis_tests_the_same_law(bug):
    tree = ast.parse((bug / "hypothesis_law.py").read_text(encoding="utf-8"))
    assert "test_law" in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*/crosshair_law.py")), ids=str)
def test_crosshair_is_given_a_condition(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    (law,) = (each for each in tree.body if isinstance(each, ast.FunctionDef))
    assert "post: _" in ast.get_docstring(law)
