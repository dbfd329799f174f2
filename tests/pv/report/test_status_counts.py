import json
from dataclasses import replace

from pv.checks.standing.contract_standing import ContractStanding
from pv.checks.standing.evidence_levels import Level
from pv.checks.standing.readability import FIELDS, Count
from pv.checks.standing.verdict_counts import RunCounts
from pv.evidence.verdict import Verdict
from pv.report.status_counts import Status, as_json, as_text

VERDICTS = dict.fromkeys(Verdict, 0) | {
    Verdict.PROVED: 1200, Verdict.REFUTED: 1, Verdict.PROSE: 5, Verdict.UNBOUND: 2,
}  # fmt: skip
CLAIMS = dict.fromkeys(FIELDS, Count()) | {"formula": Count(8, 7)}
LEVELS = {level: number for number, level in enumerate(Level)}
RUNS = RunCounts(1300, 1293, 1201, VERDICTS)
CONTRACTS = (
    ContractStanding("a-rather-long-name-v1", RUNS, 1080, Level.L3),
    ContractStanding("b-v1", replace(RUNS, verdicts=dict.fromkeys(Verdict, 0)), 0, None),
)
STATUS = Status(CONTRACTS, 1, RUNS, LEVELS, CLAIMS)


def test_counts_are_a_table():
    lines = as_text(STATUS).splitlines()
    assert lines[0] == "2 contracts, 1 left out"
    ran, lacking = lines[lines.index("checks:") + 1 :][:2]
    assert ran == "  with fresh evidence   1,201 of   1,293 executable   1 REFUTED, 1,200 PROVED"
    assert lacking == "  not executable            7 of   1,300 in all       5 PROSE, 2 UNBOUND"
    levels = lines[lines.index("checks by level:") + 1 :]
    assert levels[1] == f"  {[*Level][1].name:10}    1   {[*Level][1].value}"
    texts = lines[lines.index("texts that can be read:") + 1 :]
    assert texts[0] == "  formula          7 of     8   88 %   an equation's formula"
    assert texts[1] == "  domain           0 of     0          what its parameters may be"


def test_each_contract_has_a_line():
    head, *lines = as_text(STATUS).splitlines()[2:5]
    assert head == (
        "contract                fresh of executable  stale unbound prose  required  verdicts"
    )
    verdicts = "1 REFUTED, 1,200 PROVED"
    assert lines == [
        f"{'a-rather-long-name-v1   1,201 of      1,293  1,080       2     5  L3':76}{verdicts}",
        "b-v1                    1,201 of      1,293      0       0     0  -",
    ]


def test_nothing_is_said_of_what_is_not_left_out():
    alone = Status(CONTRACTS[:1], 0, RUNS, LEVELS, CLAIMS)
    assert as_text(alone).splitlines()[0] == "1 contract"
    assert "left out" not in as_text(alone)
    assert as_text(Status((), 0, RUNS, LEVELS, CLAIMS)).splitlines()[2] == "checks:"


def test_counts_are_json():
    told = json.loads(as_json(STATUS))
    assert told["schema"] == "pv.status/1"
    assert (told["contracts"], told["faulty"]) == (2, 1)
    checks = {"total": 1300, "executable": 1293, "with_evidence": 1201}
    verdicts = {each.name: count for each, count in VERDICTS.items()}
    assert told["checks"] == {**checks, "verdicts": verdicts}
    first, second = told["by_contract"]
    assert first == {
        **checks, "verdicts": verdicts, "contract": "a-rather-long-name-v1", "stale": 1080,
        "weakest": "L3",
    }  # fmt: skip
    assert (second["contract"], second["weakest"]) == ("b-v1", None)
    assert told["levels"] == {level.name: number for level, number in LEVELS.items()}
    assert told["claims"]["formula"] == {"total": 8, "parsed": 7}
