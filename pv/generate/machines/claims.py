"""The claims of a machine as Python that calls the helpers of the test."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from pv.checks.model import StateMachine
from pv.claims import Node, called
from pv.claims import tree as t
from pv.claims.evaluation.scalars.builtins import BUILTINS
from pv.contract.machine_claims import RESULT
from pv.contract.machine_objects import SELF, of, same
from pv.generate.machines.helpers import NEEDED
from pv.python_source import KNOWN, NoPython, identifier, python_source

MADE = "made"
"""The object, in the test; one of several has its name in steps behind it."""
_SETS = {"∪": "union_of", "∩": "common_of", "\\": "rest_of"}
_PYTHON = {
    "concat": "joined", "sort": "sorted", "set": "set", "reverse": "backwards",
    "unique": "distinct",
}  # fmt: skip
"""Function of the language -> one of Python, or of the helpers."""
NOWHERE = t.Span(0, 0)
CALLED = frozenset(
    {*(each.__name__ for each in NEEDED), "sorted", "set", "all", "any", "sum", "range", "partial",
     "round"}
)  # fmt: skip
"""What a test calls beside the code under test."""


def variable(plan: StateMachine, name: str) -> str:
    """Return a variable as Python spells it; raises NoPython where the test has such a name."""
    spelled = identifier(name)
    if spelled in {*CALLED, MADE, RESULT, SELF, *map(helper, plan.helpers), _class(plan)}:
        raise NoPython(f"a test has a meaning of its own for the name `{name}`")
    if plan.objects != ("",) and re.search(rf"_of_|^{MADE}_", spelled):
        raise NoPython(f"a test of several objects has such names as `{name}` of its own")
    return spelled


class Named(NamedTuple):
    """An object, and how a test spells what is its own."""

    plan: StateMachine
    of: str
    """Its name in steps; empty for the only one."""

    @property
    def made(self) -> str:
        """The name of the object."""
        return f"{MADE}_{self.of}" if self.of else MADE

    def variable(self, name: str) -> str:
        """Return the name of one of its variables."""
        spelled = variable(self.plan, name)
        return f"{spelled}_of_{self.of}" if self.of else spelled

    def told(self, what: str) -> str:
        """Return what a message calls something of it."""
        return of(self.of, what) if self.of else what

    @property
    def meanings(self) -> Mapping[str, Node]:
        """Name in claims about it -> what a test has for it."""
        names = (*self.plan.given, *self.plan.start) if self.of else ()
        spelled = {SELF: self.made, **{name: self.variable(name) for name in names}}
        return {name: t.Name(each, NOWHERE) for name, each in spelled.items()}

    def beside(self, other: str, given: "Named") -> Mapping[str, Node]:
        """Return the same of claims about it and another object."""
        names = {of(other, name): meant for name, meant in given.meanings.items()}
        is_same = given == self
        said = {same(other): is_same, same(other, "!="): not is_same}
        truths = {name: t.Constant(value, NOWHERE) for name, value in said.items()}
        return {**self.meanings, **names, other: t.Name(given.made, NOWHERE), **truths}


def helper(name: str) -> str:
    """Return the name in the test of a function of the binding."""
    return f"{identifier(name)}_of"


def asking(name: str) -> str:
    """Return the name in the test of what asks an object: `self.index`."""
    return identifier(name)


def source(plan: StateMachine, tree: Node, meanings: Mapping[str, Node]) -> str:
    """Return a claim as an expression over the names of the test; raises NoPython."""
    bound = {
        each.name for part in t.walk(tree) if isinstance(part, t.Binder) for each in part.variables
    }
    for name in sorted(bound & meanings.keys()):
        raise NoPython(f"`{name}` has two meanings in a claim")
    for name in sorted(called(tree) - {*KNOWN, *_PYTHON, *plan.helpers}):
        if name in {*BUILTINS, "raises"}:
            raise NoPython(f"`{name}` has no Python in a test without pv")
    text = python_source(_rewritten(plan, tree, meanings))
    if re.search(r"\bnp\.", text):
        raise NoPython("it computes with arrays")
    return text


def _rewritten(plan: StateMachine, node: Node, meanings: Mapping[str, Node]) -> Node:
    def change(part: Node) -> Node:
        return _rewritten(plan, part, meanings)

    match node:
        case t.Name(name) if name in meanings:
            return meanings[name]
        case t.Unary("abs", operand, span):
            return t.Call("size_of", (change(operand),), span)
        case t.Binary(operator, left, right, span) if operator in _SETS:
            return t.Call(_SETS[operator], (change(left), change(right)), span)
        case t.Comparison((left, right), (word,), span) if _compares_values(word, right):
            function = "is_same" if word in {"=", "!="} else "is_among"
            found = t.Call(function, (change(left), change(right)), span)
            return t.Unary("not", found, span) if word in {"!=", "not in"} else found
        case t.Call(function, arguments, span):
            return t.Call(_function(plan, function), tuple(map(change, arguments)), span)
    return t.rebuild(node, change)


def _compares_values(word: str, right: Node) -> bool:
    return word in {"=", "!=", "in", "not in"} and not isinstance(right, t.Interval)


def _function(plan: StateMachine, name: str) -> str:
    if name in plan.helpers:
        return helper(name)
    return asking(name) if "." in name else _PYTHON.get(name, name)


def _class(plan: StateMachine) -> str:
    return plan.maker.callable.partition(":")[2].partition(".")[0]
