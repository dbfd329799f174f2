"""What gate, falsify and prove conclude from verdicts: the engines are left out."""

import argparse
import io
import json

import pytest

from pv.commands import falsify, gate, lint, prove, status
from pv.commands.shared import checking, exit_codes, repro
from pv.commands.shared.errors import UserFault
from pv.engines.outcome import Outcome
from pv.engines.run_checks import Interrupted
from pv.evidence.record import Evidence
from pv.evidence.store import Store
from pv.evidence.verdict import Verdict

CONTRACT, BINDING = "contracts/counter-v1.yaml", "contracts/bindings/counting.yaml"
TEST, PROOF = "FT-CNT-001", "SYM-CNT-001"


def evidence(check, verdict, session):
    outcome = Outcome(verdict, 9, counterexample={"limit": 1} if verdict.fails else None)
    return Evidence(
        check.id, check.contract, check.claim, check.subject, "e", verdict, 9, 1.0, check.digests,
        check.target, check.variant, check.suffix, replay=session.replay(check, outcome),
        seed=session.options.seed, counterexample=outcome.counterexample,
    )  # fmt: skip


@pytest.fixture
def ran(project, monkeypatch):
    """Run a verb where checks have these verdicts; returns exit code, output, and the options."""
    monkeypatch.chdir(project.folder)

    def run(verb, *words, verdicts=None, stopped=False):
        asked = []

        def decided(checks, session):
            asked.append(session.options)
            best = {TEST: Verdict.SURVIVED}
            found = tuple(
                evidence(each, (verdicts or best).get(each.id, Verdict.PROVED), session)
                for each in checks
            )
            for each in found:
                session.done(each)
            if stopped:
                raise Interrupted(found)
            return found

        monkeypatch.setattr(checking, "run_checks", decided)
        parser = argparse.ArgumentParser(exit_on_error=False)
        verb.add_arguments(parser)
        out, err = io.StringIO(), io.StringIO()
        try:
            code = verb.run(parser.parse_intermixed_args(words), out, err)
        except Interrupted:
            code = None
        return code, out.getvalue(), err.getvalue(), asked

    return run


@pytest.mark.parametrize(
    ("verdicts", "unmet"),
    [
        ({TEST: Verdict.SURVIVED, PROOF: Verdict.PROVED}, []),
        ({TEST: Verdict.PROVED, PROOF: Verdict.PROVED}, []),
        ({TEST: Verdict.UNKNOWN, PROOF: Verdict.PROVED}, [TEST]),
        ({TEST: Verdict.REFUTED, PROOF: Verdict.PROVED}, [TEST]),
        ({TEST: Verdict.SURVIVED, PROOF: Verdict.SURVIVED}, [PROOF]),
        ({TEST: Verdict.PROSE, PROOF: Verdict.UNBOUND}, [TEST, PROOF]),
    ],
)
def test_a_gate_holds_where_each_requirement_is_met(ran, verdicts, unmet):
    code, out, _, (options,) = ran(gate, verdicts=verdicts)
    assert code == (1 if unmet else 0)
    assert ("gate F-CNT-001 holds: 2 of 2" in out) is not bool(unmet)
    assert [name for name in (TEST, PROOF) if f"{name} is {verdicts[name].name}, " in out] == unmet
    assert options.prove
    assert (options.cases, options.case) == (None, None)
    code, out, _, _ = ran(gate, "--format", "json", verdicts=verdicts)
    (told,) = json.loads(out)["gates"]
    assert (code, told["holds"], len(told["unmet"])) == (1 if unmet else 0, not unmet, len(unmet))
    assert {each["name"] for each in json.loads(out)["results"]} == {TEST, PROOF}


def test_one_gate_that_is_closed_is_enough_and_one_that_requires_nothing_shows_nothing(
    project, ran
):
    text = (project.folder / CONTRACT).read_text(encoding="utf-8")
    other = text.replace("CNT-", "OTH-").replace("falsification, proof]", "falsification]")
    project.write("contracts/other-v1.yaml", other)
    closed = {TEST: Verdict.SURVIVED, "FT-OTH-001": Verdict.REFUTED}
    ids = {
        words: [
            each["id"] for each in json.loads(ran(gate, *words, "--format", "json")[1])["gates"]
        ]
        for words in ((), ("F-CNT-001",), ("other-v1",))
    }
    assert ids == {
        (): ["F-CNT-001", "F-OTH-001"], ("F-CNT-001",): ["F-CNT-001"], ("other-v1",): ["F-OTH-001"],
    }  # fmt: skip
    assert ran(gate, verdicts=closed)[0] == 1
    assert ran(gate, "F-CNT-001", verdicts=closed)[0] == 0
    assert ran(gate, "counter-v1", "F-OTH-001", verdicts=closed)[0] == 1
    project.write("contracts/other-v1.yaml", other.replace("falsification]", "]"))
    assert ran(gate)[0] == 4
    assert ran(gate, verdicts={TEST: Verdict.REFUTED})[0] == 1


def test_who_asks_for_no_gate_is_told_which_there_are(project, ran):
    code, _, err, _ = ran(gate, TEST)
    assert (code, err) == (4, f"{TEST}: this is no gate; name one of these: F-CNT-001\n")
    text = (project.folder / CONTRACT).read_text(encoding="utf-8")
    project.write("contracts/other-v1.yaml", text.replace("CNT-", "OTH-"))
    assert ran(gate, TEST)[2].endswith("these: F-CNT-001\n")
    project.write(CONTRACT, text.partition("qa_gate:")[0])
    assert ran(gate, TEST)[2].endswith("these: F-OTH-001\n")
    (project.folder / "contracts/other-v1.yaml").unlink()
    code, _, err, _ = ran(gate)
    assert (code, "there is no gate in these contracts" in err) == (4, True)


@pytest.mark.parametrize("verb", [gate, lint, prove, falsify], ids=lambda verb: verb.__name__)
def test_an_unknown_id_beside_a_known_one_is_refused(ran, verb):
    with pytest.raises(UserFault, match="did you mean F-CNT-001"):
        ran(verb, "F-CNT-001", "F-CNT-01")


def test_a_gate_may_require_more_than_was_reached(project, ran):
    more = "require: {FT-CNT-001: PROVED}\n  checks: [validation"
    project.change(CONTRACT, "checks: [validation", more)
    code, out, _, _ = ran(gate)
    assert (code, f"{TEST} is SURVIVED, PROVED is required" in out) == (1, True)


def test_beside_a_gate_stands_what_is_known(project, ran):
    _, out, _, _ = ran(gate, "--format", "json")
    beside = {"CNT-INV-001": None, "counter-v1/counted/equals-formula": None}
    assert json.loads(out)["gates"][0]["beside"] == beside
    (project.folder / BINDING).unlink()
    _, out, _, _ = ran(gate, "--format", "json")
    assert json.loads(out)["gates"][0]["beside"]["CNT-INV-001"] == "UNBOUND"


def test_exit_codes_are_those_of_the_documentation():
    named = {name: code for name, code in vars(exit_codes).items() if name.isupper()}
    assert named == {
        "HOLDS": 0, "DOES_NOT_HOLD": 1, "USER_FAULT": 2, "BUG": 3, "NOTHING_MEASURED": 4,
        "SIGNALLED": 128,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("verdicts", "code", "strict"),
    [
        ([Verdict.PROVED, Verdict.SURVIVED], 0, 0), ([Verdict.PROVED, Verdict.PROSE], 0, 1),
        ([Verdict.PROSE, Verdict.UNBOUND], 4, 4), ([Verdict.REFUTED, Verdict.PROSE], 1, 1),
        ([Verdict.ERROR, Verdict.PROVED], 1, 1), ([Verdict.VACUOUS, Verdict.PROVED], 1, 1),
        ([Verdict.UNKNOWN, Verdict.PROVED], 1, 1),
    ],
    ids=str,
)  # fmt: skip
def test_the_exit_code_of_a_proof_is_that_of_its_verdicts(ran, verdicts, code, strict):
    given = dict(zip(("CNT-INV-001", PROOF), verdicts, strict=True))
    words = ("CNT-INV-001", PROOF)
    assert ran(prove, *words, verdicts=given)[0] == code
    found = ran(prove, *words, "--strict", verdicts=given)
    assert found[0] == strict
    assert found[3][0].prove


def test_a_falsified_claim_is_told_with_its_replay(ran):
    code, out, _, (options,) = ran(falsify, verdicts={TEST: Verdict.REFUTED})
    assert code == 1
    assert f"pv falsify {TEST} --case '{{\"limit\": 1}}'" in out
    assert not options.prove
    code, out, _, (found,) = ran(falsify, TEST, "--format", "json", "--seed", "5")
    (told,) = json.loads(out)["results"]
    assert (code, told["verdict"], told["replay"], found.seed) == (0, "SURVIVED", None, 5)


@pytest.mark.parametrize(("verb", "name"), [(falsify, TEST), (prove, PROOF)])
def test_what_is_written_out_is_told_beside_json_and_below_text(ran, verb, name, monkeypatch):
    monkeypatch.setattr(repro, "_fault", lambda _: "it was not run")
    refuted = {name: Verdict.REFUTED}
    said = f"repro: {name} does not reproduce outside pv: it was not run\n"
    _, out, err, _ = ran(verb, name, "--repro", "found", "--format", "json", verdicts=refuted)
    assert (json.loads(out)["verdict"], err) == ("REFUTED", said)
    _, out, err, _ = ran(verb, name, "--repro", "found", verdicts=refuted)
    assert (out.endswith(said), err) == (True, "")


def test_a_replay_names_what_tells_the_check_from_others(project, ran):
    words = ("contracts", "--binding", BINDING)
    out = ran(falsify, *words, verdicts={TEST: Verdict.REFUTED})[1]
    assert f"pv falsify {TEST} contracts --binding {BINDING} --case" in out
    text = (project.folder / CONTRACT).read_text(encoding="utf-8")
    project.write("contracts/other-v1.yaml", text)
    out = ran(falsify, verdicts={TEST: Verdict.REFUTED})[1]
    for file in (CONTRACT, "contracts/other-v1.yaml"):
        assert f"pv falsify {TEST} {file} --case" in out
    (project.folder / "contracts/other-v1.yaml").unlink()
    same = (project.folder / BINDING).read_text(encoding="utf-8")
    project.write("contracts/bindings/more.yaml", same.replace("target: counting", "target: more"))
    out = ran(falsify, verdicts={TEST: Verdict.REFUTED})[1]
    assert f"pv falsify {TEST}@counting" in out
    assert f"pv falsify {TEST}@more" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((TEST, "--case", '{"limit": 3}'), None),
        ((TEST, "--case", '{"limit": 30}'), "--case: limit = 30 is not in 1..9"),
        ((TEST, "--case", '{"n": 3}'), f"--case: {TEST} is given limit, not n"),
        ((TEST, "--case", "{}"), f"--case: {TEST} is given limit, not nothing"),
        (("NO-1", "--case", "{}"), "NO-1"),
    ],
)
def test_a_case_is_one_of_the_experiment(ran, words, said):
    if said is None:
        code, _, _, (options,) = ran(falsify, *words, "--cases", "3")
        assert (code, options.case, options.cases) == (0, {"limit": 3}, 3)
        return
    with pytest.raises(UserFault, match=said):
        ran(falsify, *words)


def test_a_case_needs_one_test(project, ran):
    text = (project.folder / CONTRACT).read_text(encoding="utf-8")
    project.write("contracts/other-v1.yaml", text.replace("CNT-", "OTH-"))
    with pytest.raises(UserFault, match="--case needs exactly one test, and "):
        ran(falsify, "--case", '{"limit": 3}')


@pytest.mark.parametrize("text", ["3", "{", "[1]"])
def test_a_case_is_an_object_of_json(ran, text):
    with pytest.raises(argparse.ArgumentError):
        ran(falsify, TEST, "--case", text)


def test_the_formulas_of_a_contract_are_another_subject(ran):
    code, out, _, _ = ran(falsify, "--subject", "reference", "--format", "json")
    assert code == 0
    assert {each["subject"] for each in json.loads(out)["results"]} == {"reference"}
    _, out, _, _ = ran(falsify, TEST, "--format", "json")
    assert {each["subject"] for each in json.loads(out)["results"]} != {"reference"}


def test_what_was_decided_before_an_interruption_is_told(ran):
    code, out, _, _ = ran(prove, PROOF, "--format", "json", stopped=True)
    told = json.loads(out)
    assert (code, told["interrupted"], len(told["results"])) == (None, True, 1)
    _, out, _, _ = ran(prove, PROOF, stopped=True)
    assert out.count(PROOF) == 1


def test_evidence_of_somebody_else_is_not_used(project, ran, monkeypatch):
    monkeypatch.setattr(checking, "doubt", lambda file: f"{file} is not yours")
    code, _, err, _ = ran(prove, PROOF)
    assert code == 0
    assert "nothing in it is used, and nothing is kept: .pv/evidence.db is not yours" in err
    with checking.evidence(io.StringIO()) as store:
        assert isinstance(store, Store)
        assert not store.file.is_relative_to(project.folder)


def test_status_counts_what_there_is_and_names_what_is_left_out(project, ran):
    code, out, err, _ = ran(status)
    assert (code, err) == (0, "")
    assert out.startswith("1 contract\n")
    project.write("contracts/broken-v1.yaml", "metadata: {version: 1\n")
    project.write("contracts/faulty-v1.yaml", "metadata: {version: 1.0.0}\nequations: {f: 3}\n")
    code, out, err, _ = ran(status, "--format", "json")
    told = json.loads(out)
    assert (code, told["contracts"], told["faulty"]) == (2, 1, 2)
    for name in ("broken", "faulty"):
        assert f"contracts/{name}-v1.yaml is left out; `pv validate` says" in err
    with pytest.raises(UserFault, match="no-such: there is no such file or folder"):
        ran(status, "no-such")
    for file in (project.folder / "contracts").glob("*.yaml"):
        file.unlink()
    assert ran(status)[0] == 4
