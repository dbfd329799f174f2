import json
from dataclasses import replace

import pytest

from pv.checks.standing.gates import GateResult
from pv.evidence.record import Digests, Evidence
from pv.evidence.verdict import Verdict
from pv.report.limits import LONGEST_TEXT, MOST_NAMES
from pv.report.verdicts import as_json, as_text, gate_record, gate_text, summary_text

PASSED = Evidence(
    id="O-1", contract="kernel-v1", claim="f(x) > 0", subject="code:f", engine="property",
    verdict=Verdict.SURVIVED, cases=200, seconds=1.25, digests=Digests("c", "l", "o"),
    place="kernel-v1.yaml:7", mutants="5 of 7 mutants killed",
)  # fmt: skip
REFUTED = replace(
    PASSED, verdict=Verdict.REFUTED, cases=1, mutants=None, reason="false: f(x) > 0",
    counterexample={"x": -1.5, "n": 2}, observation=("f(x)  is  -3.0",),
    diagnosis="look at\n  the sign", replay="pv falsify O-1 --case '{}'", processes=2,
)  # fmt: skip
PROSE = replace(PASSED, verdict=Verdict.PROSE, reason="this sentence is prose", cases=0)


def test_a_pass_is_one_line_with_what_it_rests_on():
    assert as_text(PASSED) == (
        "SURVIVED  O-1  200 cases, 5 of 7 mutants killed, 1.2 s  property: code:f  kernel-v1.yaml:7"
    )


def test_a_refutation_shows_claim_reason_values_sides_diagnosis_and_replay():
    assert as_text(REFUTED).splitlines() == [
        "REFUTED   O-1  1 case, 2 processes, 1.2 s  property: code:f  kernel-v1.yaml:7",
        "          claim: f(x) > 0",
        "          because: false: f(x) > 0",
        "          for: x = -1.5, n = 2",
        "            f(x)  is  -3.0",
        "          diagnosis: look at the sign",
        "          replay: pv falsify O-1 --case '{}'",
    ]


def test_what_did_not_run_says_why():
    assert as_text(PROSE) == "PROSE     O-1  kernel-v1.yaml:7  this sentence is prose"


def test_a_cached_result_is_dated():
    cached = replace(PASSED, cached=True, recorded="2026-01-02T03:04:05+00:00")
    assert "evidence of 2026-01-02T03:04:05+00:00  property" in as_text(cached)


def test_notes_are_shown_and_long_ones_are_wrapped():
    noted = replace(PASSED, notes=("short", "word " * 40))
    lines = as_text(noted).splitlines()
    assert lines[1] == "          note: short"
    assert len(lines) == 5
    assert max(map(len, lines[1:])) <= 100


@pytest.mark.parametrize(
    ("results", "line"),
    [
        ([], "0 of 0 claims ran: nothing"),
        ([PASSED], "1 of 1 claim ran: 1 SURVIVED"),
        ([PASSED, REFUTED, PROSE], "2 of 3 claims ran: 1 REFUTED, 1 PROSE, 1 SURVIVED"),
        (
            [replace(PASSED, cached=True), PASSED],
            "2 of 2 claims ran (1 from evidence, --fresh runs again): 2 SURVIVED",
        ),
    ],
)
def test_a_summary_has_a_denominator_and_the_worst_first(results, line):
    assert summary_text(results) == line


@pytest.mark.parametrize(
    ("required", "unmet", "text"),
    [
        (1, (), "gate G-1 holds: 1 of 1 requirement met"),
        (2, ("T-1 is UNKNOWN",),
         "gate G-1 does not hold: 1 of 2 requirements met\n          T-1 is UNKNOWN"),
    ],
)  # fmt: skip
def test_a_gate_counts_what_is_met_and_lists_what_is_not(required, unmet, text):
    assert gate_text(GateResult("G-1", "kernel-v1", required, unmet, {})) == text


def test_a_gate_without_a_requirement_shows_nothing():
    gate = GateResult("G-1", "kernel-v1", 0, (), {})
    assert not gate.holds
    assert gate_text(gate) == "gate G-1 shows nothing: it requires no verdict"


def test_a_gate_tells_what_it_does_not_ask_for():
    beside = {"O-2": Verdict.REFUTED, "O-3": None}
    text = gate_text(GateResult("G-1", "kernel-v1", 1, (), beside))
    assert text.endswith("it does not ask for: O-2 (REFUTED), O-3 (never run)")


def test_json_has_each_result_their_counts_and_the_worst_verdict():
    told = json.loads(as_json([PASSED, REFUTED]))
    assert told["schema"] == "pv.verdicts/2"
    assert told["verdict"] == "REFUTED"
    assert told["summary"] == {"total": 2, "SURVIVED": 1, "REFUTED": 1}
    first, second = told["results"]
    assert (first["mutants"], first["cases"], first["counterexample"]) == (
        "5 of 7 mutants killed", 200, None,
    )  # fmt: skip
    assert second["counterexample"] == {"x": -1.5, "n": 2}
    assert "gates" not in told


def test_json_of_nothing_has_no_verdict_and_may_have_gates():
    told = json.loads(as_json([], [{"id": "G-1"}]))
    assert (told["verdict"], told["gates"]) == (None, [{"id": "G-1"}])


def test_of_much_only_the_first_is_told():
    unmet = tuple(f"O-{n} is REFUTED" for n in range(MOST_NAMES + 2))
    beside = dict.fromkeys((f"B-{n}" for n in range(MOST_NAMES + 3)), Verdict.PROSE)
    gate = GateResult("G", "k", MOST_NAMES + 5, unmet, beside)
    told = gate_record(gate)
    assert (told["left_out"], told["holds"], told["required"]) == (5, False, MOST_NAMES + 5)
    assert told["unmet"] == [*unmet[:MOST_NAMES], "and 2 more"]
    assert len(told["beside"]) == MOST_NAMES
    shown = " ".join(gate_text(gate).split())
    assert f"3 of {MOST_NAMES + 5} requirements met" in shown
    assert "and 2 more" in shown
    assert "and 3 more" in shown
    exactly = gate_text(GateResult("G", "k", MOST_NAMES, unmet[:MOST_NAMES], {}))
    assert exactly.splitlines()[-1].strip() == unmet[MOST_NAMES - 1]
    few = gate_record(GateResult("G", "k", 1, (), {"B": None, "C": Verdict.PROVED}))
    assert (few["left_out"], few["beside"]) == (0, {"B": None, "C": "PROVED"})


def test_long_texts_are_cut_in_json_too():
    long = "x" * 9000
    item = replace(REFUTED, claim=long, reason=long, diagnosis=long)
    (told,) = json.loads(as_json([item, PASSED]))["results"][:1]
    for name in ("claim", "reason", "diagnosis"):
        assert told[name].endswith(" … (9,000 characters)")
        assert len(told[name]) == LONGEST_TEXT
    (short, none) = json.loads(as_json([REFUTED, PASSED]))["results"]
    assert (short["reason"], short["diagnosis"]) == (REFUTED.reason, REFUTED.diagnosis)
    assert (none["reason"], none["diagnosis"]) == (None, None)


def test_a_file_outside_of_the_project_that_was_tested_is_named():
    shown = as_text(replace(PASSED, tested={"code:f": "/else/code.py", "code:g": "here.py"}))
    assert shown.splitlines()[1:] == ["          tested: code:f is in /else/code.py"]
