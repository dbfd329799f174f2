"""State machines: an object that keeps to its model survives, and each way to leave it is found."""

import pytest

from pv.binding.loader import load_binding
from pv.checks.model import NotExecutable
from pv.checks.planner import plan_proofs
from pv.contract.loader import load
from pv.engines.outcome import Options, Outcome
from pv.engines.stateful.state_machine import decide

CODE = """\
class Queue:
    def __init__(self, capacity):
        self.capacity = capacity
        self.items = []

    @property
    def size(self):
        return len(self.items)

    def newest(self):
        return self.items[-1] if self.items else -1

    def push(self, item):
        if len(self.items) >= self.capacity:
            raise OverflowError("the queue is full")
        self.items.append(item)

    def pop(self):
        return self.items.pop(0)

    def full(self):
        return len(self.items) == self.capacity
"""
CONTRACT = """\
metadata: {version: 1.0.0, description: d, references: [r], kind: pattern}
equations:
  queue: {formula: a queue of bounded size}
proof_obligations:
  - id: Q
    type: state_machine
    equation: queue
    property: It holds what was pushed, up to its capacity
    formal: 0 <= size and size <= capacity
    machine:
      given: {capacity: 1..3}
      start: {size: 0}
      rules:
        push:
          given: {item: 0..9}
          when: size < capacity
          next: {size: size + 1}
          refuses: full
        pop:
          when: size > 0
          next: {size: size - 1}
          returns: 0 <= result and result <= 9
        full:
          returns: result = (size = capacity)
"""
BINDING = """\
version: 1.0.0
target: t
bindings:
  - {contract: q-v1, equation: queue, callable: "queues:Queue", status: implemented}
"""


@pytest.fixture
def prove(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))

    def run(code=CODE, contract=CONTRACT):
        module = f"queues_{tmp_path.name}"
        (tmp_path / f"{module}.py").write_text(code)
        (tmp_path / "q-v1.yaml").write_text(contract)
        (tmp_path / "binding.yaml").write_text(BINDING.replace("queues", module))
        loaded = load(tmp_path / "q-v1.yaml").contract
        (check,) = plan_proofs(loaded, [load_binding(tmp_path / "binding.yaml")])
        if isinstance(check.plan, NotExecutable):
            return Outcome(check.plan.verdict, reason=check.plan.reason)
        return decide(check.plan, Options())

    return run


def test_an_object_that_keeps_to_its_model_survives(prove):
    found = prove()
    assert (found.verdict.name, found.engine) == ("SURVIVED", "property"), found
    assert found.cases >= 50
    assert found.mutants == "3 of 3 mutants killed"
    assert "push" in found.notes[0]


@pytest.mark.parametrize(
    ("old", "new", "reason", "steps"),
    [
        ("self.items.append(item)", "self.items = [item]", "`size` should be 2", 3),
        (">= self.capacity", "> self.capacity", "push was not refused, though it may not", 3),
        ('"the queue is full"', '"no"', "push was refused without saying `full`", 3),
        ("self.items.pop(0)", "self.items.pop(0) + 20", "pop returned 20: 0 <= result", 3),
        ("self.items.pop(0)", "self.items.pop(1)", "pop raised IndexError", 3),
        ("== self.capacity", "== 2", "full returned", 3),
        ("self.items = []", "self.items = [0]", "`size` should be 0", 1),
        ("self.items = []", "raise RuntimeError('no')", "making it raised RuntimeError: no", 1),
    ],
)
def test_each_way_to_leave_the_model_is_found_and_shortened(prove, old, new, reason, steps):
    assert old in CODE
    found = prove(CODE.replace(old, new))
    assert (found.verdict.name, reason in found.reason) == ("REFUTED", True), found
    assert len(found.counterexample["steps"]) <= steps


@pytest.mark.parametrize(
    ("old", "new", "verdict", "reason"),
    [
        ("when: size > 0", "when: size > 5", "VACUOUS", "no state that was reached allows `pop`"),
        ("next: {size: size - 1}", "next: {length: size}", "PROSE", "`length` is no variable of"),
        ("when: size > 0", "when: height > 0", "PROSE", "`height` is not known here"),
        ("        full:", "        fill:", "ERROR", "Queue has no method `fill`"),
        ("start: {size: 0}", "start: {size: 0, last: 0}", "ERROR", "no attribute `last`"),
        ("formal: 0 <= size and", "formal: size < 3 and", "REFUTED", "false: size < 3"),
    ],
)
def test_a_machine_that_shows_nothing_says_why(prove, old, new, verdict, reason):
    assert old in CONTRACT
    found = prove(contract=CONTRACT.replace(old, new))
    assert (found.verdict.name, reason in found.reason) == (verdict, True), found


def test_an_object_that_changes_by_itself_is_not_believed(prove):
    moody = "import itertools\nN = itertools.count()\n" + CODE.replace(
        "return len(self.items)\n\n    def newest", "return len(self.items) + (next(N) == 777)\n\n"
        "    def newest"
    )  # fmt: skip
    found = prove(moody)
    assert found.verdict.name == "UNKNOWN", found
    assert "not a function of its arguments" in found.reason
