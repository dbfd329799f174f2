"""The domains that decorators and blocks state, and what is wrong with them."""

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from pv.annotations.module_text import ModuleText, Unclear
from pv.claims import Fault, names, parse, parse_set
from pv.claims.text.classify import is_claim
from pv.contract.text import Text
from pv.nearest import listed, nearest

_DECLARES = re.compile(r"\s*(\w+)\s*:\s*(?=\S)")


def sets_of(
    function: str,
    given: list[tuple[str, Text]],
    parameters: Collection[str],
    claims: Iterable[Text],
) -> Mapping[str, Text]:
    """Return the domain of each variable; raises Unclear for what is none, or of no variable."""
    found = _agreed(function, given)
    trees = (parse(each.value) for each in (*claims, *found.values()))
    used = {name for tree in trees if not isinstance(tree, Fault) for name in names(tree)}
    for name, text in found.items():
        read = parse_set(text.value)
        if isinstance(read, Fault):
            place = text.locate(read.start, read.end)
            raise Unclear(f"{place}: the domain of `{name}`: {read.message}; {read.remedy}")
        if name not in {*parameters, *used}:
            near = nearest(name, parameters)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {listed([*parameters])}"
            raise Unclear(f"{text.location}: {function} has no `{name}`, nor its claims; {hint}")
    return found


def _agreed(name: str, given: list[tuple[str, Text]]) -> Mapping[str, Text]:
    """Return the domain of each variable; raises Unclear where two are stated."""
    found: dict[str, Text] = {}
    for key, text in given:
        if found.setdefault(key, text) != text:
            first = found[key].location
            raise Unclear(
                f"{text.location}: `{key}` of {name} has another domain in line {first.line}; "
                "state it once"
            )
    return found


def keywords(calls: list[ast.Call], module: ModuleText) -> Iterator[tuple[str, Text]]:
    """Yield variables and domains that decorators state; raises Unclear."""
    for each in (keyword for call in calls for keyword in call.keywords):
        text = module.text_of(each.value, "a domain")
        if each.arg is None:
            raise Unclear(f'{text.location}: domains are given by name, as `x="[0, 1]"`')
        yield each.arg, text


def declared_in(lines: list[Text], parameters: Collection[str]) -> Iterator[tuple[str, Text]]:
    """Yield variables and domains that lines of a block state."""
    for line in lines:
        if (name := declared(line, parameters)) is not None:
            _, _, values = line.value.partition(":")
            skipped = len(line.value) - len(values.lstrip())
            yield name, _behind(line, skipped)


def _behind(line: Text, skipped: int) -> Text:
    """Return a line without its beginning."""
    place = line.location._replace(column=line.location.column + skipped)
    return Text(line.value[skipped:], place, line.source[skipped:])


def declared(line: Text, parameters: Collection[str]) -> str | None:
    """Return the variable that a line of a block declares: `x: [0, 1]`, and no `Symmetry: …`."""
    found = _DECLARES.match(line.value)
    if found is None:
        return None
    tree = parse_set(line.value[found.end() :])
    declares = found[1] in parameters or not (isinstance(tree, Fault) or is_claim(tree))
    return found[1] if declares else None
