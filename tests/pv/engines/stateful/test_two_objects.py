"""A call may be given another object of the machine, or the very same one."""

import pytest

from pv.engines.outcome import Options
from pv.engines.stateful.state_machine import decide

BAGS = """\

class Bag:
    def __init__(self, start):
        self.items = {*start}

    def add(self, item):
        self.items.add(item)

    def merge(self, other):
        self.items |= other.items
        return len(self.items)

    def subtract(self, other):
        self.items -= other.items

    def has(self, item):
        return item in self.items
"""
OF_BAGS = """\
formal: "∀ i in items: self.has(i)"
machine:
  given: {start: "{[], [1, 2]}"}
  start: {items: set(start)}
  rules:
    add:
      given: {item: 0..3}
      next: {items: "items ∪ {item}"}
    merge:
      given: {other: made}
      next: {items: items ∪ other.items}
      returns: "(result = |items ∪ other.items|) and (∀ i in other.items: other.has(i))"
    subtract:
      given: {other: made}
      next: {items: "items \\\\ other.items"}
"""
ACCOUNTS = """\

class Account:
    def __init__(self):
        self.balance = 0

    def pay_in(self, amount):
        self.balance += amount

    def transfer(self, other, amount):
        if amount > self.balance:
            raise ValueError("not enough")
        self.balance -= amount
        other.balance += amount
"""
OF_ACCOUNTS = """\
formal: balance >= 0
machine:
  start: {balance: 0}
  rules:
    pay_in: {given: {amount: 1..9}, next: {balance: balance + amount}}
    transfer:
      given: {amount: 1..9, other: made}
      when: amount <= balance
      next: {balance: balance - amount, other.balance: other.balance + amount}
      refuses: not enough
"""


@pytest.mark.parametrize(
    ("code", "machine", "mutants"), [(BAGS, OF_BAGS, "3 of 3"), (ACCOUNTS, OF_ACCOUNTS, "2 of 2")]
)
def test_objects_that_keep_to_their_models_survive(driven, code, machine, mutants):
    found = driven(code, machine)
    assert (found.verdict.name, found.mutants) == ("SURVIVED", f"{mutants} mutants killed"), found


@pytest.mark.parametrize(
    ("old", "new", "reason", "made", "called"),
    [
        ("self.items |= other.items\n",
         "self.items = other.items = self.items | other.items\n",
         ".items` should be {}", 2, ["add", "merge"]),
        ("self.items |= other.items\n",
         "self.items = self.items | other.items if self.items else other.items\n",
         ".items` should be {}", 2, ["merge", "add"]),
        ("self.items -= other.items\n",
         "for item in other.items:\n            self.items.discard(item)\n",
         "subtract raised RuntimeError: Set changed size during iteration", 1, ["subtract"]),
    ],
)  # fmt: skip
def test_each_way_to_harm_another_object_is_found(driven, old, new, reason, made, called):
    assert old in BAGS
    found = driven(BAGS.replace(old, new), OF_BAGS)
    assert (found.verdict.name, reason in found.reason) == ("REFUTED", True), found
    steps = found.counterexample["steps"]
    assert [" = made(" in step for step in steps].count(True) == made
    assert steps[0].startswith("a = made(")
    methods = [step.partition("(")[0][2:] for step in steps if " = made(" not in step]
    assert (methods[-1], len(methods) <= len(called)) == (called[-1], True), steps


AT_ONCE = (
    "mine, its = self.balance - amount, other.balance + amount\n"
    "        self.balance, other.balance = mine, its\n"
)


def test_money_is_not_made_by_a_transfer_to_the_same_account(driven):
    old = "self.balance -= amount\n        other.balance += amount\n"
    assert old in ACCOUNTS
    wrong = ACCOUNTS.replace(old, AT_ONCE)
    found = driven(wrong, OF_ACCOUNTS)
    assert found.verdict.name == "REFUTED", found
    assert found.reason == "`a.balance` should be 1"
    assert found.counterexample["steps"] == [
        "a = made()", "a.pay_in(amount = 1)", "a.transfer(amount = 1, other = a)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "refusal"),
    [("other != self and amount <= balance", "self is other or amount"), ("not self = other", "")],
)
def test_a_rule_may_tell_another_object_from_the_same_one(driven, when, refusal):
    machine = OF_ACCOUNTS.replace("when: amount <= balance", f"when: {when}")
    if not refusal:
        machine = machine.replace("\n      refuses: not enough", "").replace("balance >= 0", "true")
        wrong = ACCOUNTS.replace("amount > self.balance", "self is other")
        assert driven(wrong, machine).verdict.name == "SURVIVED"
        return
    found = driven(ACCOUNTS, machine)
    assert found.reason == "transfer was not refused, though it may not be done then"
    assert found.counterexample["steps"][-1].endswith("other = a) must be refused")
    right = ACCOUNTS.replace("if amount", f"if {refusal}")
    assert driven(right, machine).verdict.name == "SURVIVED"


def test_a_call_of_another_object_may_ask_it_and_look_into_it(driven):
    machine = OF_BAGS.replace("other.has(i))", "other.has(i)) and size(other) = |other.items|")
    binding = "functions: {size: 'HERE:size'}"
    code = "def size(bag):\n    return len(bag.items)\n" + BAGS
    assert driven(code, machine, binding).verdict.name == "SURVIVED"
    changing = code.replace("return item in", "self.items.discard(0)\n        return item in")
    found = driven(changing, machine, binding)
    assert (found.verdict.name, "changes `" in found.reason) == ("ERROR", True), found


def test_what_is_false_of_one_object_is_told_of_it(driven):
    found = driven(ACCOUNTS, OF_ACCOUNTS.replace("balance >= 0", "balance < 1"))
    assert found.reason == "false of `a`: balance < 1"
    assert found.counterexample["steps"] == ["a = made()", "a.pay_in(amount = 1)"]


def test_given_steps_may_have_as_many_objects_as_they_make(plan_of):
    steps = [
        "a = made()", "a.pay_in(amount = 5)", "b = made()", "cash = made()",
        "a.transfer(amount = 2, other = cash)", "cash.transfer(amount = 3, other = b)",
    ]  # fmt: skip
    plan = plan_of(ACCOUNTS, OF_ACCOUNTS)
    assert decide(plan, Options(case={"steps": steps})).verdict.name == "SURVIVED"
    wrong = plan_of(ACCOUNTS.replace("balance += amount\n\n", "balance = 5\n\n"), OF_ACCOUNTS)
    again = decide(wrong, Options(case={"steps": [*steps[:2], "a.pay_in(amount = 1)"]}))
    assert (again.verdict.name, again.reason) == ("REFUTED", "`a.balance` should be 6")
    assert again.counterexample["steps"][-1] == "a.pay_in(amount = 1)"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("other: made", "other: maid", "`other.balance` is no variable of `start`; another object"),
        ("other.balance: other", "other.sum: other", "`other.sum` is no variable of `start`; "),
        ("other.balance: other", "other.sum: other", "of the state are balance, other.balance"),
        ("other.balance +", "other.sum +", "`other` is not known here; `returns` alone asks"),
        ("amount <= balance", "other.has(1)", "use the model, which has other.balance"),
        ("other: made", "other: made, third: made",
         "`third` is another object beside `other`; a rule is given one other object at most"),
        ("amount: 1..9, other: made", "amount: 1..9, balance: made", "a variable of the machine"),
        ("made}\n      when: amount <= balance", "made}\n      when: other.balance = other",
         "`other` is not known here"),
        ("start: {balance: 0}", "given: {from: made}\n  start: {balance: 0}",
         "nothing draws a `made`"),
    ],
)  # fmt: skip
def test_what_a_rule_cannot_mean_by_another_object_is_told(driven, old, new, reason):
    assert old in OF_ACCOUNTS
    found = driven(ACCOUNTS, OF_ACCOUNTS.replace(old, new))
    assert (found.verdict.name, reason in found.reason) == ("PROSE", True), found


def test_an_unknown_domain_is_told_with_those_that_are_known(driven):
    found = driven(ACCOUNTS, f"{OF_ACCOUNTS}    lock: {{given: {{by: maid}}}}\n")
    assert "nothing draws a `maid`; say `draws: {maid: module:strategy}` in" in found.reason
    assert "fraction, made, str" in found.reason


def test_the_equation_is_not_a_kind_as_well(driven):
    drawn = "draws: {made: 'HERE:Account'}"
    found = driven(ACCOUNTS, OF_ACCOUNTS, drawn)
    assert found.verdict.name == "PROSE"
    assert "`made` is the equation that makes the object, and a kind as well" in found.reason
