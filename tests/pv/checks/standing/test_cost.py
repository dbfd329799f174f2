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
from pv.claims import EXACT, parse, parse_domain
from pv.claims.domains.space import Space
from pv.contract.finding import Location
from pv.evidence.record import Digests
from pv.evidence.verdict import Verdict

NOWHERE = Path()


def enumeration(points):
    return Enumeration("f(x) = x", {"x": "0..9"}, {"f": Bound("code:f")}, EXACT, NOWHERE, points)


def experiment(cases, timeout, given="1..9"):
    run = PlannedRun(None, System("s", ("run",), timeout=timeout), "work", {}, {})
    return Experiment({"n": parse_domain(given)}, (run, run), {}, (), {}, NOWHERE, cases)


def formulas(**functions):
    return Formulas("x = x", parse("x = x"), (), Space({}, {}, ()), EXACT, functions)


@pytest.mark.parametrize(
    ("plan", "engine", "cost"),
    [
        (enumeration(200_000), "enumerate", Cost.SECOND),
        (enumeration(200_001), "enumerate", Cost.SECONDS),
        (experiment(1, timeout=0.5), "experiment", Cost.SECOND),
        (experiment(2, timeout=10), "experiment", Cost.SECONDS),
        (experiment(1, timeout=1200), "experiment", Cost.MINUTES),
        (experiment(4, timeout=120), "experiment", Cost.MINUTES),
        (experiment(4, timeout=1200), "experiment", Cost.HOURS),
        (experiment(4, timeout=1200, given="1..1"), "experiment", Cost.MINUTES),
        (formulas(), "property", Cost.SECOND),
        (formulas(f=Bound("code:f")), "property", Cost.SECONDS),
        (NotExecutable(Verdict.PROSE, "prose"), "none", Cost.NOTHING),
    ],
)
def test_engine_and_cost_are_told_from_the_plan(plan, engine, cost):
    check = check_of(plan)
    assert (engine_of(check), cost_of(check)) == (engine, cost)


@pytest.mark.parametrize(
    ("seconds", "cost"),
    [(0.1, Cost.SECOND), (30, Cost.SECONDS), (1200, Cost.MINUTES), (7200, Cost.HOURS)],
)
def test_a_check_that_has_run_costs_what_it_took(seconds, cost):
    assert cost_of(check_of(experiment(4, timeout=1)), seconds) == cost
    assert cost_of(check_of(enumeration(9)), seconds) == cost
    assert cost_of(check_of(NotExecutable(Verdict.PROSE, "prose")), seconds) == Cost.NOTHING


def check_of(plan):
    return Check(
        "O-1", frozenset(), Kind.OBLIGATION, "kernel-v1", NOWHERE, Location("k", 1, 1, 1, 1),
        "claim", "subject", plan, None, Digests("c", "l", "o"),
    )  # fmt: skip
