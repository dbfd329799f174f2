"""Evaluate expectations over an observation, and tell where one does not hold."""

from collections import ChainMap
from collections.abc import Mapping

from pv.checks.model import Expectation
from pv.claims import EvaluationError, Node, compile_expression, operands, render
from pv.claims.values import Assignment, Value

_LONGEST_VALUE = 240  # characters of a value shown


class Definitions(ChainMap[str, Value]):
    """An observation plus defined names, each evaluated when a claim first asks for it."""

    def __init__(self, define: Mapping[str, Node], observed: Assignment) -> None:
        super().__init__({}, dict(observed))
        self._define = define

    def __missing__(self, name: str) -> Value:
        if name not in self._define:
            raise KeyError(name)
        self[name] = compile_expression(self._define[name])(self)
        return self[name]


def contradiction(expectation: Expectation, scope: Assignment) -> tuple[str, ...] | None:
    """Return None when the expectation holds, else where it stands and the value of each side."""
    place = f"at {expectation.location}"
    try:
        if compile_expression(expectation.tree)(scope) is True:
            return None
    except EvaluationError as fault:
        return (place, f"it could not be evaluated: {fault.message}")
    return (place, *(_side(node, scope) for node in operands(expectation.tree)))


def _side(node: Node, scope: Assignment) -> str:
    try:
        value = repr(compile_expression(node)(scope))
    except EvaluationError as fault:
        value = f"({fault.message})"
    short = value if len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + " …"
    return f"{render(node)}  is  {short}"
