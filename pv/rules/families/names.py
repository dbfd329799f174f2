"""CLAIM-006…009: misspelt and undeclared names, calls with a wrong number of arguments, indices."""

from collections.abc import Iterator

from pv.contract.document_path import json_path
from pv.contract.model import Contract
from pv.plural import number_of
from pv.rules.facts.claim_names import ClaimNames
from pv.rules.facts.name_uses import Use
from pv.rules.facts.unused_indices import unused_indices
from pv.rules.model.rule import Fact, Rule


def _misspelt(said: ClaimNames) -> Iterator[Fact]:
    for use, meant in said.unknown:
        if meant:
            yield _fact(use, f"nothing is called `{use.name}` here", f"did you mean `{meant}`?")


def _undeclared(said: ClaimNames) -> Iterator[Fact]:
    """Yield the first use of each undeclared name that is no misspelling."""
    told: set[str] = set()
    for use, meant in said.unknown:
        if not meant and use.name not in told:
            told.add(use.name)
            if use.arguments is None:
                message = f"`{use.name}` has no domain in this contract"
                yield _fact(use, message, "declare it in the domain, or state its equation")
            else:
                message = (
                    f"`{use.name}` has no formula in this contract, and is not a function of pv"
                )
                remedy = "state its equation, or name it under `functions:` of a binding"
                yield _fact(use, message, remedy)


def _miscalled(said: ClaimNames) -> Iterator[Fact]:
    """Yield calls with another number of arguments than the function's formula has parameters."""
    for use in said.uses:
        wanted = said.parameters.get(use.name, frozenset())
        if use.arguments is not None and len(wanted) == 1 and use.arguments not in wanted:
            (number,) = wanted
            given, remedy = number_of(use.arguments, "argument"), f"its formula has {number}"
            yield _fact(use, f"`{use.name}` is called with {given}", remedy)


def _fact(use: Use, message: str, remedy: str) -> Fact:
    place = use.text.locate(use.span.start, use.span.end)
    return Fact(place, message, remedy, json_path(use.text.path))


def _idle_conjuncts(contract: Contract) -> Iterator[Fact]:
    """Yield parts of a `for all` over items that do not depend on the item."""
    for text, conjunct, variables in unused_indices(contract):
        index = ", ".join(f"`{each}`" for each in variables)
        message = f"this part does not use {index}: where there are no items, it is not looked at"
        remedy = "put it before the `for all`, as in `n > 0 and (∀ i: x_i >= 0)`"
        place = text.locate(conjunct.span.start, conjunct.span.end)
        yield Fact(place, message, remedy, json_path(text.path))


RULES = (
    Rule("CLAIM-006", _misspelt),
    Rule("CLAIM-007", _undeclared),
    Rule("CLAIM-008", _miscalled),
)
OF_CONTRACTS = (Rule("CLAIM-009", _idle_conjuncts),)
