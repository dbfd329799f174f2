"""DEP-*, ID-*, SYS-*: dependencies, ids and systems, judged by the neighbouring files.

What is said about a file depends on its neighbours and never on which of them were asked for in
the same run, so that it stays right when a hook splits the list of files.
"""

from collections.abc import Iterator
from pathlib import Path

from pv.contract.discovery.find import Content
from pv.contract.finding import Finding, Location
from pv.nearest import nearest
from pv.rules.facts.neighbourhood import Neighbours
from pv.rules.model.rule import Fact, Rule
from pv.rules.model.summary import Mention, Summary


def judge_across(summary: Summary, neighbours: Neighbours) -> Iterator[Finding]:
    """Yield the findings about a contract that depend on its neighbours."""
    if summary.content is Content.CONTRACT:
        for rule in RULES:
            yield from rule.findings(summary, neighbours)


def _missing(summary: Summary, neighbours: Neighbours) -> Iterator[Fact]:
    for mention in summary.depends_on:
        stem = _stem(mention)
        if neighbours.named(stem):
            continue
        near = neighbours.nearest(stem)
        remedy = f"did you mean `{near}`?" if near else "name a contract beside this one"
        yield _fact(mention, f"there is no contract `{stem}`", remedy)


def _cyclic(summary: Summary, neighbours: Neighbours) -> Iterator[Fact]:
    home = Path(summary.file).stem
    for mention in summary.depends_on:
        path = _dependency_path(_stem(mention), home, neighbours)
        if path:
            message = f"`{home}` depends on itself: {' → '.join((home, *path))}"
            yield _fact(mention, message, "remove one of these dependencies")


def _dependency_path(start: str, goal: str, neighbours: Neighbours) -> tuple[str, ...]:
    """Return the contracts from `start` to `goal` along `depends_on`; empty if there is no path."""
    waiting: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path[-1] == goal:
            return path
        if path[-1] in seen:
            continue
        seen.add(path[-1])
        for summary in neighbours.named(path[-1]):
            waiting += [(*path, _stem(mention)) for mention in summary.depends_on]
    return ()


def _shared(summary: Summary, neighbours: Neighbours) -> Iterator[Fact]:
    for mention in summary.ids:
        owners = (other.location for other in neighbours.owners(mention.name))
        others = [f"{place.file}:{place.line}" for place in owners if place.file != summary.file]
        if others:
            message = f"the id `{mention.name}` is used in {', '.join(others)} too"
            yield _fact(mention, message, "give it a prefix of its own")


def _namesakes(summary: Summary, neighbours: Neighbours) -> Iterator[Fact]:
    stem = Path(summary.file).stem
    others = [item.file for item in neighbours.named(stem) if item.file != summary.file]
    if others:
        place = Location(summary.file, 1, 1, 1, 1)
        message = f"a contract `{stem}` is in {', '.join(others)} too"
        yield Fact(place, message, "give each file its own name: it is how contracts are named")


def _undeclared(summary: Summary, neighbours: Neighbours) -> Iterator[Fact]:
    for mention in summary.systems:
        if mention.name not in neighbours.declared:
            near = nearest(mention.name, neighbours.declared)
            remedy = f"did you mean `{near[0]}`?" if near else "declare it below `systems:` in one"
            yield _fact(mention, f"no binding file declares `{mention.name}`", remedy)


def _fact(mention: Mention, message: str, remedy: str) -> Fact:
    return Fact(mention.location, message, remedy, mention.path)


def _stem(mention: Mention) -> str:
    return mention.name.removesuffix(".yaml").removesuffix(".yml")


RULES = (
    Rule("DEP-001", _missing),
    Rule("DEP-002", _cyclic),
    Rule("ID-001", _shared),
    Rule("ID-002", _namesakes),
    Rule("SYS-001", _undeclared),
)
