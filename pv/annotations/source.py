"""Read the claims that stand beside functions: in `@pv.claim(…)`, and in blocks of docstrings."""

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pv.annotations.model import Claimed
from pv.claims import Fault, called, names, parse, parse_set
from pv.claims.text.classify import is_claim
from pv.contract.finding import Location
from pv.contract.text import Text
from pv.nearest import listed, nearest
from pv.proposals.model import Kind, Parameter, Sort
from pv.proposals.source.hints import Imports, imports_of, kind_of, parsed, qualified

DECORATOR = "pv.claim"
_OPEN, _CLOSE = "```contract", "```"
_LINE_END = re.compile(r"\r\n|\r|\n")
"""As Python ends lines; `str.splitlines` knows others."""
_DECLARES = re.compile(r"\s*(\w+)\s*:\s*(?=\S)")
_SEVERAL = frozenset({"Optional", "Union"})
_STATIC = frozenset({"staticmethod", "classmethod"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Unclear(Exception):  # noqa: N818 - it is the user's, not an error of ours
    """Raised where a claim is none that can be read; says where and what to do."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module of Python with its text."""

    name: str
    text: str
    shown: str
    """Its path, as a user here would write it."""
    imports: Imports
    lines: Sequence[str]

    def text_of(self, node: ast.expr, what: str) -> Text:
        """Return a literal text with its place; raises Unclear for what is none."""
        where = self.place(node)
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            message = (
                f"{where.file}:{where.line}: {what} is written out as a text, and nothing else"
            )
            raise Unclear(f"{message}; no code runs to read it")
        return Text(node.value, where, ast.get_source_segment(self.text, node) or "")

    def line(self, words: str, number: int) -> Text:
        """Return words that stand in a line; the whole line is their place where it has escapes."""
        whole = self.lines[min(number, len(self.lines)) - 1]
        column = whole.find(words) + 1
        place = Location(self.shown, number, max(column, 1), number, len(whole) + 1)
        return Text(words, place, words if column else "")

    def place(self, node: ast.expr | ast.stmt) -> Location:
        """Return where a part of the module stands."""
        end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        return Location(
            self.shown, node.lineno, self._column(node.lineno, node.col_offset),
            end[0], self._column(*end),
        )  # fmt: skip

    def _column(self, line: int, offset: int) -> int:
        """Return a column in characters, from 1; Python counts bytes."""
        return len(self.lines[line - 1].encode()[:offset].decode()) + 1


def claimed_functions(tree: ast.Module, text: str, name: str, shown: str) -> Iterator[Claimed]:
    """Yield the functions and methods that have claims; raises Unclear."""
    module = Module(name, text, shown, imports_of(tree, name), _LINE_END.split(text))
    reached: set[int] = set()
    for qualname, node in dict(_functions(tree.body, "")).items():
        reached.add(id(node))
        decorators = [*_decorators(node, module)]
        blocks = [*_blocks(node, module)]
        if decorators or blocks:
            yield _claimed(qualname, node, module, decorators, blocks)
    for other in ast.walk(tree):
        if isinstance(other, Function | ast.ClassDef) and id(other) not in reached:
            _require_no_claims(other, module)


def _require_no_claims(node: Function | ast.ClassDef, module: Module) -> None:
    """Raise Unclear where what nothing can call by a name has claims."""
    if any(_decorators(node, module)) or any(_blocks(node, module)):
        where = module.place(node)
        raise Unclear(
            f"{where.file}:{where.line}: claims are about functions and methods that a name of the "
            f"module leads to, and `{node.name}` is none, or is defined again below; move them"
        )


def defined_names(tree: ast.Module, name: str) -> Mapping[str, str]:
    """Return what the names at the top of a module stand for, as `module:qualname`."""
    imported = {
        key: ":".join(whole.rpartition(".")[::2])
        for key, whole in imports_of(tree, name).items()
        if "." in whole
    }
    own: dict[str, str] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=key) | ast.ClassDef(name=key):
                own[key] = f"{name}:{key}"
            case ast.Assign(targets=[ast.Name(id=key)]) | ast.AnnAssign(target=ast.Name(id=key)):
                own[key] = f"{name}:{key}"
    return {**imported, **own}


def _functions(body: list[ast.stmt], within: str) -> Iterator[tuple[str, Function]]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield f"{within}{node.name}", node
            case ast.ClassDef():
                yield from _functions(node.body, f"{within}{node.name}.")
            case ast.If() | ast.Try():
                handled = [each for one in getattr(node, "handlers", ()) for each in one.body]
                more = [*node.orelse, *handled, *getattr(node, "finalbody", ())]
                yield from _functions([*more, *node.body], within)


def _decorators(node: Function | ast.ClassDef, module: Module) -> Iterator[ast.Call]:
    for each in node.decorator_list:
        match each:
            case ast.Call(func=ast.Name() | ast.Attribute() as function):
                if qualified(function, module.imports) == DECORATOR:
                    yield each


def _claimed(
    name: str, node: Function, module: Module, calls: list[ast.Call], lines: list[Text]
) -> Claimed:
    given = [*node.args.posonlyargs, *node.args.args]
    kinds = {each.arg: _kind(each.annotation, module) for each in given}
    home = name.rpartition(".")[0]
    if home and given and not _is_static(node):  # the first is an object of the class
        of = Kind(Sort.OBJECT, named=home.rpartition(".")[2], draws=f"{module.name}:{home}")
        kinds[given[0].arg] = kinds[given[0].arg] or of
    stated = [module.text_of(each, "a claim") for call in calls for each in call.args]
    stated += [line for line in lines if _declared(line, kinds) is None]
    for claim in stated:
        _require_call(claim, node.name)
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return Claimed(
        name=name,
        parameters=(*kinds,),
        hinted={key: Parameter(key, kind) for key, kind in kinds.items() if kind is not None},
        claims=tuple(stated),
        domains=_sets(name, [*_keywords(calls, module), *_lines(lines, kinds)], kinds, stated),
        location=module.place(node),
        lines=range(first, (node.end_lineno or node.lineno) + 1),
    )


def _kind(hint: ast.expr | None, module: Module) -> Kind | None:
    """Return what values a hint stands for; None where they are of several types."""
    if isinstance(hint, ast.Constant) and isinstance(hint.value, str):
        hint = parsed(hint.value)
    several = hint is not None and any(
        isinstance(each, ast.BinOp) or ast.unparse(each).rpartition(".")[2] in _SEVERAL
        for each in ast.walk(hint)
    )
    return None if several else kind_of(hint, module.imports)


def _is_static(node: Function) -> bool:
    return any(isinstance(each, ast.Name) and each.id in _STATIC for each in node.decorator_list)


def _require_call(claim: Text, name: str) -> None:
    """Raise Unclear for a claim that is not about the function that it stands at."""
    tree = parse(claim.value)
    if not isinstance(tree, Fault) and name not in called(tree):
        raise Unclear(
            f"{claim.location}: this claim does not call `{name}`, so it says nothing of it; "
            f"write `{name}(…)`"
        )


def _keywords(calls: list[ast.Call], module: Module) -> Iterator[tuple[str, Text]]:
    for each in (keyword for call in calls for keyword in call.keywords):
        text = module.text_of(each.value, "a domain")
        if each.arg is None:
            raise Unclear(f'{text.location}: domains are given by name, as `x="[0, 1]"`')
        yield each.arg, text


def _lines(lines: list[Text], parameters: Collection[str]) -> Iterator[tuple[str, Text]]:
    for line in lines:
        if (name := _declared(line, parameters)) is not None:
            _, _, values = line.value.partition(":")
            skipped = len(line.value) - len(values.lstrip())
            yield name, _behind(line, skipped)


def _behind(line: Text, skipped: int) -> Text:
    """Return a line without its beginning."""
    place = line.location._replace(column=line.location.column + skipped)
    return Text(line.value[skipped:], place, line.source[skipped:])


def _declared(line: Text, parameters: Collection[str]) -> str | None:
    """Return the variable that a line of a block declares: `x: [0, 1]`, and no `Symmetry: …`."""
    found = _DECLARES.match(line.value)
    if found is None:
        return None
    tree = parse_set(line.value[found.end() :])
    declares = found[1] in parameters or not (isinstance(tree, Fault) or is_claim(tree))
    return found[1] if declares else None


def _sets(
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


def _blocks(node: Function | ast.ClassDef, module: Module) -> Iterator[Text]:
    """Yield the lines of the blocks in a docstring, as far as their places are known."""
    match node.body[0]:
        case ast.Expr(value=ast.Constant(value=str(docstring)) as written):
            lines = docstring.split("\n")
        case _:
            return
    inside = False
    for number, line in enumerate(lines, start=written.lineno):
        words = line.strip()
        if words in {_OPEN, _CLOSE}:
            inside = words == _OPEN
        elif inside and words:
            yield module.line(words, number)
