import json
from pathlib import Path

import pytest

from pv.checks.model import Check, Formulas, Kind, NotExecutable
from pv.claims import EXACT, parse
from pv.claims.domains.space import Space
from pv.contract.finding import Location
from pv.evidence.record import Digests, Evidence
from pv.evidence.verdict import Verdict
from pv.report.check_list import Listed, as_json, as_text

PLAN = Formulas("x = x", parse("x = x"), (), Space({}, {}, ()), EXACT)
DIGESTS = Digests("c", "l", "o")
LAST = Evidence("S-1", "k", "x = x", "f", "property", Verdict.SURVIVED, 9, 0.1, DIGESTS)


def check(name, plan=PLAN):
    return Check(
        name, frozenset(), Kind.SYMBOLIC, "k", Path("k.yaml"), Location("k.yaml", 7, 3, 7, 9),
        "x = x", "f", plan, None, DIGESTS,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("listed", "last"),
    [
        (Listed(check("S-1"), "O-1", None, stale=False), "never run"),
        (Listed(check("S-1"), "O-1", LAST, stale=False), "SURVIVED"),
        (Listed(check("S-1"), "O-1", LAST, stale=True), "SURVIVED, stale"),
        (
            Listed(check("S-1", NotExecutable(Verdict.PROSE, "prose")), "O-1", None, stale=False),
            "PROSE: prose",
        ),
    ],
)
def test_a_line_ends_with_the_latest_evidence(listed, last):
    first, _ = as_text([listed]).splitlines()
    assert first.startswith("S-1  k.yaml:7  O-1  ")
    assert first.endswith(f"  {last}")


def test_columns_are_aligned_and_an_obligation_is_not_repeated_for_itself():
    rows = [
        Listed(check("O-1"), "O-1", None, stale=False),
        Listed(check("SYM-LONG-1"), "O-1", None, stale=False),
    ]
    first, second, _ = as_text(rows).splitlines()
    assert first.index("k.yaml") == second.index("k.yaml")
    assert first.split()[2] == "-"
    assert second.split()[2] == "O-1"


@pytest.mark.parametrize(
    ("plans", "summary"),
    [
        ([], "0 of 0 claims would run"),
        ([PLAN], "1 of 1 claim would run"),
        (
            [PLAN, NotExecutable(Verdict.PROSE, "p"), NotExecutable(Verdict.UNBOUND, "u")],
            "1 of 3 claims would run, 1 PROSE, 1 UNBOUND",
        ),
    ],
)
def test_the_last_line_counts(plans, summary):
    listed = [
        Listed(check(f"S-{n}", plan), None, None, stale=False) for n, plan in enumerate(plans)
    ]
    assert as_text(listed).splitlines()[-1] == summary


def test_json_holds_the_plan_and_the_last_run():
    (told,) = json.loads(as_json([Listed(check("S-1"), "O-1", LAST, stale=True)]))["checks"]
    assert (told["kind"], told["engine"], told["cost"], told["reason"]) == (
        "symbolic check", "property", "a second", None,
    )  # fmt: skip
    assert told["last"] == {"verdict": "SURVIVED", "recorded": "", "stale": True}
