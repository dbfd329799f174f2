"""State machines: an object that keeps to its model survives, and each way to leave it is found."""

from itertools import count

import pytest

from pv.binding.loader import load_binding
from pv.checks.model import NotExecutable
from pv.checks.planner import plan_proofs
from pv.contract.loader import load
from pv.engines.outcome import Options, Outcome
from pv.engines.stateful import state_machine
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

    def run(code=CODE, contract=CONTRACT, binding="", name="Queue", cases=60):
        module = f"queues_{tmp_path.name}"
        (tmp_path / f"{module}.py").write_text(code)
        (tmp_path / "q-v1.yaml").write_text(contract)
        named = BINDING.replace("queues", module).replace("Queue", name)
        said = named.replace("status: ", f"{binding}, status: " if binding else "status: ")
        (tmp_path / "binding.yaml").write_text(said)
        loaded = load(tmp_path / "q-v1.yaml").contract
        (check,) = plan_proofs(loaded, [load_binding(tmp_path / "binding.yaml")])
        if isinstance(check.plan, NotExecutable):
            return Outcome(check.plan.verdict, reason=check.plan.reason)
        return decide(check.plan, Options(cases=cases))

    return run


def test_an_object_that_keeps_to_its_model_survives(prove):
    found = prove(cases=None)
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
        ("refuses: full", 'refuses: "(?=::error ::"', "PROSE", "is not a regular expression"),
    ],
)
def test_a_machine_that_shows_nothing_says_why(prove, old, new, verdict, reason, capfd):
    assert old in CONTRACT
    found = prove(contract=CONTRACT.replace(old, new))
    assert (found.verdict.name, reason in found.reason) == (verdict, True), found
    assert capfd.readouterr() == ("", "")


UNSAID = "in no case did what a part of it presupposes hold: "


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("formal: 0 <= size", "formal: (size < 0 implies size = 77) and 0 <= size",
         "size < 0 implies size = 77"),
        ("formal: 0 <= size", "formal: 0 <= size and (size > capacity implies size = 0)",
         "size > capacity implies size = 0"),
        ("returns: 0 <= result", "returns: (result < 0 implies size = 9) and 0 <= result",
         "result < 0 implies size = 9"),
        ("result = (size = capacity)", "(result = (size = capacity)) and (size > 3 implies result)",
         "size > 3 implies result"),
    ],
)  # fmt: skip
def test_a_part_whose_premise_never_held_is_named(prove, old, new, part):
    assert old in CONTRACT
    found = prove(contract=CONTRACT.replace(old, new))
    assert (found.verdict.name, found.reason) == ("VACUOUS", UNSAID + part), found


def test_an_action_says_nothing_by_what_another_returns(prove):
    claim = "returns: result < 0 implies size = 0"
    contract = CONTRACT.replace("returns: 0 <= result and result <= 9", claim)
    found = prove(contract=f"{contract}        newest:\n          {claim}\n")
    assert (found.verdict.name, found.reason) == ("VACUOUS", UNSAID + claim[9:]), found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("formal: 0 <= size", "formal: (size = 3 implies capacity = 3) and 0 <= size"),
        ("returns: 0 <= result", "returns: (result = 9 implies size > 0) and 0 <= result"),
    ],
)
def test_a_part_whose_premise_held_once_says_something(prove, old, new):
    assert old in CONTRACT
    found = prove(contract=CONTRACT.replace(old, new))
    assert found.verdict.name == "SURVIVED", found


def test_an_object_that_changes_by_itself_is_not_believed(prove):
    moody = "import itertools\nN = itertools.count()\n" + CODE.replace(
        "return len(self.items)\n\n    def newest", "return len(self.items) + (next(N) == 777)\n\n"
        "    def newest"
    )  # fmt: skip
    found = prove(moody)
    assert found.verdict.name == "UNKNOWN", found
    assert "not a function of its arguments" in found.reason


REGISTER = """\
class Register:
    def __init__(self, first, second=7, *, least=0):
        self.last = first - second
        self.least = least

    def {put}:
        self.last = key - value
"""
PUT = """\
metadata: {{version: 1.0.0, description: d, references: [r], kind: pattern}}
equations:
  queue: {{formula: a register}}
proof_obligations:
  - id: Q
    type: state_machine
    equation: queue
    property: It holds the last difference
    machine:
      given: {{{given}: 0..9}}
      start: {{last: {given} - {second}}}
      rules:
        put:
          given: {{key: 0..4, value: 5..9, more: 0..0}}
          next: {{last: key - value}}
"""


@pytest.fixture
def register(prove):
    def run(put="put(self, key, value, more)", binding="", given="first", second="7"):
        contract = PUT.format(given=given, second=second)
        code = REGISTER.format(put=put)
        return prove(code, contract, binding=binding, name="Register", cases=20)

    return run


@pytest.mark.parametrize(
    "put",
    [
        "put(self, key, value, more)",
        "put(self, more, value, key)",
        "put(self, value, /, more, *, key)",
        "put(self, key, value, *rest)",
        "put(self, *, more, value, key, other=3)",
        "put(self, key, value, x)",
    ],
)
def test_a_rule_gives_its_values_by_name_or_in_the_order_of_the_contract(register, put):
    found = register(put)
    assert found.verdict.name == "SURVIVED", found


@pytest.mark.parametrize(
    ("put", "reason"),
    [
        (
            "put(self, value, key, x)",
            "does not fit: the machine gives (key, value, more), and `key`",
        ),
        ("put(self, key, value)", "too many positional arguments"),
        ("put(self, key, value, more, other)", "missing a required argument: 'other'"),
    ],
)
def test_a_rule_that_does_not_fit_the_method_is_an_error(register, put, reason):
    found = register(put)
    assert (found.verdict.name, reason in found.reason) == ("ERROR", True), found


@pytest.mark.parametrize(
    ("binding", "given", "second", "verdict"),
    [
        ("keywords: {second: 3}", "first", "3", "SURVIVED"),
        ("keywords: {second: 3}", "first", "7", "REFUTED"),
        ("keywords: {least: 3}", "first", "7", "SURVIVED"),
        ("arguments: [any, any]", "any", "any", "SURVIVED"),
        ("arguments: [first, other]", "first", "7", "ERROR"),
        ("keywords: {third: 3}", "first", "7", "ERROR"),
        ("", "start", "7", "SURVIVED"),
    ],
)
def test_the_object_is_made_as_the_binding_says(register, binding, given, second, verdict):
    found = register(binding=binding, given=given, second=second)
    assert found.verdict.name == verdict, found


def test_an_object_with_two_bugs_is_refuted_by_one_of_them(prove):
    both = CODE.replace(">= self.capacity", "> self.capacity").replace("pop(0)", "pop(0) + 20")
    assert prove(both).verdict.name == "REFUTED"


def test_what_reading_the_state_raises_is_a_refutation(prove):
    found = prove(
        CODE.replace("return len(self.items)\n\n", "return 1 // (3 - len(self.items))\n\n")
    )
    assert found.verdict.name == "REFUTED", found
    assert "`size` should be 1" in found.reason or "ZeroDivisionError" in found.reason


def slow(monkeypatch, seconds):
    """Let each look at the clock take some seconds."""
    clock = count(step=seconds)
    monkeypatch.setattr(state_machine.time, "monotonic", lambda: next(clock))


def test_a_slow_object_that_leaves_the_model_is_refuted(prove, monkeypatch):
    slow(monkeypatch, 0.1)
    found = prove(CODE.replace("self.items.append(item)", "self.items = []"))
    assert found.verdict.name == "REFUTED", found


def test_a_slow_object_that_keeps_to_it_is_not_believed_after_few_runs(prove, monkeypatch):
    slow(monkeypatch, 0.5)
    found = prove()
    assert found.verdict.name == "UNKNOWN", found
    assert "the time was up in run" in found.reason


@pytest.mark.parametrize(("seconds", "verdict"), [(1e-6, "VACUOUS"), (0.035, "UNKNOWN")])
def test_where_there_is_no_time_for_mutants_nothing_is_said(prove, monkeypatch, seconds, verdict):
    slow(monkeypatch, seconds)
    idle = CONTRACT.partition("        push:")[0] + "        full: {next: {size: size}}\n"
    found = prove(contract=idle)
    assert (found.verdict.name, "can" in found.reason) == (verdict, True), found
