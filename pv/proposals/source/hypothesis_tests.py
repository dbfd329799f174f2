"""Read a test of Hypothesis from its source: what is drawn, what is called, what is asserted."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeGuard

from pv.proposals.model import Function, Kind, Law, LeftOut, Parameter, Sort, Source
from pv.proposals.source.conditions import (
    FUNCTIONS,
    Untranslated,
    Words,
    calls_in,
    claim_of,
    value_of,
    variables_in,
)
from pv.proposals.source.hints import Imports, imports_of, qualified
from pv.proposals.source.modules import Unreadable, parsed_file, root_of, shown
from pv.proposals.source.names import unspeakable
from pv.proposals.source.strategies import NoCounterpart, domain_of_strategy

_NOT_TESTED = frozenset({"hypothesis", "pytest"})


@dataclass(frozen=True, slots=True)
class ReadTest:
    """A test as laws of the functions that it calls."""

    source: Source
    domain: str
    laws: tuple[Law, ...]


def read_test(target: str, project: Path) -> ReadTest:
    """Return what the test `FILE::NAME` says; raises Unreadable."""
    file, _, name = target.partition("::")
    tree = parsed_file(Path(file))
    tests = {each.name: each for each in ast.walk(tree) if _is_test(each)}
    node = tests.get(name.rpartition("::")[2])
    if node is None:
        known = ", ".join(tests) or "none"
        raise Unreadable(f"{file}: there is no test {name!r} with @given; there is {known}")
    reading = _Reading(node, shown(Path(file)), imports_of(tree))
    for statement in node.body:
        reading.take(statement)
    functions = reading.read_functions()
    source = Source(
        node.name.removeprefix("test_"),
        (Path(shown(Path(file))),),
        root_of((each.module for each in functions), project),
        functions,
        (),
        tuple(reading.unread),
    )
    return ReadTest(source, ", ".join(reading.domains), tuple(reading.laws))


def _is_test(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(each, ast.Call) and ast.unparse(each.func).rpartition(".")[2] == "given"
        for each in node.decorator_list
    )


class _Reading:
    """A test that is read, a statement at a time."""

    def __init__(self, node: ast.FunctionDef, file: str, imports: Imports) -> None:
        self._node = node
        self._file = file
        self._imports = imports
        self._names: dict[str, str] = {}
        self._functions = {each.name: each for each in self._imported()}
        self._conditions: list[str] = []
        self.domains: list[str] = []
        self.laws: list[Law] = []
        self.unread: list[LeftOut] = []
        for name, strategy in self._strategies():
            self._draw(name, strategy)

    def take(self, statement: ast.stmt) -> None:
        """Read one statement; of one that does not translate, what it may change is forgotten."""
        try:
            self._take(statement)
        except Untranslated:
            self._tell(statement, f"`{ast.unparse(statement)}` has no translation")
            if not isinstance(statement, ast.Assert):
                self._forget(each.id for each in ast.walk(statement) if isinstance(each, ast.Name))

    def read_functions(self) -> tuple[Function, ...]:
        """Return the functions that laws call, each with what the test assumes."""
        used = {name for law in self.laws for name in calls_in(law.formal)}
        return tuple(
            replace(each, conditions=tuple(self._conditions))
            for name, each in self._functions.items()
            if name in used
        )

    def _forget(self, names: Iterable[str]) -> None:
        """Forget names, and those that may be other names of the same list."""
        changed = {name: self._names[name] for name in names if name in self._names}
        same = frozenset[str]().union(*map(variables_in, changed.values()))
        self._names = {
            name: said
            for name, said in self._names.items()
            if name not in changed and not same & variables_in(said)
        }

    def _take(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return
            case ast.Expr(value=ast.Call(func=function, args=[condition])) if (
                ast.unparse(function).rpartition(".")[2] == "assume"
            ):
                self._conditions.append(claim_of(condition, self._words()))
            case ast.Assert(test=condition):
                self._assert(claim_of(condition, self._words()))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._names[name] = value_of(value, self._words())
            case _:
                raise Untranslated

    def _assert(self, claim: str) -> None:
        about = next((name for name in self._functions if name in calls_in(claim)), None)
        if about is None:
            raise Untranslated
        says = f"What {self._node.name} asserts"
        self.laws.append(Law(f"assert-{len(self.laws) + 1}", about, "invariant", says, claim))

    def _words(self) -> Words:
        ours = {ast.unparse(each.func): each for each in self._calls()}
        functions = {
            written: name
            for written, call in ours.items()
            if (name := qualified(call.func, self._imports).rpartition(".")[2]) in self._functions
        }
        return Words(self._names, {**FUNCTIONS, **functions})

    def _strategies(self) -> Iterator[tuple[str, ast.expr]]:
        """Yield the parameters that `@given` fills; its positional arguments fill the last ones."""
        names = [each.arg for each in self._node.args.args]
        for each in self._node.decorator_list:
            if isinstance(each, ast.Call) and ast.unparse(each.func).endswith("given"):
                last = names[len(names) - len(each.args) :]
                yield from zip(last, each.args, strict=False)
                yield from ((str(named.arg), named.value) for named in each.keywords)

    def _draw(self, name: str, strategy: ast.expr) -> None:
        size = f"n_{name}"
        try:
            self.domains.append(domain_of_strategy(name, size, strategy, self._imports))
        except NoCounterpart as fault:
            self._tell(strategy, f"`{name}` is drawn by `{fault}`, which has no counterpart")
        else:
            self._names[name] = name

    def _imported(self) -> Iterator[Function]:
        """Yield the functions that the test calls from modules that its file imports."""
        for call in self._calls():
            module, _, name = qualified(call.func, self._imports).rpartition(".")
            if not module or module.partition(".")[0] in _NOT_TESTED:
                continue
            parameters = tuple(
                Parameter(f"a{number}", Kind(Sort.OTHER)) for number in range(len(call.args))
            )
            found = Function(module, name, self._place(call), parameters, None)
            if unspeakable(found) is None:
                yield found

    def _calls(self) -> Iterator[ast.Call]:
        return (
            each
            for statement in self._node.body
            for each in ast.walk(statement)
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name | ast.Attribute)
        )

    def _tell(self, part: ast.stmt | ast.expr, reason: str) -> None:
        self.unread.append(LeftOut(self._node.name, self._place(part), reason))

    def _place(self, part: ast.stmt | ast.expr) -> str:
        return f"{self._file}:{part.lineno}"
