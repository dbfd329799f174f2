"""What survived a search is given to CrossHair where it may decide it, for a part of the budget."""

from contextlib import ExitStack, nullcontext
from dataclasses import replace

import pytest

from pv.checks.model import Formulas
from pv.claims import EXACT, parse, read_field
from pv.claims.domains.read_space import space_of
from pv.engines import portfolio
from pv.engines.outcome import Options, Outcome, Proof
from pv.evidence.verdict import Verdict

TOTAL = Outcome(Verdict.SURVIVED, 9, total=True)
PROVED = Outcome(Verdict.PROVED)


class Answers:
    """Workers that answer what they are told, and keep what they were asked."""

    def __init__(self, *answers):
        self.answers, self.asked = [*answers], []

    def decide(self, job, options):
        self.asked.append((job, options))
        return self.answers.pop(0)


@pytest.fixture
def decide(monkeypatch):
    """Decide a claim about some domain by workers that give these answers."""

    def decided(*answers, domain="n in Z", prove=True, partial=False, cases=None):
        workers = Answers(*answers)
        monkeypatch.setattr(portfolio, "Workers", lambda: nullcontext(workers))
        space = space_of(read_field("domain", domain))
        plan = Formulas("n = n", parse("n = n"), (), space, EXACT, {}, partial=partial)
        with ExitStack() as stack:
            found = portfolio.open_engine(Options(prove=prove, budget=30, cases=cases), stack)(plan)
        return found, workers.asked

    return decided


def test_what_survived_is_proved_within_a_part_of_the_budget(decide):
    found, ((_, first), (proof, second)) = decide(TOTAL, PROVED)
    assert found.verdict is Verdict.PROVED
    assert isinstance(proof, Proof)
    assert proof.survived == TOTAL
    assert first.budget == 30
    assert 0 < second.budget <= 10


@pytest.mark.parametrize(
    ("first", "more"),
    [
        (TOTAL, {"prove": False}), (Outcome(Verdict.SURVIVED, 9), {}), (TOTAL, {"partial": True}),
        (Outcome(Verdict.REFUTED, total=True), {}), (Outcome(Verdict.PROVED, total=True), {}),
        (TOTAL, {"domain": "n in R^k"}), (TOTAL, {"domain": "n in Z, x in R^k"}),
    ],
    ids=str,
)  # fmt: skip
def test_what_no_symbols_stand_for_is_not_tried(decide, first, more):
    found, asked = decide(first, **more)
    assert found == first
    assert len(asked) == 1


def test_a_worker_that_is_lost_proves_nothing_and_refutes_nothing(decide):
    found, _ = decide(TOTAL, Outcome(Verdict.ERROR, reason="it was killed"), TOTAL)
    assert found.verdict is Verdict.SURVIVED
    note, _ = found.notes
    assert note.startswith("CrossHair decided nothing within ")
    assert note.endswith(": it was killed")


UNDECIDED = replace(TOTAL, notes=("CrossHair decided nothing",))


@pytest.mark.parametrize(
    ("more", "verdict", "cases"),
    [
        (Outcome(Verdict.REFUTED, 700, reason="false", engine="property"), Verdict.REFUTED, 709),
        (Outcome(Verdict.SURVIVED, 9_000), Verdict.SURVIVED, 9),
        (Outcome(Verdict.ERROR, reason="it was killed"), Verdict.SURVIVED, 9),
    ],
)
def test_of_what_no_proof_decides_many_more_values_are_tried(decide, more, verdict, cases):
    found, asked = decide(TOTAL, UNDECIDED, more)
    _, options = asked[-1]
    assert (found.verdict, found.cases) == (verdict, cases)
    assert (options.cases, options.seed) == (portfolio.FURTHER, 1)
    assert 0 < options.budget <= portfolio.FURTHER_SECONDS
    further = ("9,000 further cases held",) if more.verdict is Verdict.SURVIVED else ()
    assert found.notes == (() if verdict is Verdict.REFUTED else (*UNDECIDED.notes, *further))


def test_a_number_of_cases_that_was_asked_for_is_kept(decide):
    _, asked = decide(TOTAL, UNDECIDED, cases=9)
    assert len(asked) == 2
