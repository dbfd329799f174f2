"""Runs of checks: what counts of earlier ones, and what becomes of those that break."""

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from pv.checks.model import Check, Kind, NotExecutable
from pv.contract.finding import Location
from pv.engines import run_checks as run_module
from pv.engines import session as running
from pv.engines.outcome import Options, Outcome
from pv.engines.run_checks import Interrupted, run_checks
from pv.engines.session import Session
from pv.evidence import digests
from pv.evidence.record import Digests
from pv.evidence.seen import Seen
from pv.evidence.store import Store
from pv.evidence.verdict import Verdict


def check(name="O-1", contract="kernel-v1", verdict=Verdict.SURVIVED):
    plan = NotExecutable(verdict, "as planned")
    return Check(
        name, frozenset(), Kind.OBLIGATION, contract, Path("k.yaml"),
        Location("k.yaml", 1, 1, 1, 2),
        "claim", "subject", plan, None, Digests("c", "l", "o"),
    )  # fmt: skip


@pytest.fixture
def session(tmp_path):
    """Make a session of one store, by its seed, budget and engine."""
    shown, warned = [], []

    def make(decide=None, **options):
        if decide is not None:
            engine = type("engine", (), {"NAME": "none", "open_engine": lambda *_: decide})
            monkeypatch.setattr(running, "import_module", lambda _: engine)
        store = Store(tmp_path / "evidence.db")
        return Session(
            options=Options(**options),
            store=store,
            fresh=False,
            replay=lambda *_: None,
            done=shown.append,
            warn=warned.append,
        )

    with pytest.MonkeyPatch.context() as monkeypatch:
        make.shown, make.warned = shown, warned
        yield make


def test_one_id_in_two_contracts_is_two_results(session):
    refuted = check(contract="a-v1", verdict=Verdict.REFUTED)
    found = run_checks([refuted, check(contract="b-v1")], session())
    assert [(each.contract, each.verdict) for each in found] == [
        ("a-v1", Verdict.REFUTED), ("b-v1", Verdict.SURVIVED),
    ]  # fmt: skip
    again = run_checks([refuted, check(contract="b-v1")], session())
    assert [(each.contract, each.verdict, each.cached) for each in again] == [
        ("a-v1", Verdict.REFUTED, True), ("b-v1", Verdict.SURVIVED, True),
    ]  # fmt: skip


def test_one_id_twice_in_a_contract_loses_no_result(session):
    found = run_checks([check(verdict=Verdict.REFUTED), check()], session())
    assert [each.verdict for each in found] == [Verdict.REFUTED, Verdict.SURVIVED]


@pytest.mark.parametrize("verdict", [Verdict.REFUTED, Verdict.PROVED])
def test_what_was_decided_answers_under_any_seed_and_budget(session, verdict):
    run_checks([check()], session(lambda _: Outcome(verdict, seen=Seen()), seed=1, budget=1.0))
    (found,) = run_checks([check()], session(seed=2, budget=50.0))
    assert (found.verdict, found.cached) == (verdict, True)


@pytest.mark.parametrize("options", [{"seed": 2, "budget": 1.0}, {"seed": 1, "budget": 2.0}])
def test_what_survived_answers_for_the_same_seed_and_no_more_time(session, options):
    run_checks([check()], session(seed=1, budget=1.0))
    assert [each.cached for each in run_checks([check()], session(**options))] == [False]
    assert [each.cached for each in run_checks([check()], session(seed=1, budget=1.0))] == [True]


def test_an_error_is_not_kept(session):
    broken = Outcome(Verdict.ERROR, reason="no module", seen=Seen())
    run_checks([check()], session(lambda _: broken))
    assert session().store.all() == ()


def test_what_may_have_read_anything_is_not_kept(session):
    (found,) = run_checks([check()], session(lambda _: Outcome(Verdict.PROVED)))
    assert found.verdict is Verdict.PROVED
    assert session().store.all() == ()


def test_a_program_that_does_not_report_is_named(session):
    seen = Seen(silent=frozenset({"sh -c true"}))
    (found,) = run_checks([check()], session(lambda _: Outcome(Verdict.PROVED, seen=seen)))
    assert found.notes == (
        "not kept: `sh -c true` does not report what it reads; name that under `sources`",
    )
    assert session().store.all() == ()


def test_a_store_that_cannot_be_used_costs_a_warning_and_no_verdict(session, tmp_path):
    (tmp_path / "evidence.db").write_bytes(b"not a database" * 100)
    found = run_checks([check(), check("O-2")], session())
    assert [each.verdict for each in found] == [Verdict.SURVIVED, Verdict.SURVIVED]
    assert [each.id for each in session.shown] == ["O-1", "O-2"]
    (told,) = session.warned
    assert told.endswith("move the file away to start afresh")


def test_no_check_is_begun_once_the_time_of_all_is_spent(session):
    found = run_checks([check("O-1"), check("O-2")], session(jobs=1, total=1e-9))
    assert [each.verdict for each in found] == [Verdict.SURVIVED, Verdict.UNKNOWN]
    assert found[1].reason == (
        "not begun: the 1e-09 s for all claims are spent; give --total-budget more"
    )
    assert [each.id for each in session().store.all()] == ["O-1"]


def test_a_verdict_that_could_not_be_shown_is_not_stored(session, monkeypatch):
    def show(_):
        raise BrokenPipeError

    monkeypatch.setattr(run_module, "interrupt", lambda: None)
    with pytest.raises(BrokenPipeError):
        run_checks([check()], replace(session(), done=show))
    assert session().store.all() == ()


def test_what_the_machine_refuses_is_that_checks_error_and_no_bug(session):
    def decide(_):
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/x")

    (found,) = run_checks([check()], session(decide))
    assert (found.verdict, found.reason) == (
        Verdict.ERROR, "it could not be run here: /tmp/x: No space left on device",
    )  # fmt: skip


def test_a_file_that_changes_during_a_check_makes_it_an_error(session, tmp_path):
    file = tmp_path / "m.py"
    file.write_text("2", encoding="utf-8")
    seen = Seen(files={str(file): digests.of_bytes(b"1")})
    (found,) = run_checks([check()], session(lambda _: Outcome(Verdict.PROVED, seen=seen)))
    assert (found.verdict, found.reason) == (
        Verdict.ERROR, f"{file} changed while it ran; run it again",
    )  # fmt: skip
    assert session().store.all() == ()


def test_a_bug_in_one_check_is_that_checks_error(session):
    def decide(plan):
        if plan.verdict is Verdict.PROVED:
            raise IndexError("list index out of range")
        return Outcome(plan.verdict)

    broken, whole = run_checks(
        [check("O-1", verdict=Verdict.PROVED), check("O-2")], session(decide)
    )
    assert broken.verdict is Verdict.ERROR
    assert "this is a bug in pv" in broken.reason
    assert "IndexError: list index out of range" in broken.reason
    assert any("test_session.py" in line for line in broken.observation)
    assert whole.verdict is Verdict.SURVIVED


def test_an_interrupted_run_has_the_results_that_were_there(session):
    def decide(plan):
        if plan.verdict is Verdict.PROVED:
            raise KeyboardInterrupt
        return Outcome(plan.verdict)

    checks = [check("O-1"), check("O-2", verdict=Verdict.PROVED)]
    stopping = session(decide)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "interrupt", lambda: None)
        with pytest.raises(Interrupted) as stopped:
            run_checks(checks, stopping)
    assert [each.id for each in stopped.value.results] == ["O-1"]


def test_nothing_is_begun_after_the_first_that_failed_where_that_is_asked_for(session):
    kinds = [Verdict.SURVIVED, Verdict.UNKNOWN, Verdict.VACUOUS, Verdict.ERROR, Verdict.PROVED]
    checks = [check(f"O-{n}", verdict=verdict) for n, verdict in enumerate(kinds)]
    assert len(run_checks(checks, session(jobs=1))) == len(checks)
    left = []
    ending = replace(session(jobs=1, exit_first=True, cases=1), not_begun=left.append)
    assert [each.verdict for each in run_checks(checks, ending)] == kinds[:4]
    assert left == checks[4:]


def test_a_failure_that_evidence_answers_ends_the_run_too(session):
    refuted, other = check(verdict=Verdict.REFUTED), check("O-2")
    run_checks([refuted], session())
    left = []
    ending = replace(session(jobs=1, exit_first=True), not_begun=left.append)
    assert [each.cached for each in run_checks([other, refuted], ending)] == [True]
    assert left == [other]
