import pytest

from pv.binding.loader import load_binding
from pv.checks.model import Experiment
from pv.checks.planner import plan_tests
from pv.evidence.verdict import Verdict

TEXT = """\
equations: {line: {formula: "f(x) = x", domain: {x: 0..3}}}
proof_obligations: [{id: O-1, type: bound, formal: f(x) >= 0, equation: line, tolerance: 0.5}]
falsification_tests:
  - id: T-1
    rule: r
    prediction: it works
    if_fails: " Look here. "
    obligation: O-1
    experiment:
      given: {n: 1..3}
      define: {twice: 2 * n}
      expect: [one.exit_code = 0, two.exit_code = twice]%s
      runs:
        one: {system: %s, folder: here, environment: {N: "{n}"}}
        two: {system: second, configuration: {a: 1}}
  - {id: T-2, rule: " it holds ", if_fails: look}
  - {id: T-3, rule: r, prediction: f(2) = 2, if_fails: look, obligation: " O-1 "}
"""
FIRST = "first: {run: [echo], accepts: [N], needs: {tool: third}}"
SYSTEMS = f"{FIRST}, second: {{run: [cat]}}, third: {{run: [ls]}}"


@pytest.fixture
def declare(tmp_path):
    """Write a binding file that declares systems."""

    def make(systems=SYSTEMS, name="a", target="t"):
        file = tmp_path / f"{name}.yaml"
        text = f"version: 1.0.0\ntarget: {target}\nroot: .\nsystems: {{{systems}}}\nbindings: []\n"
        file.write_text(text, encoding="utf-8")
        return load_binding(file)

    return make


def planned(contract, bindings, system="first", cases=""):
    return [c for c in plan_tests(contract(TEXT % (cases, system)), bindings) if c.id == "T-1"]


def test_an_experiment_is_planned_as_it_is_written(contract, declare):
    (check,) = planned(contract, [declare()])
    plan = check.plan
    assert isinstance(plan, Experiment)
    assert (check.subject, check.target) == ("system first, second (t)", "t")
    assert check.claim == "one.exit_code = 0; two.exit_code = twice"
    assert check.diagnosis.strip() == "Look here."
    assert check.aliases >= {"kernel-v1", "O-1", "line"}
    one, two = plan.runs
    assert (one.name, one.folder, two.name, two.folder) == ("one", "here", "two", "work")
    assert (one.environment, two.configuration) == ({"N": "{n}"}, {"a": 1})
    assert [each.text for each in plan.expect] == ["one.exit_code = 0", "two.exit_code = twice"]
    assert ({*plan.given}, {*plan.define}, {*plan.prepared}) == ({"n"}, {"twice"}, {"tool"})
    assert (one.system.run, plan.prepared["tool"].run) == (("echo",), ("ls",))


def test_what_cannot_travel_to_a_process_is_told_with_its_place(contract, declare):
    text = (TEXT % ("", "first")).replace("{n: 1..3}", "{n: graph}")
    (check, *_) = plan_tests(contract(text), [declare()])
    assert check.plan.verdict is Verdict.PROSE
    assert "kernel-v1.yaml:11:18: a process is given texts" in check.plan.reason


@pytest.mark.parametrize(("cases", "wanted"), [("", 4), ("\n      cases: 9", 9)])
def test_an_experiment_has_4_cases_unless_it_says_otherwise(contract, declare, cases, wanted):
    (check,) = planned(contract, [declare()], cases=cases)
    assert check.plan.cases == wanted


def test_what_an_experiment_does_and_expects_dates_it(contract, declare, tmp_path):
    (tmp_path / "one.py").write_text("print(1)\n", encoding="utf-8")
    code = [
        declare("first: {run: [python, one.py], accepts: [M, N]}, second: {run: [python, one.py]}")
    ]
    changes = {
        "1..3": "1..4", "2 * n": "3 * n", "one.exit_code = 0": "one.exit_code = 1", "{N: ": "{M: ",
        "runs:": "cases: 9\n      runs:", "folder: here": "folder: there", "r\n": "r\n",
    }  # fmt: skip
    found = []
    for old, new in changes.items():
        text = (TEXT % ("", "first")).replace(old, new)
        (check,) = (each for each in plan_tests(contract(text), code) if each.id == "T-1")
        assert check.digests.code
        found.append(check.digests.claim)
    assert len({*found}) == len(changes)


def test_each_binding_that_declares_all_the_systems_is_a_target(contract, declare):
    bindings = [declare(), declare(name="b"), declare("second: {run: [cat]}", "c", "less")]
    found = planned(contract, bindings)
    assert [check.target for check in found] == ["t/a", "t/b"]
    assert [check.name for check in found] == ["T-1", "T-1@t/b"]


@pytest.mark.parametrize(
    ("systems", "system", "verdict", "reason"),
    [
        (None, "first", Verdict.UNBOUND, "no binding file declares a system; give --binding"),
        (SYSTEMS, "frist", Verdict.ERROR, "the system `frist`; did you mean `first`?"),
        (SYSTEMS, "zzz", Verdict.ERROR, "the system `zzz`; declared are: first, second, third"),
        ("second: {run: [cat]}", "zzz", Verdict.ERROR, "kernel-v1.yaml:15:"),
        (
            "first: {run: [echo], needs: {tool: lost}}, second: {run: [cat]}", "first",
            Verdict.ERROR, "`needs` names a system that is not declared: lost",
        ),
    ],
)  # fmt: skip
def test_a_system_that_is_not_declared_is_told(contract, declare, systems, system, verdict, reason):
    (check,) = planned(contract, [declare(systems)] if systems else [], system)
    assert check.plan.verdict is verdict
    assert reason in check.plan.reason
    assert check.digests.code == ""


def test_the_systems_of_one_run_may_be_in_another_file_but_not_of_one_experiment(contract, declare):
    halves = [declare("first: {run: [echo]}"), declare("second: {run: [cat]}", "b")]
    (check,) = planned(contract, halves)
    assert check.plan.verdict is Verdict.ERROR
    assert check.subject == "first, second"


def test_a_prediction_has_the_tolerance_and_the_equation_of_its_obligation(contract, binding):
    bound = binding({"line": "code:f"}, "def f(x):\n    return x\n")
    found = {check.id: check for check in plan_tests(contract(TEXT % ("", "first")), [bound])}
    assert found["T-3"].plan.tolerance.absolute == 0.5
    assert found["T-3"].claim == "f(2) = 2"
    assert (found["T-2"].claim, found["T-2"].plan.verdict) == ("it holds", Verdict.PROSE)


def test_what_a_binding_does_not_accept_is_an_error(contract, declare):
    (check,) = planned(contract, [declare(SYSTEMS.replace("accepts: [N]", "accepts: []"))])
    assert check.plan.verdict is Verdict.ERROR
    assert "a contract may not set the variable `N` of the system `first`" in check.plan.reason
