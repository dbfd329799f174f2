"""Read the claims of a machine: over its model, and over what the object says when it is asked."""

from collections.abc import Collection, Iterator
from itertools import chain
from typing import NamedTuple

from pv.claims import Fault, Node, called, names, parse
from pv.claims.evaluation.scalars.builtins import BUILTINS
from pv.claims.tree import Where, defined, walk
from pv.contract.finding import Location
from pv.contract.machine_objects import SELF, asking, of, of_models, same
from pv.contract.model import Machine, Rule
from pv.contract.text import Text
from pv.nearest import listed, nearest

RESULT = "result"
"""Name of a method's result, in `returns` and `next`."""


class Unreadable(Exception):  # noqa: N818 - a fact about a text
    """Raised for a text of the machine that cannot be read, or names something unknown."""

    def __init__(self, text: Text, fact: str, remedy: str, place: Location | None = None) -> None:
        self.text, self.fact, self.remedy = text, fact, remedy
        self.place = place or text.location
        super().__init__(f"{self.place}: {fact}; {remedy}")


class Claim(NamedTuple):
    """A text of a machine, and the names that have a meaning in it."""

    text: Text
    known: frozenset[str]
    other: str = ""
    """Another object of the machine, which the claim may be about too."""

    def tree(self, helpers: Collection[str]) -> Node:
        """Return it as a tree, where what asks an object is a call of `self.name`.

        `helpers` are the functions that the binding names. Raises Unreadable.
        """
        read = self.read()
        objects = {SELF, self.other} & self.known
        asked = asking(read, objects, helpers)
        local = {name for part in walk(read) if isinstance(part, Where) for name in defined(part)}
        known = {*BUILTINS, "raises", *helpers, *local}
        if strange := sorted(each for each in called(asked) - known if "." not in each):
            remedy = self._function_meant(strange[0], known)
            raise Unreadable(self.text, f"there is no function `{strange[0]}`", remedy)
        return asked

    def read(self) -> Node:
        """Return it as it is written, if its names have a meaning; raises Unreadable."""
        parsed = parse(self.text.value)
        if isinstance(parsed, Fault):
            place = self.text.locate(parsed.start, parsed.end)
            raise Unreadable(self.text, parsed.message, parsed.remedy, place)
        read = of_models(parsed, self.other, self.known)
        if strange := sorted(names(read) - self.known):
            fact = f"`{strange[0]}` is not known here"
            raise Unreadable(self.text, fact, self._meant(strange[0]))
        return read

    def _meant(self, name: str) -> str:
        if name == SELF:
            return "`formal` and `returns` alone ask the object; use the model"
        if name == RESULT:
            return "`next` and `returns` alone have a `result`"
        if name == self.other:
            variables = listed(sorted(each for each in self.known if each.startswith(f"{name}.")))
            return f"`returns` alone asks objects; use the model, which has {variables}"
        near = nearest(name, self.known)
        guess = f"did you mean `{near[0]}`? " if near else ""
        return f"{guess}known are {listed(sorted(self.known))}"

    def _function_meant(self, name: str, known: Collection[str]) -> str:
        if SELF in self.known:
            return f"to ask the object, write `self.{name}(…)`"
        near = nearest(name, known)
        return f"did you mean `{near[0]}`?" if near else f"there are {listed(sorted(known))}"


def claims_of(machine: Machine, formal: Text | None) -> Iterator[Claim]:
    """Yield the claims of a machine."""
    known = frozenset(machine.given)
    for name, text in (*machine.start.items(), *machine.hidden.items()):
        yield Claim(text, known)
        known |= {name}
    if formal is not None:
        yield Claim(formal, known | {SELF})
    yield from chain.from_iterable(_of_rule(rule, known) for rule in machine.rules)


def misnamed(machine: Machine) -> Iterator[Unreadable]:
    """Yield what is wrong with the names that a machine gives to values."""
    known: set[str] = set()
    for name, text in (*machine.start.items(), *machine.hidden.items()):
        yield from _taken(name, text, known)
        known.add(name)
    for rule in machine.rules:
        for name, text in rule.given.items():
            yield from _taken(name, text, known | machine.given.keys())
        for name in rule.others[1:]:
            fact = f"`{name}` is another object beside `{rule.others[0]}`"
            yield Unreadable(rule.given[name], fact, "a rule is given one other object at most")
        changed = known | {of(rule.other, name) for name in known if rule.other}
        for name, text in rule.next.items():
            if name not in changed:
                remedy = f"variables of the state are {listed(sorted(changed))}"
                if name.partition(".")[0] in rule.given.keys() - {rule.other}:
                    remedy = "another object of the machine has the equation's id as its domain"
                yield Unreadable(text, f"`{name}` is no variable of `start`", remedy)


def _of_rule(rule: Rule, outside: frozenset[str]) -> Iterator[Claim]:
    other = rule.other
    known = outside | (rule.given.keys() - {other})
    if other:
        known |= {of(other, name) for name in outside} | {same(other), same(other, "!=")}
    if rule.when is not None:
        yield Claim(rule.when, known, other)
    yield from (Claim(text, known | {RESULT}, other) for text in rule.next.values())
    if rule.returns is not None:
        asked = {SELF, other} if other else {SELF}
        yield Claim(rule.returns, known | {RESULT} | asked, other)


def _taken(name: str, text: Text, known: Collection[str]) -> Iterator[Unreadable]:
    """Yield the fault of a name that means something else."""
    if name in {RESULT, SELF}:
        yield Unreadable(text, f"`{name}` has a meaning of its own", "choose another name")
    if name in known:
        remedy = (
            "choose another name: arguments that are called other than the parameters are given "
            "in the order of the contract"
        )
        yield Unreadable(text, f"`{name}` is a variable of the machine already", remedy)
