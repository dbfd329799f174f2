"""What survived a search is given to CrossHair where it may decide it, for a part of the budget."""

from contextlib import ExitStack, nullcontext

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

    def decided(*answers, domain="n in Z", prove=True, partial=False):
        workers = Answers(*answers)
        monkeypatch.setattr(portfolio, "Workers", lambda: nullcontext(workers))
        space = space_of(read_field("domain", domain))
        plan = Formulas("n = n", parse("n = n"), (), space, EXACT, {}, partial=partial)
        with ExitStack() as stack:
            found = portfolio.open_engine(Options(prove=prove, budget=30), stack)(plan)
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
    found, _ = decide(TOTAL, Outcome(Verdict.ERROR, reason="it was killed"))
    assert found.verdict is Verdict.SURVIVED
    (note,) = found.notes
    assert note.startswith("CrossHair decided nothing within ")
    assert note.endswith(": it was killed")
