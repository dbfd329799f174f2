from dataclasses import replace

import pytest

from pv.checks.planner import plan_checks
from pv.checks.standing.gates import judge_gate, requirements
from pv.contract.loader import load
from pv.evidence.record import Digests, Evidence, Key
from pv.evidence.verdict import Verdict

TEXT = """\
equations: {line: {formula: "f(x) = 2 * x", domain: "x in R"}}
proof_obligations:
  - {id: O-1, type: linearity, formal: f(x + x) = 2 * f(x)}
falsification_tests:
  - {id: T-1, rule: r, prediction: f(3) = 6, if_fails: look, obligation: O-1}
symbolic_checks:
  - {id: S-1, obligation: O-1, strategy: exhaustive}
qa_gate: {id: G-1, name: g, checks: [%s], require: {%s}}
"""


def gate_of(contract, checks, require=""):
    read = contract(TEXT % (checks, require))
    return read, requirements(read, read.gates[0], [*plan_checks(read, [])])


@pytest.mark.parametrize(
    ("checks", "require", "wanted"),
    [
        ("falsification", "", {"T-1": Verdict.SURVIVED}),
        ("proof", "", {"S-1": Verdict.PROVED}),
        ("validation", "", {}),
        ("falsification", "T-1: PROVED", {"T-1": Verdict.PROVED}),
        ("validation", "O-1: SURVIVED", {"O-1": Verdict.SURVIVED}),
    ],
)
def test_a_gate_requires_a_verdict_by_the_kind_of_check(contract, checks, require, wanted):
    found = gate_of(contract, checks, require)[1]
    assert {each.name: each.least for each in found} == wanted


def judged(read, required, results):
    digests = Digests(read.digest, "l", "o")
    mine = [replace(each, digests=digests) for each in results]
    return judge_gate(read, read.gates[0], required, mine, {})


def shown(name, verdict, contract="kernel-v1"):
    return Evidence(
        name, contract, "claim", "subject", "property", verdict, 1, 0.1, Digests("c", "l", "o")
    )


@pytest.mark.parametrize(
    ("results", "unmet"),
    [
        ([shown("T-1", Verdict.SURVIVED), shown("S-1", Verdict.PROVED)], ()),
        ([shown("T-1", Verdict.PROVED), shown("S-1", Verdict.PROVED)], ()),
        (
            [shown("T-1", Verdict.SURVIVED), shown("S-1", Verdict.SURVIVED)],
            ("S-1 is SURVIVED, PROVED is required",),
        ),
        ([shown("S-1", Verdict.PROVED)], ("T-1 was not checked, SURVIVED is required",)),
        (
            [shown("T-1", Verdict.SURVIVED, "other-v1"), shown("S-1", Verdict.PROVED)],
            ("T-1 was not checked, SURVIVED is required",),
        ),
    ],
)
def test_a_gate_holds_where_each_verdict_is_reached_in_its_contract(contract, results, unmet):
    read, required = gate_of(contract, "falsification, proof")
    found = judged(read, required, results)
    assert (found.id, found.required, found.unmet) == ("G-1", 2, unmet)


def test_a_claim_must_hold_of_each_subject(contract):
    read, (required, *_) = gate_of(contract, "validation", "O-1: SURVIVED")
    keys = (Key("kernel-v1", "O-1", "one", ""), Key("kernel-v1", "O-1", "two", ""))
    both = replace(required, keys=keys)
    one = replace(shown("O-1", Verdict.PROVED), target="one")
    two = replace(shown("O-1", Verdict.REFUTED), target="two", suffix="@two")
    unmet = judged(read, [both], [one, two]).unmet
    assert unmet == ("O-1@two is REFUTED, SURVIVED is required",)
    unmet = judged(read, [both], [one]).unmet
    assert unmet == ("O-1 was not checked, SURVIVED is required",)


def test_a_word_that_is_no_check_keeps_a_gate_closed(contract):
    read, required = gate_of(contract, "falsification, proofs")
    results = [shown("T-1", Verdict.PROVED)]
    found = judged(read, required, results)
    assert not found.holds
    assert "`proofs` is none of the checks" in found.unmet[0]
    assert "did you mean `proof`?" in found.unmet[0]


def test_what_is_required_and_not_there_was_not_checked(contract):
    read, (required, *_) = gate_of(contract, "validation", "O-1: SURVIVED")
    nothing = replace(required, keys=())
    found = judged(read, [nothing], [shown("O-1", Verdict.PROVED)])
    assert found.unmet == ("O-1 was not checked, SURVIVED is required",)


def test_the_worse_of_two_results_counts(contract):
    read, required = gate_of(contract, "falsification")
    both = [shown("T-1", Verdict.SURVIVED), shown("T-1", Verdict.REFUTED)]
    for results in (both, both[::-1]):
        found = judged(read, required, results)
        assert found.unmet == ("T-1 is REFUTED, SURVIVED is required",)


def test_a_gate_that_requires_nothing_holds_nothing(contract):
    read, required = gate_of(contract, "validation")
    assert not judged(read, required, []).holds
    read, required = gate_of(contract, "falsification")
    results = [shown("T-1", Verdict.SURVIVED)]
    assert judged(read, required, results).holds


def test_checks_of_another_contract_are_not_required(contract):
    read = contract(TEXT % ("falsification", ""))
    other = contract(TEXT % ("falsification", ""), stem="other-v1")
    assert requirements(read, read.gates[0], [*plan_checks(other, [])]) == []


def test_two_files_of_one_stem_are_two_contracts(contract, tmp_path):
    read, required = gate_of(contract, "falsification")
    (tmp_path / "more").mkdir()
    file = tmp_path / "more" / read.file.name
    file.write_text(read.file.read_text(encoding="utf-8") + "# another\n", encoding="utf-8")
    other = load(file).contract
    mine = replace(shown("T-1", Verdict.SURVIVED), digests=Digests(read.digest, "l", "o"))
    theirs = replace(shown("T-1", Verdict.REFUTED), digests=Digests(other.digest, "l", "o"))
    for results in ([mine, theirs], [theirs, mine]):
        assert judge_gate(read, read.gates[0], required, results, {}).unmet == ()
        assert judge_gate(other, read.gates[0], required, results, {}).unmet
    both = [*plan_checks(read, []), *plan_checks(other, [])]
    assert len(requirements(read, read.gates[0], both)[0].keys) == 1


def test_a_word_that_is_near_no_check_is_told_where_to_write_it(contract):
    read, required = gate_of(contract, "coffee")
    (told,) = judged(read, required, []).unmet
    assert told.endswith("; name the claim under `require`")
