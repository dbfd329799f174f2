from dataclasses import replace
from pathlib import Path

import pytest

from pv.binding.model import Bound, System
from pv.checks import identity
from pv.checks.model import Enumeration, NotExecutable
from pv.claims import EXACT
from pv.evidence.verdict import Verdict


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "code.py").write_text("import other\n", encoding="utf-8")
    (tmp_path / "other.py").write_text("x = 1\n", encoding="utf-8")
    return Enumeration("f(x) = x", {"x": "0..3"}, {"f": Bound("code:f")}, EXACT, tmp_path, 4)


def of(plan, contract="c", asked="O-1"):
    identity.reached_from.cache_clear()
    return identity.of_plan(contract, asked, plan)


def test_the_same_check_has_the_same_digests(plan):
    assert of(plan) == of(plan)


def test_a_digest_changes_with_what_it_is_of(plan):
    before = of(plan)
    assert of(plan, contract="other").contract != before.contract
    assert of(plan, asked="O-2").claim != before.claim
    assert of(replace(plan, tolerance=replace(EXACT, absolute=0.1))).claim != before.claim
    assert of(replace(plan, points=5)).code == before.code


def test_a_module_that_the_code_imports_belongs_to_its_digest(plan):
    before = of(plan)
    (plan.root / "unrelated.py").write_text("y = 1\n", encoding="utf-8")
    assert of(plan).code == before.code
    (plan.root / "other.py").write_text("x = 2\n", encoding="utf-8")
    assert of(plan).code != before.code


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
