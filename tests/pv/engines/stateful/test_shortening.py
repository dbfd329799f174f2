"""A counterexample of a machine has no step that it does not need."""

import time

from pv.checks.steps import read_steps
from pv.engines.calling.foreign_callables import resolve
from pv.engines.stateful.following import broken_by
from pv.engines.stateful.shortening import shortened

CODE = """\

class Total:
    def __init__(self):
        self.total = 0

    def add(self, by):
        self.total += by if self.total < 9 else 0

    def look(self):
        return self.total
"""
MACHINE = """\
tolerance: {abs: %s}
machine:
  start: {total: 0}
  rules:
    add: {given: {by: "[0, 9]"}, next: {total: total + by}}
    look: {returns: result = total}
"""
LONG = ["made()", "look()", "add(by = 0)", "add(by = 9)", "look()", "add(by = 1)", "look()"]


def test_steps_that_change_nothing_are_left_out(plan_of):
    plan = plan_of(CODE, MACHINE % 0)

    def make(_):
        return resolve(plan.maker.callable)()

    broken = broken_by(plan, make, read_steps(plan, LONG))
    found = shortened(plan, make, broken, time.monotonic() + 60)
    assert [step.text for step in found.steps] == ["made()", "add(by = 9)", "add(by = 1)"]
    assert shortened(plan, make, broken, time.monotonic()) is broken


def test_reals_are_compared_within_the_tolerance_that_is_stated(driven):
    assert driven(CODE, MACHINE % 0).verdict.name == "REFUTED"
    assert driven(CODE, MACHINE % 300).verdict.name == "SURVIVED"
