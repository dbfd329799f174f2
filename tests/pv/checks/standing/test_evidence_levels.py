"""What is credited for which evidence: levels, and the counts of `pv status`."""

from dataclasses import replace

import pytest

from pv.checks.planner import plan_checks
from pv.checks.standing.contract_standing import Held, standing
from pv.checks.standing.evidence_levels import Level, count_levels, level
from pv.checks.standing.facts import facts
from pv.checks.standing.readability import Count, count_claims
from pv.checks.standing.verdict_counts import count_runs
from pv.evidence.record import Digests, Evidence
from pv.evidence.verdict import Verdict

TEXT = """\
equations:
  line:
    formula: f(x) = 2 * x
    domain: x in R
    codomain: some real number or other
    preconditions: ["x > 0", "the caller is careful"]
    invariants: ["f(0) = 0"]
  count: {formula: it counts, domain: {n: 1..9, m: many}}
proof_obligations:
  - {id: READ, type: linearity, formal: f(x + x) = 2 * f(x)}
  - {id: PROSE, type: invariant, formal: it is linear in x}
  - {id: BARE, type: invariant, property: it is linear}
falsification_tests:
  - {id: T-1, rule: r, prediction: f(3) = 6, if_fails: look}
  - {id: T-2, rule: r, prediction: all goes well, if_fails: look}
qa_gate: {id: G-1, name: g, checks: [validation], require: {READ: SURVIVED}}
"""


@pytest.fixture
def checks(contract, binding):
    """Return checks by id: of what runs, of what is prose, and of what is bound to nothing."""
    read = contract(TEXT)
    bound = binding({"line": "code:line"}, "def line(x):\n    return 2 * x\n")
    found = {check.id: check for check in plan_checks(read, [bound])}
    (unbound,) = (check for check in plan_checks(read, []) if check.id == "READ")
    return {"READ": found["READ"], "PROSE": found["PROSE"], "UNBOUND": unbound}


def shown(verdict, **more):
    found = Evidence("READ", "k", "c", "s", "property", verdict, 1, 0.1, Digests("c", "l", "o"))
    return replace(found, **more)


LEVELS = [
    ("PROSE", None, Level.L0),
    ("PROSE", shown(Verdict.PROSE), Level.L0),
    ("UNBOUND", None, Level.L1),
    ("UNBOUND", shown(Verdict.UNBOUND), Level.L1),
    ("READ", None, Level.L1),
    ("READ", shown(Verdict.SURVIVED), Level.L2),
    ("READ", shown(Verdict.SURVIVED, mutants="3 of 4"), Level.L3),
    ("READ", shown(Verdict.PROVED), Level.L4),
    ("READ", shown(Verdict.PROVED, unbounded=True), Level.L5),
    ("READ", shown(Verdict.REFUTED, mutants="3 of 4"), Level.REFUTED),
    *[
        ("READ", shown(verdict, mutants="3 of 4"), Level.UNDECIDED)
        for verdict in (Verdict.ERROR, Verdict.VACUOUS, Verdict.UNKNOWN)
    ],
]


@pytest.mark.parametrize(("name", "evidence", "wanted"), LEVELS)
def test_evidence_alone_gives_a_level(checks, name, evidence, wanted):
    assert level(checks[name], evidence) is wanted


def test_each_check_counts_at_one_level(checks):
    counts = count_levels((checks[name], evidence) for name, evidence, _ in LEVELS)
    wanted = [found for _, _, found in LEVELS]
    assert counts == {each: wanted.count(each) for each in Level}


def test_of_runs_what_ran_counts_and_of_the_others_the_reason(checks):
    counts = count_runs([
        (checks["READ"], shown(Verdict.SURVIVED)),
        (checks["READ"], shown(Verdict.REFUTED)),
        (checks["READ"], None),
        (checks["PROSE"], None),
        (checks["PROSE"], shown(Verdict.PROVED)),
        (checks["UNBOUND"], shown(Verdict.UNBOUND)),
    ])  # fmt: skip
    assert (counts.total, counts.executable, counts.with_evidence) == (6, 3, 2)
    assert {verdict: n for verdict, n in counts.verdicts.items() if n} == {
        Verdict.REFUTED: 1, Verdict.SURVIVED: 1, Verdict.PROSE: 2, Verdict.UNBOUND: 1,
    }  # fmt: skip


def test_a_contract_stands_where_the_weakest_required_claim_does(contract, checks):
    read = contract(TEXT)
    unread, unbound = (Held(checks[name], None, stale=False) for name in ("PROSE", "UNBOUND"))

    def stands(fresh, *, stale=False):
        return standing(read, [Held(checks["READ"], fresh, stale), unread])

    assert stands(shown(Verdict.PROVED)).weakest is Level.L4
    assert stands(shown(Verdict.UNKNOWN)).weakest is Level.UNDECIDED
    assert standing(read, [unbound, unread]).weakest is Level.L1
    assert standing(read, [unread]).weakest is Level.L0, "nothing is checked under the id"
    free = contract(TEXT.partition("qa_gate")[0])
    assert standing(free, [unread]).weakest is None
    found = stands(None, stale=True)
    assert (found.weakest, found.stale, found.runs.with_evidence) == (Level.L1, 1, 0)
    assert (found.contract, found.runs.total, found.runs.executable) == (read.stem, 2, 1)


@pytest.mark.parametrize(
    ("name", "fresh", "stale", "wanted"),
    [
        ("READ", Verdict.REFUTED, None, {"verdict:REFUTED", "is:fresh", "level:REFUTED"}),
        ("READ", None, Verdict.PROVED, {"verdict:PROVED", "is:stale", "level:L1"}),
        ("READ", None, None, {"is:never-run", "level:L1"}),
        ("PROSE", None, None, {"verdict:PROSE", "level:L0"}),
        ("UNBOUND", None, None, {"verdict:UNBOUND", "level:L1"}),
    ],
)
def test_what_is_known_of_a_check_is_told_by_words(checks, name, fresh, stale, wanted):
    some = [None if verdict is None else shown(verdict) for verdict in (fresh, stale)]
    told = facts(checks[name], "kernel", *some).splitlines()
    words = {line for line in told if line.startswith(("verdict:", "is:", "level:"))}
    assert words == wanted
    assert {name, "kind:kernel"} - {"UNBOUND"} <= {*told}


def test_each_text_of_a_contract_counts_in_its_field(contract):
    read = contract(TEXT)
    assert count_claims([read]) == {
        "formula": Count(2, 1), "domain": Count(3, 2), "codomain": Count(1, 0),
        "invariant": Count(1, 1), "precondition": Count(2, 1), "formal": Count(2, 1),
        "prediction": Count(2, 1),
    }  # fmt: skip
    assert count_claims([read, read])["formal"] == Count(4, 2)
    assert set(count_claims([]).values()) == {Count(0, 0)}
