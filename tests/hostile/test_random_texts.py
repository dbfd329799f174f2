"""Random hostile texts in every field, through every output: nothing acts, runs or grows."""

import ast
import json
from io import StringIO
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pv.binding.loader import binding_from_document
from pv.binding.model import Binding
from pv.checks.model import Check, Enumeration, Experiment, Formulas
from pv.checks.planner import plan_checks
from pv.commands.shared.findings import FORMATS, report
from pv.contract.loader import load
from pv.contract.yaml.reader import read
from pv.evidence.record import Digests, Evidence
from pv.evidence.verdict import Verdict
from pv.generate import experiments, properties, symbolic
from pv.generate.expected_tree import require_expected
from pv.generate.shared_names import Registry, file_name
from pv.generate.stated_claims import stated
from pv.generate.text_layout import docstring, quoted
from pv.python_source import NoPython
from pv.report import check_list, verdicts
from pv.report.check_list import Listed
from pv.report.screen import say
from pv.rules.running.validation import validate
from tests.hostile.hidden import acting, commands

SIGNS = st.sampled_from(
    ["\x1b[31m", "\x9b2J", "\u202e", "\u2066", "\u2028", "\x85", "\u200b", "\n", "\n\n", "\t",
     "\n::error::x\n", "##[error]", "##vso[x]", "::set-output a::b", "\nPROVED    O-1  9 cases",
     '"""', "'''", "\\", '"', "'", "{", "}", "){}(", "$(id)", "`id`", "%0A", "#", ": ", "- ",
     "[a](javascript:x)", "f(n) >= 1", "f(n)", "n", "\\N{BEL}", "pre: 1", "post: __import__('os')",
     "é", "𝔘", "٣"]
)  # fmt: skip
PIECES = SIGNS | st.text(max_size=4)
TEXTS = st.lists(PIECES, max_size=5).map("".join)
LONG = st.builds(lambda text, times: text * times, TEXTS, st.sampled_from([1, 1, 1, 300]))
NAMES = st.sampled_from(["k", "max_steps", "α", "ŷ'", "x_1", "lambda", "None"])
CLAIMS = st.sampled_from(["f(n) >= 1", "f(n) = n", "n >= 0 implies f(n) >= 0"]) | LONG


@st.composite
def contracts(draw):
    names = draw(st.lists(LONG, min_size=1, max_size=4, unique=True))
    return {
        "metadata": {
            "version": draw(LONG), "description": draw(LONG), "references": [draw(LONG)],
            "kind": "pattern",
        },
        "equations": {
            "f": {"formula": "f(n) = n", "domain": {"n": "0..9"}, "invariants": [draw(CLAIMS)]},
            draw(LONG): {"formula": draw(CLAIMS)},
        },
        "proof_obligations": [
            {"id": name, "type": "invariant", "property": draw(LONG), "formal": draw(CLAIMS),
             "equation": "f", draw(TEXTS): draw(LONG)}
            for name in names
        ],
        "falsification_tests": [
            {"id": "T" + name, "rule": draw(LONG), "prediction": draw(LONG), "if_fails": draw(LONG),
             "obligation": draw(st.sampled_from(names) | TEXTS),
             "experiment": {"system": "s", "given": {draw(NAMES): "1..2"},
                            "environment": {draw(TEXTS): draw(LONG)},
                            "configuration": {draw(TEXTS): {draw(TEXTS): draw(LONG)}},
                            "define": {"d" + draw(NAMES): "exit_code"},
                            "expect": ["exit_code = 0"]}}
            for name in names
        ],
        "symbolic_checks": [
            {"id": "S" + name, "obligation": name, "property": draw(LONG), "bound": 9}
            for name in names
        ],
        "qa_gate": {"id": draw(LONG), "name": draw(LONG), "checks": [draw(TEXTS)]},
    }  # fmt: skip


BINDING = """\
version: 1.0.0
target: t
systems: {s: {run: [python, -c, pass], accepts: ["*"]}}
bindings: [{contract: c, equation: f, callable: "m:f", status: implemented}]
"""
SLACK = 64 * 1024
"""What a hundred findings take, however short the input is."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("random")
    (home / "m.py").write_text("def f(n): return n\n", encoding="utf-8")
    return home


def written(folder, value):
    file = Path(folder) / "c.yaml"
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10**9)
    file.write_text(text, encoding="utf-8")
    return file, len(text.encode())


def require_harmless(text, size, form="text"):
    assert not acting(text), acting(text)
    lines = text.split("\n")
    orders = [line for line in lines if commands(line)]
    ours = ("::error file=", "::warning file=", "::notice file=")
    assert not [line for line in orders if form != "github" or not line.startswith(ours)], orders
    assert not [line for line in lines if line.startswith("PROVED    O-1  9 cases")]
    assert len(text.encode()) <= 50 * size + SLACK


@settings(max_examples=60, deadline=None)
@given(contracts())
def test_findings_in_every_format(folder, value):
    file, size = written(folder, value)
    found = validate([file], None, 1)[0].findings
    for form in FORMATS:
        stream = StringIO()
        report(found, 1, form, stream, notes=True)
        require_harmless(stream.getvalue(), size, form)
        if form in {"json", "sarif"}:
            json.loads(stream.getvalue())


def planned(folder, value):
    """Return the checks of a contract, if it is one."""
    file, size = written(folder, value)
    contract = load(file).contract
    binding = binding_from_document(read(BINDING.encode(), str(file.with_name("b.yaml"))))
    assert isinstance(binding, Binding)
    checks = () if contract is None else tuple(plan_checks(contract, [binding]))
    return contract, checks, size


@settings(max_examples=60, deadline=None)
@given(contracts(), LONG)
def test_checks_and_verdicts(folder, value, printed):
    _, checks, size = planned(folder, value)
    listed = [Listed(check, check.id, None, stale=False) for check in checks]
    results = [evidence(check, printed) for check in checks]
    size += len(printed.encode()) * (len(results) + 1)
    for text in (
        check_list.as_text(listed), *map(verdicts.as_text, results), verdicts.summary_text(results)
    ):  # fmt: skip
        stream = StringIO()
        say(stream, text)
        require_harmless(stream.getvalue(), size)
        assert stream.getvalue() == f"{text}\n"  # nothing was left to do
    for text in (check_list.as_json(listed), verdicts.as_json(results)):
        require_harmless(text, size)
        json.loads(text)


def evidence(check: Check, printed: str) -> Evidence:
    return Evidence(
        id=check.id, contract=check.contract, target=check.target, variant=check.variant,
        suffix=check.suffix, place=printed, claim=check.claim, subject=check.subject,
        engine="property", verdict=Verdict.REFUTED, cases=1, seconds=0.1,
        counterexample={printed: printed}, diagnosis=check.diagnosis, reason=printed,
        observation=(printed,), replay=printed, digests=Digests("", "", ""), notes=(printed,),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(contracts())
def test_generated_python(folder, value):
    contract, checks, _ = planned(folder, value)
    registry = Registry(("pytest",))
    called = {"survives", "values", "formula", "bound", "run", "counterexample", "f", "Bench"}
    for check in checks:
        title = contract.titles.get(check.id) or check.claim
        literal = ast.literal_eval(docstring(title, check))
        assert "".join(literal.split()).startswith("".join(title.split()))
        assert ast.literal_eval(quoted(title)) == title
        name = file_name(contract.stem, check.id)
        assert len(name.encode()) < 255
        assert name.removesuffix(".py").isidentifier() or not name.isascii()
        try:
            text = _test(check, title, registry)
        except NoPython:
            continue
        require_expected(text, called)


def _test(check, title, registry):
    match check.plan:
        case Experiment() as plan:
            case = dict.fromkeys(plan.given, 1)
            return experiments.test_text("test_x", "bench", check, title, plan, case)
        case Enumeration() | Formulas():
            claim = stated(check.plan)
            if symbolic.can_be_written(claim):
                return symbolic.test_text("x", check, claim, registry)
            return properties.case_text("x", check, title, claim, {"n": 1}, registry)
    raise NoPython("nothing to write")


def test_the_random_contracts_reach_every_output(folder):
    plans = set()

    @settings(max_examples=40, deadline=None, database=None, derandomize=True)
    @given(contracts())
    def look(value):
        plans.update(type(check.plan).__name__ for check in planned(folder, value)[1])

    look()
    assert plans >= {"Experiment", "Enumeration", "Formulas", "NotExecutable"}
