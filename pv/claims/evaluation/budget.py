"""Limit the work of evaluating a claim: one from a stranger ends too.

One evaluation at a time runs in a process, so the meter is one for all of them. What a formula
calls counts as part of the claim that calls it.
"""

from collections.abc import Callable

from pv.claims.values import Assignment, Value

MOST_STEPS = 1_000_000
"""A step is about a tenth of a microsecond: one number computed, or sixteen items of an array."""
MOST_ITEMS = 1_000_000
"""No collection, array or text that a claim makes has more items than this."""
ITEMS_PER_STEP = 16
CALL = 10
"""Steps that a call of code or of a formula takes, beside those of its body."""


class TooMuch(ArithmeticError):  # noqa: N818 - a limit that is met, not a failure
    """Evaluating would take more steps, or more room, than a claim has."""


class _Meter:
    running = False
    left = MOST_STEPS


_METER = _Meter()


def spend(steps: int) -> None:
    """Count steps; raises TooMuch when a claim has used up its own."""
    _METER.left -= steps
    if _METER.left < 0:
        raise TooMuch(f"evaluating this takes more than {MOST_STEPS:,} steps")


def spend_on(items: int) -> None:
    """Count the work on an array, a collection or a text; raises TooMuch for one too large."""
    if items > MOST_ITEMS:
        raise TooMuch(f"a collection, an array or a text has at most {MOST_ITEMS:,} items")
    spend(items // ITEMS_PER_STEP)


def metered(evaluate: Callable[[Assignment], Value]) -> Callable[[Assignment], Value]:
    """Give an evaluation its steps, unless it is part of another one."""

    def call(scope: Assignment) -> Value:
        if _METER.running:
            return evaluate(scope)
        _METER.running = True
        try:
            return evaluate(scope)
        finally:
            _METER.running, _METER.left = False, MOST_STEPS

    return call
