"""Collect the claims of a contract: each of its texts that may be true or false."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pv.claims import (
    Fault,
    Node,
    Tolerance,
    read_field,
)
from pv.claims.tree import (
    Binary,
    Span,
)
from pv.contract.model import Contract, Obligation
from pv.contract.text import Text
from pv.remembered import remembered


@dataclass(frozen=True, slots=True)
class Claim:
    """One text of a contract that may be a claim."""

    id: str
    field: str
    text: Text
    equation: str | None
    tolerance: Tolerance | None
    tolerance_in: Mapping[str, Tolerance] | None = None
    """Type of numbers -> what is allowed there instead."""
    tree: Node | None = None
    """The claim itself, where pv states it and no text does."""

    def held_in(self, dtype: str) -> "Claim":
        """Return the claim as it is meant for code that computes in a type of numbers."""
        stated = (self.tolerance_in or {}).get(dtype, self.tolerance)
        return replace(self, tolerance=stated and replace(stated, dtype=dtype))


@remembered
def claims_of(contract: Contract) -> tuple[Claim, ...]:
    """Return every claim about values: obligations, invariants, codomains, predictions."""
    return tuple(_claims(contract))


def _claims(contract: Contract) -> Iterator[Claim]:
    for obligation in contract.obligations:
        if obligation.formal is not None:
            about = obligation.equation.value if obligation.equation else None
            allowed = obligation.tolerance, obligation.tolerance_in
            if obligation.requires and isinstance(_premise(obligation.requires), Fault):
                yield Claim(obligation.id, "precondition", obligation.requires, about, None)
            else:
                tree = _presupposing(obligation)
                yield Claim(obligation.id, "formal", obligation.formal, about, *allowed, tree)
    for equation in contract.equations:
        for n, text in enumerate(equation.invariants, start=1):
            name = f"{contract.stem}/{equation.id}/invariant-{n}"
            yield Claim(name, "invariant", text, equation.id, None)
        for n, text in enumerate(equation.postconditions, start=1):
            name = f"{contract.stem}/{equation.id}/postcondition-{n}"
            yield Claim(name, "postcondition", text, equation.id, None)
        if equation.codomain is not None:
            name = f"{contract.stem}/{equation.id}/codomain"
            yield Claim(name, "codomain", equation.codomain, equation.id, None)
    obligations = {each.id: each for each in contract.obligations}
    for test in contract.tests:
        if test.experiment is None and test.prediction is not None:
            of = obligations.get(test.obligation.value) if test.obligation else None
            allowed = (of.tolerance, of.tolerance_in) if of else (None, {})
            about = of.equation.value if of and of.equation else None
            yield Claim(test.id, "prediction", test.prediction, about, *allowed)


def _presupposing(obligation: Obligation) -> Node | None:
    """Return `requires implies formal`, where an obligation requires something."""
    if obligation.requires is None or obligation.formal is None:
        return None
    premise = _premise(obligation.requires)
    claim = read_field("formal", obligation.formal.value)
    if isinstance(premise, Fault) or isinstance(claim, Fault):
        return None
    return Binary("implies", conjunction(premise), conjunction(claim), conjunction(claim).span)


def _premise(text: Text) -> tuple[Node, ...] | Fault:
    """Read what a claim presupposes."""
    return read_field("precondition", text.value)


def conjunction(trees: tuple[Node, ...]) -> Node:
    """Join claims by `and`."""
    whole = trees[0]
    for tree in trees[1:]:
        whole = Binary("and", whole, tree, Span(whole.span.start, tree.span.end))
    return whole
