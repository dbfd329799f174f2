"""Where what was tested came from, and which records count."""

from pathlib import Path

import pytest

import pv
from pv.binding.model import Bound, System
from pv.checks import freshness
from pv.checks.freshness import Known
from pv.checks.model import Check, Enumeration, Experiment, Kind, NotExecutable, PlannedRun
from pv.claims import EXACT
from pv.contract.finding import Location
from pv.evidence.dependencies import Dependencies
from pv.evidence.record import Digests, Evidence
from pv.evidence.seen import Seen
from pv.evidence.store import Store
from pv.evidence.verdict import Verdict

DIGESTS = Digests("c", "l", "o")


@pytest.fixture
def project(tmp_path):
    for name in ("code.py", "inner/part.py", "site-packages/lib/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    return tmp_path


def plan(root, *callables, **more):
    functions = {f"f{n}": Bound(each, **more) for n, each in enumerate(callables)}
    return Enumeration("f0(x) = x", {"x": "0..3"}, functions, EXACT, root, 4)


def check(plan):
    return Check(
        "O-1", frozenset(), Kind.OBLIGATION, "k", Path("k"), Location("k", 1, 1, 1, 1), "claim",
        "s", plan, None, DIGESTS,
    )  # fmt: skip


def evidence(**more):
    return Evidence("O-1", "k", "c", "s", "e", Verdict.SURVIVED, 1, 0.1, DIGESTS, **more)


def test_each_callable_is_told_with_the_file_that_it_came_from(project):
    outside = Path(pv.__file__).parents[1]
    path = (str(project), str(project / "site-packages"), str(outside))
    names = ("code", "inner", "lib", "pv")
    needs = Dependencies(modules=dict.fromkeys(names, (0, None)), paths=(path,))
    found = freshness.tested(
        plan(project, "code:f", "inner.part:g", "lib:h", "pv:i", "unheard:j"), needs
    )
    lib = project / "site-packages" / "lib" / "__init__.py"
    assert found["code:f"] == "code.py"
    assert found["inner.part:g"] == "inner/part.py"
    assert found["lib:h"] == str(lib)
    assert found["pv:i"].startswith(str(Path(pv.__file__)))
    assert "unheard:j" not in found


def test_the_version_of_what_is_installed_is_told(tmp_path):
    home = Path(pytest.__file__).parents[1]
    needs = Dependencies(modules={"pytest": (0, None)}, paths=((str(home),),))
    (told,) = freshness.tested(plan(tmp_path, "pytest:main"), needs).values()
    assert told == f"{pytest.__file__} (pytest {pytest.__version__})"


def test_of_systems_and_of_what_cannot_run_no_callable_is_told(tmp_path):
    run = PlannedRun(None, System("s", ("run",)), "work", {}, {})
    experiment = Experiment({}, (run,), {}, (), {}, tmp_path, 1)
    for other in (experiment, NotExecutable(Verdict.PROSE, "prose")):
        assert freshness.tested(other, Dependencies()) == {}


def test_a_record_counts_while_what_was_seen_is_as_it_was(project):
    known = Known(Store(project / "evidence.db"))
    wanted = plan(project, "code:f")
    seen = Seen(files={str(project / "code.py"): known.states.of_file(str(project / "code.py"))})
    known.store.add(evidence(), known.needs(wanted, seen))
    assert [each.id for each in known.find(check(wanted))] == ["O-1"]
    assert known.changed(seen) is None
    (project / "code.py").write_text("x = 1", encoding="utf-8")
    later = Known(known.store)
    assert later.find(check(wanted)) == ()
    assert later.changed(seen) == str(project / "code.py")
    assert later.find(check(plan(project / "inner", "code:f"))) == ()


def test_what_cannot_run_is_looked_for_where_pv_runs(project, monkeypatch):
    monkeypatch.chdir(project)
    known = Known(Store(project / "evidence.db"))
    prose = NotExecutable(Verdict.PROSE, "prose")
    known.store.add(evidence(), Dependencies(files={"missing": None}))
    assert len(known.find(check(prose))) == 1
    (project / "missing").write_text("", encoding="utf-8")
    assert Known(known.store).find(check(prose)) == ()


def test_declared_sources_are_seen_as_they_are_now(project):
    (project / "data.bin").write_text("1", encoding="utf-8")
    known = Known(Store(project / "evidence.db"))
    seen = known.declared(plan(project, "code:f", sources=("*.bin",)))
    assert seen.files == {
        str(project / "data.bin"): known.states.of_file(str(project / "data.bin"))
    }
    assert known.declared(plan(project, "code:f")).files == {}
