"""Read what docstrings say of parameters: types, and ranges where nothing else can be meant."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pv.proposals.model import Limits


class Told(NamedTuple):
    """What a docstring says of one parameter."""

    type: str | None
    text: str


_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_SPHINX = re.compile(r"^\s*:param\s+(?:(?P<type>[^:]+?)\s+)?(?P<name>\w+)\s*:(?P<text>.*)$")
_SPHINX_TYPE = re.compile(r"^\s*:type\s+(?P<name>\w+)\s*:\s*(?P<type>.+)$")
_GOOGLE = re.compile(r"^(?P<indent>\s+)(?P<name>\w+)\s*(?:\((?P<type>[^)]*)\))?\s*:(?P<text>.*)$")
_GOOGLE_HEAD = re.compile(r"^\s*(Args|Arguments|Parameters):\s*$")
_NUMPY = re.compile(r"^\s*(?P<name>\w+)\s*(?::\s*(?P<type>.+?))?\s*$")
_NUMPY_HEAD = re.compile(r"^\s*Parameters\s*\n\s*-{3,}\s*$", re.MULTILINE)
_UNCERTAIN = re.compile(
    r"\b(not|never|or|if|unless|except|usually|typically|default|e\.g|may|should|unit)\b|n't",
    re.IGNORECASE,
)
_RANGES = (
    re.compile(rf"\bbetween (?P<low>{_NUMBER}) and (?P<high>{_NUMBER})(?![\w.]*\d)"),
    re.compile(
        rf"\bin (?:the range )?(?P<left>[\[(])"
        rf"(?P<low>{_NUMBER}), ?(?P<high>{_NUMBER})(?P<right>[\])])"
    ),
    re.compile(rf"(?P<low>{_NUMBER}) ?<= ?\w+ ?<= ?(?P<high>{_NUMBER})"),
    re.compile(rf"\bat least (?P<low>{_NUMBER})\b"),
    re.compile(rf"\bat most (?P<high>{_NUMBER})\b"),
    re.compile(rf">= ?(?P<low>{_NUMBER})"),
    re.compile(r"\bnon-?negative\b(?P<zero>)"),
    re.compile(r"(?<!-)\bpositive\b(?P<above>)"),
)  # fmt: skip


def told_of(docstring: str | None) -> Mapping[str, Told]:
    """Return what a docstring says of each parameter, in the styles of Sphinx, Google and NumPy."""
    if not docstring:
        return {}
    lines = docstring.expandtabs().splitlines()
    found = dict(_sphinx(lines)) | dict(_google(lines))
    numpy = _NUMPY_HEAD.search(docstring.expandtabs())
    return found | (dict(_numpy(docstring.expandtabs()[numpy.end() :])) if numpy else {})


def limits_in(text: str) -> Limits | None:
    """Return the range that a text gives, if exactly one and nothing that could weaken it."""
    if _UNCERTAIN.search(text):
        return None
    matches = [match for pattern in _RANGES for match in pattern.finditer(text)]
    if len(matches) != 1:
        return None
    (match,) = matches
    ends = match.groupdict()
    if "zero" in ends or "above" in ends:
        return Limits(low=0, open_low="above" in ends)
    exclusive = "exclusive" in text
    return Limits(
        _number(ends.get("low")),
        _number(ends.get("high")),
        open_low=exclusive or ends.get("left") == "(",
        open_high=exclusive or ends.get("right") == ")",
    )


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)


def _sphinx(lines: list[str]) -> Iterator[tuple[str, Told]]:
    types = {found["name"]: found["type"] for each in lines if (found := _SPHINX_TYPE.match(each))}
    for number, each in enumerate(lines):
        if found := _SPHINX.match(each):
            below = _below(lines[number + 1 :], _indent(each))
            text = f"{found['text']} {below}".strip()
            yield found["name"], Told(found["type"] or types.get(found["name"]), text)


def _google(lines: list[str]) -> Iterator[tuple[str, Told]]:
    heads = [number for number, each in enumerate(lines) if _GOOGLE_HEAD.match(each)]
    for head in heads[:1]:
        section = lines[head + 1 :]
        depth = _indent(section[0]) if section else 0
        for number, each in enumerate(section):
            if each.strip() and _indent(each) < depth:
                return
            if _indent(each) == depth and (found := _GOOGLE.match(each)):
                text = f"{found['text']} {_below(section[number + 1 :], depth)}".strip()
                yield found["name"], Told(found["type"], text)


def _numpy(section: str) -> Iterator[tuple[str, Told]]:
    lines = [each for each in section.splitlines() if each.strip()]
    depth = _indent(lines[0]) if lines else 0
    for number, each in enumerate(lines):
        behind = "".join(lines[number + 1 : number + 2])
        if _indent(each) < depth or re.fullmatch(r"\s*-{3,}\s*", behind):
            return  # the next section begins
        if _indent(each) == depth and (found := _NUMPY.match(each)):
            yield found["name"], Told(found["type"], _below(lines[number + 1 :], depth))


def _below(lines: list[str], depth: int) -> str:
    """Return the lines that are indented deeper, as one."""
    found = []
    for each in lines:
        if not each.strip() or _indent(each) <= depth:
            break
        found.append(each.strip())
    return " ".join(found)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
