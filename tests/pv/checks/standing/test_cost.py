from pathlib import Path

import pytest

from pv.binding.model import Bound, System
from pv.checks.model import (
    Check,
    Enumeration,
    Experiment,
    Formulas,
    Kind,
    NotExecutable,
    PlannedRun,
)
from pv.checks.standing.cost import Cost, cost_of, engine_of
from pv.claims import EXACT, parse
from pv.claims.domains.space import Space
from pv.contract.finding import Location
from pv.evidence.record import Digests
from pv.evidence.verdict import Verdict

NOWHERE = Path()


def enumeration(points):
    return Enumeration("f(x) = x", {"x": "0..9"}, {"f": Bound("code:f")}, EXACT, NOWHERE, points)


def experiment(cases):
    run = PlannedRun(None, System("s", ("run",)), "work", {}, {})
    return Experiment({}, (run, run), {}, (), {}, NOWHERE, cases)


def formulas(**functions):
    return Formulas("x = x", parse("x = x"), (), Space({}, {}, ()), EXACT, functions)


@pytest.mark.parametrize(
    ("plan", "engine", "cost"),
    [
        (enumeration(200_000), "enumerate", Cost.SECOND),
        (enumeration(200_001), "enumerate", Cost.SECONDS),
        (experiment(10), "experiment", Cost.SECONDS),
        (experiment(11), "experiment", Cost.MINUTES),
        (formulas(), "property", Cost.SECOND),
        (formulas(f=Bound("code:f")), "property", Cost.SECONDS),
        (NotExecutable(Verdict.PROSE, "prose"), "none", Cost.NOTHING),
    ],
)
def test_engine_and_cost_are_told_from_the_plan(plan, engine, cost):
    check = Check(
        "O-1", frozenset(), Kind.OBLIGATION, "kernel-v1", NOWHERE, Location("k", 1, 1, 1, 1),
        "claim", "subject", plan, None, Digests("c", "l", "o"),
    )  # fmt: skip
    assert (engine_of(check), cost_of(check)) == (engine, cost)
