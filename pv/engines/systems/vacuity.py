"""Tell expectations that depend on the system from those that would hold of any."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite

from pv.checks.model import Expectation, Experiment
from pv.claims import EvaluationError, Node, compile_expression, names, render
from pv.claims import tree as t
from pv.engines.parts import parts
from pv.engines.systems.cases import sample
from pv.engines.systems.changed_observations import Recorded, coarse, fine
from pv.engines.systems.changed_values import Hints
from pv.engines.systems.expectations import Expectations


@dataclass(frozen=True, slots=True)
class Part:
    """One conjunct of an expectation, and what it presupposes."""

    expectation: Expectation
    tree: Node
    premise: Node | None


@dataclass(frozen=True, slots=True)
class Vacuous:
    """An expectation that shows nothing, and why."""

    reason: str
    place: str


def noticed(plan: Experiment, seen: Sequence[Recorded]) -> str | Vacuous:
    """Change what was observed, and count the changes that expectations notice.

    Each part of each expectation must hold for a reason in some case, and notice some change.
    """
    said = [Part(each, tree, premise) for each in plan.expect for tree, premise in parts(each.tree)]
    for part in said:
        if part.premise is not None and not any(_true(part.premise, plan, each) for each in seen):
            return _vacuous(part, "in no case did what it presupposes hold")
    changes = list(coarse(seen[0]))
    felt = [{part.tree for part in said if not _true(part.tree, plan, each)} for each in changes]
    found, tried = sum(map(bool, felt)), len(changes)
    for part in said:
        if not any(part.tree in each for each in felt):
            if not _notices(part, plan, seen):
                return _vacuous(
                    part, "it cannot fail: no change of what was observed makes it false"
                )
            found, tried = found + 1, tried + 1
    return f"{found} of {tried} changes of the observation noticed"


def _vacuous(part: Part, why: str) -> Vacuous:
    return Vacuous(f"{why}: {render(part.tree)}", f"at {part.expectation.location}")


def _true(tree: Node, plan: Experiment, seen: Recorded) -> bool:
    with suppress(EvaluationError):
        return Expectations(plan, seen).value(tree) is True
    return False


def _notices(part: Part, plan: Experiment, seen: Iterable[Recorded]) -> bool:
    trees = [part.tree, *_defined(part.tree, plan.define)]
    said = [node for tree in trees for node in t.walk(tree)]
    mentioned = frozenset(_words(said))
    return any(
        not _true(part.tree, plan, other)
        for each in seen
        for other in fine(each, mentioned, _hints(said, mentioned, each))
    )


def _defined(tree: Node, define: Mapping[str, Node]) -> Iterator[Node]:
    """Yield the expressions behind the defined names of a tree; each uses those before it."""
    used = set(names(tree))
    for name, inner in reversed([*define.items()]):
        if name in used:
            used |= names(inner)
            yield inner


def _words(said: Iterable[Node]) -> Iterator[str]:
    for node in said:
        match node:
            case t.Name(name=word) | t.Member(key=word) | t.String(value=word):
                yield word


def _hints(said: Iterable[Node], keys: frozenset[str], seen: Recorded) -> Hints:
    """Return the numbers and texts that a part mentions, or computes from what was given."""
    values = []
    for node in said:
        if names(node) <= seen.case.keys():
            with suppress(EvaluationError):  # a part of a binder, whose variable has no value here
                values.append(compile_expression(node)(seen.case))
    numbers = (each for each in values if isinstance(each, int | float) and isfinite(each))
    texts = tuple(dict.fromkeys(each for each in values if isinstance(each, str)))
    patterns = tuple(_patterns(texts))
    samples = (sample(each) for each in patterns)
    return Hints(tuple(dict.fromkeys(numbers)), texts, patterns, tuple(filter(None, samples)), keys)


def _patterns(texts: Iterable[str]) -> Iterator[re.Pattern[str]]:
    for each in texts:
        with suppress(re.error):  # a text, and no regular expression
            yield re.compile(each, re.MULTILINE)
