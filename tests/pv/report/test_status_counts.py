import json

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
STATUS = Status(2, 1, RunCounts(1300, 1293, 1201, VERDICTS), LEVELS, CLAIMS)


def test_counts_are_a_table():
    lines = as_text(STATUS).splitlines()
    assert lines[0] == "2 contracts, 1 left out"
    ran, lacking = lines[3:5]
    assert ran == "  with fresh evidence   1,201 of   1,293 executable   1 REFUTED, 1,200 PROVED"
    assert lacking == "  not executable            7 of   1,300 in all       5 PROSE, 2 UNBOUND"
    levels = lines[lines.index("checks by level:") + 1 :]
    assert levels[1] == f"  {[*Level][1].name:8}    1   {[*Level][1].value}"
    texts = lines[lines.index("texts that can be read:") + 1 :]
    assert texts[0] == "  formula          7 of     8   88 %   an equation's formula"
    assert texts[1] == "  domain           0 of     0          what its parameters may be"


def test_nothing_is_said_of_what_is_not_left_out():
    assert as_text(Status(1, 0, STATUS.runs, LEVELS, CLAIMS)).splitlines()[0] == "1 contract"


def test_counts_are_json():
    told = json.loads(as_json(STATUS))
    assert told["schema"] == "pv.status/1"
    assert (told["contracts"], told["faulty"]) == (2, 1)
    checks = {"total": 1300, "executable": 1293, "with_evidence": 1201}
    verdicts = {each.name: count for each, count in VERDICTS.items()}
    assert told["checks"] == {**checks, "verdicts": verdicts}
    assert told["levels"] == {level.name: number for level, number in LEVELS.items()}
    assert told["claims"]["formula"] == {"total": 8, "parsed": 7}
