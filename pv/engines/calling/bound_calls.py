"""Call what a binding names: the one way in which engines, proofs and tests do.

Arguments are converted to the arrays and types that the binding asks for, which the code may not
change; its result becomes a value of claims.
"""

import copy
import inspect

import numpy as np

from pv.binding.model import Bound
from pv.claims.evaluation.errors import text_of
from pv.claims.values import Implementation, Value
from pv.engines.calling.arguments import converter
from pv.engines.calling.foreign_callables import Unusable, resolve
from pv.engines.calling.plain_values import shown
from pv.engines.calling.results import PLAIN, RESULTS, value_of
from pv.plural import number_of


def bound_call(bound: Bound) -> Implementation:
    """Return what a binding names, as a function of values of claims; raises Unusable.

    So does the function, where it cannot be called so.
    """
    return of_values(maker(bound), bound)


def maker(bound: Bound) -> Implementation:
    """Return what a binding names, which returns the objects that it makes; raises Unusable."""
    function = resolve(bound.callable)
    keywords = dict(bound.keywords)

    def call(*values: Value) -> Value:
        try:
            return function(*values, **keywords)
        except TypeError as fault:
            raise misfit(bound, function, len(values)) or fault from fault
        except SystemExit as fault:
            raise Exited(fault) from fault

    return call


class Exited(RuntimeError):  # noqa: N818 - what the code did
    """The code called `sys.exit`."""

    def __init__(self, exited: SystemExit) -> None:
        super().__init__(f"it called sys.exit({text_of(exited.code)})")
        self.exited = exited


def of_values(function: Implementation, bound: Bound) -> Implementation:
    """Let a function of the code take and return values of claims."""
    convert = converter(bound)
    name = bound.callable

    def call(*values: Value) -> Value:
        given = [each if type(each) in PLAIN else convert(each) for each in values]
        watched = [
            (n, each, copy_)
            for n, each in enumerate(given, 1)
            if _changes(each) and _same(copy_ := _copied(each), each)  # else nothing could be told
        ]
        found = function(*given)
        for number, item, before in watched:
            if not _same(before, item):
                raise Unusable(f"{name} changes its argument {number}; give it a copy")
        return RESULTS.value(found, name)

    return call


def misfit(bound: Bound, function: Implementation, count: int) -> Unusable | None:
    """Return the error of a call that does not fit the signature; None for another failure."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # built-in functions may have none
        return None
    try:
        signature.bind(*range(count), **bound.keywords)
    except TypeError as fault:
        took = f"the claim gives {number_of(count, 'argument')}"
        return Unusable(f"{bound.callable}{signature} does not fit: {took}: {fault}")
    return None


def _is_tensor(given: Value) -> bool:
    return type(given).__module__.partition(".")[0] == "torch"


def _changes(given: Value) -> bool:
    """Return whether a function may change its argument without anybody else noticing."""
    kinds = (np.ndarray, list, dict, set, bytearray)
    return type(given) not in PLAIN and (isinstance(given, kinds) or _is_tensor(given))


def _copied(given: Value) -> Value:
    return given.detach().clone() if _is_tensor(given) else copy.deepcopy(given)


def _same(before: Value, now: Value) -> bool:
    first, second = value_of(before, ""), value_of(now, "")
    if isinstance(first, np.ndarray):
        return np.array_equal(first, second, equal_nan=first.dtype.kind == "f")
    try:
        return bool(first == second or shown(first) == shown(second))
    except Unusable:  # they are equal by identity alone
        return False
