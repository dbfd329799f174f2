import sys
from dataclasses import replace
from pathlib import Path

import pytest

import pv
from pv.binding.model import Bound, System
from pv.checks import identity
from pv.checks.model import Enumeration, NotExecutable
from pv.claims import EXACT
from pv.evidence.verdict import Verdict


@pytest.fixture
def plan(tmp_path):
    return Enumeration("f(x) = x", {"x": "0..3"}, {"f": Bound("code:f")}, EXACT, tmp_path, 4)


def of(plan, contract="c", asked="O-1"):
    return identity.of_plan(contract, asked, plan)


def test_the_same_check_has_the_same_digests(plan):
    assert of(plan) == of(plan)


def test_a_digest_changes_with_what_it_is_of(plan):
    before = of(plan)
    assert of(plan, contract="other").contract != before.contract
    assert of(plan, asked="O-2").claim != before.claim
    assert of(replace(plan, tolerance=replace(EXACT, absolute=0.1))).claim != before.claim
    assert of(replace(plan, points=5)).code == before.code


def test_the_way_in_which_code_is_called_belongs_to_the_digest(plan):
    before = of(plan).claim
    for bound in (Bound("code:f", keywords={"by": 2}), Bound("code:f", arguments=("x",))):
        assert of(replace(plan, functions={"f": bound})).claim != before


def test_declared_sources_belong_to_the_digest(plan):
    plan = replace(plan, functions={"f": Bound("code:f", sources=("*.parquet",))})
    before = of(plan).code
    (plan.root / "data.txt").write_text("1", encoding="utf-8")
    assert of(plan).code == before
    (plan.root / "data.parquet").write_text("1", encoding="utf-8")
    later = of(plan).code
    assert later != before
    (plan.root / "data.parquet").write_text("2", encoding="utf-8")
    assert of(plan).code not in {before, later}


@pytest.mark.parametrize("name", ["TZ", "HOME", "LANG", "PYTHONPATH"])
def test_what_a_process_inherits_belongs_to_the_digest(plan, monkeypatch, name):
    monkeypatch.setenv(name, "/one")
    before = of(plan).code
    monkeypatch.setenv("NOT_INHERITED", "1")
    assert of(plan).code == before
    monkeypatch.setenv(name, "/other")
    assert of(plan).code != before


@pytest.fixture
def forgetful():
    caches = (identity._python, identity._pv_digest)
    for each in caches:
        each.cache_clear()
    yield lambda: [each.cache_clear() for each in caches]
    for each in caches:
        each.cache_clear()


def test_python_belongs_to_the_digest(plan, monkeypatch, forgetful):
    before = of(plan).code
    monkeypatch.setattr(sys, "version", "3.99")
    forgetful()
    assert of(plan).code != before


def test_pv_itself_belongs_to_the_digest(plan, monkeypatch, forgetful, tmp_path):
    home = tmp_path / "pv"
    home.mkdir()
    (home / "__init__.py").write_text("x = 1", encoding="utf-8")
    monkeypatch.setattr(pv, "__file__", str(home / "__init__.py"))
    before = of(plan).code
    (home / "__init__.py").write_text("x = 2", encoding="utf-8")
    forgetful()
    assert of(plan).code != before


def test_variables_that_a_system_inherits_belong_to_the_digest(tmp_path, monkeypatch):
    system = System("s", ("python", "-m", "serve"), inherit=("MODE",))
    before = identity.of_experiment("c", "asked", [system], tmp_path)
    monkeypatch.setenv("MODE", "fast")
    assert identity.of_experiment("c", "asked", [system], tmp_path) != before


def test_what_cannot_run_depends_on_no_code():
    assert of(NotExecutable(Verdict.PROSE, "prose")).code == ""


def test_an_experiment_is_dated_by_the_files_of_its_systems_or_not_at_all(tmp_path):
    (tmp_path / "serve.py").write_text("print(1)\n", encoding="utf-8")
    known = System("s", ("python", "serve.py"))
    before = identity.of_experiment("c", "asked", [known], tmp_path)
    longer = identity.of_experiment("c", "asked", [replace(known, timeout=9.0)], tmp_path)
    assert before.code != longer.code
    foreign = System("t", ("./run",))
    assert identity.of_experiment("c", "asked", [known, foreign], Path(tmp_path)) is None
