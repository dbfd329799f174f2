"""GATE-001 and -002: gates that ask for what nothing checks, or for nothing."""

import difflib
from collections.abc import Iterator

from pv.contract.model import CHECKS_OF_GATES, Contract, Gate
from pv.rules.model.rule import Fact, Rule

_NEAR = 0.8
"""Likeness from which a word is a misspelling, and no word of another tool."""


def _misspelt(contract: Contract) -> Iterator[Fact]:
    for gate in contract.gates:
        for word in _strange(gate):
            if near := _nearest(word):
                message = f"gate `{gate.id}` asks for `{word}`, which is no check"
                yield Fact(gate.location, message, f"did you mean `{near}`?")


def _empty(contract: Contract) -> Iterator[Fact]:
    for gate in contract.gates:
        strange = [word for word in _strange(gate) if not _nearest(word)]
        if strange:
            message = f"gate `{gate.id}` asks for `{strange[0]}`, which is no check"
            yield Fact(gate.location, message, "name the claims that must hold under `require`")
        elif not gate.require and not {*gate.checks} - {"validation"}:
            message = f"gate `{gate.id}` requires nothing"
            yield Fact(gate.location, message, "add `falsification` or `proof`, or use `require`")


def _strange(gate: Gate) -> list[str]:
    return [word for word in gate.checks if word not in CHECKS_OF_GATES]


def _nearest(word: str) -> str | None:
    return next(iter(difflib.get_close_matches(word, CHECKS_OF_GATES, n=1, cutoff=_NEAR)), None)


RULES = (Rule("GATE-001", _misspelt), Rule("GATE-002", _empty))
