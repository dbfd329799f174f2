"""Any counterexample can be run again: by its values, and by the seed where JSON has none."""

import shlex
import shutil

import pytest

from tests.conftest import Project, made_project

CONTRACT = """\
metadata: {version: 1.0.0, kind: pattern, description: d, references: [r]}
equations:
  count: {formula: "count(n) = n", domain: {n: 0..99}}
  mean: {formula: the mean of x, domain: "x ∈ ℝ^k, k ≥ 1"}
  shout: {formula: in capitals, domain: {s: string}}
  year: {formula: its year, domain: {d: date}}
proof_obligations:
  - {id: O-1, type: bound, property: p, equation: count, formal: count(n) < 60}
  - {id: O-2, type: bound, property: p, equation: mean, formal: mean(x) <= 5}
  - {id: O-3, type: invariant, property: p, equation: shout, formal: shout(s) = s}
  - {id: O-4, type: invariant, property: p, equation: year, formal: year(d) < 2000}
falsification_tests:
  - {id: T-1, rule: r, prediction: count(n) < 70, if_fails: look, obligation: O-1}
"""
CODE = """\
def count(n):
    return n


def mean(x):
    return float(sum(x) / len(x))


def shout(s):
    return s.upper()


def year(d):
    return d.year
"""


@pytest.fixture(scope="module")
def refuted(tmp_path_factory):
    """Return a project in which claims were refuted, and the replay line of each refutation."""
    project = made_project(tmp_path_factory.mktemp("refuted"))
    names = ("count", "mean", "shout", "year")
    entries = "".join(
        f"  - {{contract: case-v1, equation: {name}, callable: 'rule:{name}',"
        " status: implemented}\n"
        for name in names
    )
    project.write("rule.py", CODE)
    project.write("contracts/case-v1.yaml", CONTRACT)
    project.write(
        "contracts/bindings/counting.yaml", f"version: 1.0.0\ntarget: t\nbindings:\n{entries}"
    )
    _, results = project.results("prove", "contracts/case-v1.yaml", "--fresh")
    _, tests = project.results("falsify", "contracts/case-v1.yaml", "--fresh")
    return project.folder, {name: each["replay"] for name, each in {**tests, **results}.items()}


@pytest.fixture
def project(refuted, tmp_path):
    """Return a copy of that project, which a test may change."""
    shutil.copytree(refuted[0], tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


@pytest.fixture
def replays(refuted):
    return refuted[1]


def test_a_replay_refutes_again_with_the_same_values(project, replays):
    for name in ("O-1", "O-2", "O-3", "O-4", "T-1"):
        words = shlex.split(replays[name])
        assert words[:3] == ["pv", "falsify" if name == "T-1" else "prove", name]
        _, results = project.results(*words[1:])
        assert results[name]["verdict"] == "REFUTED", replays[name]
        assert results[name]["replay"] == replays[name]


def test_what_json_has_no_value_for_is_drawn_again_by_the_seed(replays):
    assert replays["O-4"] == "pv prove O-4 contracts/case-v1.yaml --fresh --seed 0"
    assert "--case" in replays["O-3"]


@pytest.mark.parametrize(
    ("name", "case", "verdict"),
    [
        ("O-1", '{"n": 3}', "SURVIVED"),
        ("O-1", '{"n": 60}', "REFUTED"),
        ("O-1", '{"n": 100}', "UNKNOWN"),
        ("O-2", '{"x": [1, 2], "k": 2}', "SURVIVED"),
        ("O-2", '{"x": [9, 2.5], "k": 2}', "REFUTED"),
        ("O-2", '{"x": [9, 2.5], "k": 3}', "UNKNOWN"),
        ("O-3", '{"s": "A"}', "SURVIVED"),
        ("O-3", '{"s": "a"}', "REFUTED"),
    ],
)
def test_a_case_that_a_person_gives_is_decided(project, name, case, verdict):
    _, results = project.results("prove", name, "--case", case)
    assert (results[name]["verdict"], results[name]["cases"]) in {
        ("SURVIVED", 1), ("REFUTED", 1), ("UNKNOWN", 0),
    }  # fmt: skip
    assert results[name]["verdict"] == verdict


def test_a_case_is_no_evidence(project):
    project.results("prove", "O-1", "--case", '{"n": 3}')
    _, results = project.results("prove", "O-1")
    assert results["O-1"]["verdict"] == "REFUTED"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("O-1", "--case", '{"m": 3}'), "--case: O-1 is given n, not m"),
        (("O-1", "O-2", "--case", '{"n": 3}'), "--case needs exactly one test, and 2 are named"),
        (("O-1", "--case", "3"), "give an object"),
        (("O-1", "--case", "{"), "not JSON"),
    ],
)
def test_a_case_that_does_not_fit_is_refused(project, words, told):
    ran = project.pv("prove", *words)
    assert ran.returncode == 2
    assert told in ran.stderr


MACHINE = """\
metadata: {version: 1.0.0, kind: pattern, description: d, references: [r]}
equations: {counter: {formula: it counts}}
proof_obligations:
  - id: M-1
    type: state_machine
    equation: counter
    property: It counts
    machine:
      start: {n: 0}
      rules:
        add: {given: {by: 1..9}, next: {n: n + by}}
        back: {given: {day: date}, when: n > 0, next: {n: 0}}
"""
COUNTER = """\
class Counter:
    def __init__(self):
        self.n = 0

    def add(self, by):
        self.n += by

    def back(self, day):
        self.n = 0 if day.year < 2000 else 1
"""


@pytest.fixture
def machine(project):
    project.write("tally.py", COUNTER)
    project.write("contracts/m-v1.yaml", MACHINE)
    project.write(
        "contracts/bindings/m.yaml",
        "version: 1.0.0\ntarget: m\nbindings:\n  - {contract: m-v1, equation: counter,"
        " callable: 'tally:Counter', status: implemented}\n",
    )
    return project


def test_the_steps_of_a_machine_are_taken_again(machine):
    _, first = machine.results("prove", "M-1", "--fresh")
    steps = first["M-1"]["counterexample"]["steps"]
    assert steps[1] == "add(by = 1)"
    assert steps[2].startswith('back(day = "20')
    _, again = machine.results(*shlex.split(first["M-1"]["replay"])[1:])
    assert (again["M-1"]["verdict"], again["M-1"]["cases"]) == ("REFUTED", 1)
    assert again["M-1"]["counterexample"]["steps"] == steps


def test_steps_that_show_nothing_are_told(machine):
    _, held = machine.results("prove", "M-1", "--case", '{"steps": ["made()", "add(by = 2)"]}')
    assert held["M-1"]["verdict"] == "SURVIVED"
    early = '{"steps": ["made()", "back(day = \\"2024-01-01\\")"]}'
    _, open_ = machine.results("prove", "M-1", "--case", early)
    assert open_["M-1"]["verdict"] == "UNKNOWN"
    assert "the machine does not allow `back(" in open_["M-1"]["reason"]
    wrong = machine.pv("prove", "M-1", "--case", '{"steps": ["made()", "ad(by = 2)"]}')
    assert wrong.returncode == 2
    assert "--case: `ad(by = 2)`: the machine has no rule `ad`; it has add, back" in wrong.stderr
