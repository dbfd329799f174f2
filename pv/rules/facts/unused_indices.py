"""Conjuncts of a `for all` over the items of a list that say nothing of an item.

Where the list is empty such a conjunct is not looked at, though it does not depend on the list.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pv.claims import Fault, IntRange, Node, parse, parse_domain, read_field
from pv.claims import tree as t
from pv.claims.domains.read_space import space_of
from pv.claims.domains.space import Space
from pv.claims.machine_types import array_of, numbers
from pv.contract.model import Contract, Equation
from pv.contract.text import Text
from pv.rules.facts.texts import trees

_LETTERS = re.compile(r"[^\W\d_]+")
_MOST = 2
"""Letters of a subscript such as `a_ij`; more of them are a word: `x_min`."""
_CLAIMS = ("formal", "prediction", "invariant", "precondition", "postcondition")


class Unused(NamedTuple):
    """A conjunct that uses none of the variables of the `for all` around it."""

    text: Text
    conjunct: Node
    variables: tuple[str, ...]


def unused_indices(contract: Contract) -> Iterator[Unused]:
    """Yield the conjuncts that a contract's claims state once more for each item, or never.

    Left out are those about lists of which a domain says that they have an item.
    """
    for text, tree in _claims(contract):
        for node in t.walk(tree):
            if isinstance(node, t.Binder) and node.kind == "forall":
                variables = tuple(each.name for each in node.variables)
                conjuncts = t.joined(node.body, "and")
                idle = [each for each in conjuncts if not _uses(each, variables)]
                if 0 < len(idle) < len(conjuncts) and _may_have_none(node, contract):
                    yield from (Unused(text, each, variables) for each in idle)


def _claims(contract: Contract) -> Iterator[tuple[Text, Node]]:
    yield from trees(contract, _CLAIMS)
    for test in contract.tests:
        for text in test.experiment.expect if test.experiment else ():
            if not isinstance(tree := parse(text.value), Fault):
                yield text, tree


def _uses(node: Node, variables: tuple[str, ...]) -> bool:
    """Return whether a part depends on a variable, be it as a subscript: `x_i`, `a_{i+1,j}`."""
    return any(
        name in variables or any(each in name.partition("_")[2] for each in variables)
        for name in t.names(node)
    )


def _may_have_none(node: t.Binder, contract: Contract) -> bool:
    """Return whether each variable runs over items of a list, of which there may be none."""
    over = [_run_over(each, node.body) for each in node.variables]
    return all(over) and not frozenset().union(*over) & _not_empty(contract)


def _run_over(variable: t.Variable, body: Node) -> frozenset[str]:
    """Return the names of what a variable runs over; none where that is a set of values."""
    match variable.domain:
        case None:
            return frozenset(_with_subscript(variable.name, body))
        case t.Name(name) if numbers(name) is None and array_of(name) is None:
            return frozenset({name})
        case t.Range() | t.Index() | t.Call() | t.Member() as domain:
            return t.names(domain)
    return frozenset()


def _with_subscript(variable: str, body: Node) -> Iterator[str]:
    for node in t.walk(body):
        match node:
            case t.Name(name):
                base, _, subscript = name.partition("_")
                if any(
                    variable in run and len(run) <= _MOST for run in _LETTERS.findall(subscript)
                ):
                    yield base
            case t.Index(collection, indices):
                if any(variable in t.names(each) for each in indices):
                    yield from t.names(collection) | t.called(collection)


def _not_empty(contract: Contract) -> frozenset[str]:
    """Return the lists that have an item by their domain, and the sizes that are 1 or more."""
    return frozenset(name for each in contract.equations for name in _of_domain(each))


def _of_domain(equation: Equation) -> Iterator[str]:
    if isinstance(equation.domain, Mapping):
        for name, text in equation.domain.items():
            if isinstance(read := parse_domain(text.value), IntRange) and read.low >= 1:
                yield name
    elif equation.domain is not None:
        said = read_field("domain", equation.domain.value)
        yield from () if isinstance(said, Fault) else _of_space(space_of(said))


def _of_space(space: Space) -> Iterator[str]:
    """Yield the sizes that are 1 or more, and the arrays of which all sizes are."""
    ends = {name: values.low for name, values in space.variables.items()}
    sizes = {name for name, low in ends.items() if isinstance(low, t.Number) and low.value >= 1}
    yield from sizes
    for name, values in space.variables.items():
        if values.sizes and all(_is_positive(each, sizes) for each in values.sizes):
            yield name


def _is_positive(size: Node, positive: set[str]) -> bool:
    match size:
        case t.Number(value):
            return value >= 1
        case t.Name(name):
            return name in positive
    return False
