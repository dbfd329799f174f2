"""Expressions of Python as terms over unknown integers, on every path of their evaluation."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FunctionType, ModuleType

from pv.claims.smt.terms import (
    TRUE,
    NoTerm,
    Term,
    always,
    arithmetic,
    both,
    compared,
    is_truth,
    literal,
    magnitude,
    negation,
    negative,
    opposite,
    power,
    reduced,
    truth,
    whole,
)
from pv.engines.integers.source import arguments, is_generator, stays
from pv.engines.integers.state import State, Symbolic, Unsupported, symbolic

_ARITHMETIC: Mapping[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Mod: "%",
}  # fmt: skip
_COMPARED: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "!=",
}  # fmt: skip
_MOST_FACTORS = 64

Call = Callable[[FunctionType, Mapping[str, Symbolic], State], Iterator[tuple[State, Symbolic]]]
"""Executes a function; the states that it yields have the variables of the caller."""
Require = Callable[[str, State, object], None]
"""Notes a condition of the proof."""


class Expressions:
    """The expressions in one function."""

    def __init__(self, function: FunctionType, call: Call, require: Require) -> None:
        """Take the function, how those that it calls are executed, and where conditions go."""
        self._names: Mapping[str, object] = function.__globals__
        self._builtins: Mapping[str, object] = getattr(function, "__builtins__", {})
        self._local = frozenset(function.__code__.co_varnames)
        self._call = call
        self._require = require

    def values(self, node: ast.expr, state: State) -> Iterator[tuple[State, Symbolic]]:
        """Yield the value on each path; raises Unsupported."""
        try:
            yield from self._values(node, state)
        except NoTerm as fault:
            raise Unsupported(node, str(fault)) from fault

    def all(
        self, nodes: Sequence[ast.expr], state: State
    ) -> Iterator[tuple[State, tuple[Symbolic, ...]]]:
        """Yield the values of several expressions, evaluated from left to right."""
        if not nodes:
            yield state, ()
            return
        for after, first in self.values(nodes[0], state):
            for end, rest in self.all(nodes[1:], after):
                yield end, (first, *rest)

    def tested(self, node: ast.expr, state: State) -> Iterator[tuple[State, bool]]:
        """Yield the paths on which an expression counts as true, and as false."""
        for after, value in self.values(node, state):
            if value is None:
                yield after, False
                continue
            held = value if is_truth(value) else compared("!=", value, literal(0))
            yield after.where(held.value), True
            yield after.where(negation(held.value)), False

    def resolved(self, node: ast.expr) -> object:
        """Return the object that a name, or an attribute of a module, stands for in every call."""
        match node:
            case ast.Name(id=name) if name not in self._local:
                return self._global(node, name, self._names, self._builtins)
            case ast.Attribute(value=inner, attr=name):
                home = self.resolved(inner)
                if type(home) is not ModuleType:
                    raise Unsupported(node, "an attribute of something that is no module")
                return self._global(node, name, vars(home), {})
        raise Unsupported(node, "what is called has no global name")

    def _global(
        self, node: ast.expr, name: str, names: Mapping[str, object], others: Mapping[str, object]
    ) -> object:
        """Return what a name of a module, or of Python itself, stands for now and later."""
        stays(name, names, node)
        for known in (names, others):
            if name in known:
                return known[name]
        raise Unsupported(node, f"`{ast.unparse(node)}` is no global name")

    def _values(self, node: ast.expr, state: State) -> Iterator[tuple[State, Symbolic]]:
        match node:
            case ast.Constant(value=None):
                yield state, None
            case ast.Constant(value=bool() | int() as written):
                yield state, literal(written)
            case ast.Name():
                yield state, self._name(node, state)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                for after, held in self.tested(inner, state):
                    yield after, literal(not held)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                for after, value in self.values(inner, state):
                    yield after, negative(_known(inner, value))
            case ast.BinOp():
                yield from self._arithmetic(node, state)
            case ast.BoolOp(op=op, values=parts):
                yield from self._joined(parts, state, decides=isinstance(op, ast.Or))
            case ast.IfExp(test=test, body=body, orelse=other):
                for after, held in self.tested(test, state):
                    yield from self.values(body if held else other, after)
            case ast.Compare():
                yield from self._comparison(node, state)
            case ast.Call():
                yield from self._called(node, state)
            case _:
                raise Unsupported(node, f"`{ast.unparse(node)}` is no integer and no truth value")

    def _name(self, node: ast.Name, state: State) -> Symbolic:
        if node.id in state.variables:
            return state.variables[node.id]
        if node.id in self._local or node.id not in self._names:
            raise Unsupported(node, f"`{node.id}` is no integer here, or may be unset")
        try:
            return symbolic(self._global(node, node.id, self._names, {}))
        except TypeError as fault:
            raise Unsupported(node, f"`{node.id}` is {fault}") from fault

    def _arithmetic(self, node: ast.BinOp, state: State) -> Iterator[tuple[State, Symbolic]]:
        if isinstance(node.op, ast.Pow):
            match node.right:
                case ast.Constant(value=int() as exponent) if exponent <= _MOST_FACTORS:
                    for after, base in self.values(node.left, state):
                        yield after, power(_known(node.left, base), exponent)
                    return
            raise Unsupported(node, "a power whose exponent is no small number")
        word = _ARITHMETIC.get(type(node.op))
        if word is None:
            raise Unsupported(node, f"`{ast.unparse(node)}` leaves the integers")
        for after, (one, other) in self.all([node.left, node.right], state):
            found = arithmetic(word, _known(node.left, one), _known(node.right, other))
            if not always(found.defined):
                self._require("it divides by zero", after, found.defined)
            yield after, Term(found.value, TRUE)

    def _joined(
        self, parts: Sequence[ast.expr], state: State, *, decides: bool
    ) -> Iterator[tuple[State, Symbolic]]:
        """Evaluate `a and b` as Python does: what stands behind a deciding part is not reached."""
        first, *rest = parts
        for after, value in self.values(first, state):
            if not rest:
                yield after, truth(_known(first, value))
                continue
            held = truth(_known(first, value))
            decided = held if decides else opposite(held)
            yield after.where(decided.value), literal(decides)
            yield from self._joined(rest, after.where(negation(decided.value)), decides=decides)

    def _comparison(self, node: ast.Compare, state: State) -> Iterator[tuple[State, Symbolic]]:
        for after, values in self.all([node.left, *node.comparators], state):
            claim = literal(value=True)
            for at, op in enumerate(node.ops):
                link = _link(node, op, values[at], values[at + 1])
                claim = Term(both(claim.value, link.value), TRUE)
            yield after, claim

    def _called(self, node: ast.Call, state: State) -> Iterator[tuple[State, Symbolic]]:
        if (drained := _counted(node)) is not None and self.resolved(node.func) is sum:
            yield from self._number_of(drained, state)
            return
        function = self.resolved(node.func)
        if isinstance(function, FunctionType) and not is_generator(function):
            yield from self.run(function, node, state)
            return
        if node.keywords:
            raise Unsupported(node, "keywords of a built-in function")
        for after, values in self.all(node.args, state):
            terms = [_known(node, value) for value in values]
            yield after, _builtin(node, function, terms)

    def run(
        self, function: FunctionType, node: ast.Call, state: State
    ) -> Iterator[tuple[State, Symbolic]]:
        """Execute a function for the arguments of a call."""
        words = [word.arg for word in node.keywords if word.arg is not None]
        if len(words) < len(node.keywords):
            raise Unsupported(node, "`**` in a call")
        count = len(node.args)
        nodes = [*node.args, *(word.value for word in node.keywords)]
        for after, values in self.all(nodes, state):
            named = dict(zip(words, values[count:], strict=True))
            yield from self._call(function, arguments(function, values[:count], named), after)

    def _number_of(self, node: ast.expr, state: State) -> Iterator[tuple[State, Symbolic]]:
        """Count what an iterable yields: a range, or the generator that a function makes."""
        if not isinstance(node, ast.Call):
            raise Unsupported(node, "only what a call yields is counted")
        function = self.resolved(node.func)
        if isinstance(function, FunctionType) and is_generator(function):
            yield from self.run(function, node, state)
            return
        for after, low, high in self.range(node, state):
            turns = arithmetic("-", high, low)
            yield after, reduced("max", [turns, literal(0)])

    def range(self, node: ast.expr, state: State) -> Iterator[tuple[State, Term, Term]]:
        """Yield the ends of `range(n)` or `range(a, b)`."""
        match node:
            case ast.Call(func=function, args=[*ends], keywords=[]) if (
                0 < len(ends) <= 2  # noqa: PLR2004 - its ends
                and self.resolved(function) is range
            ):
                for after, values in self.all(ends, state):
                    terms = [whole(_known(node, value)) for value in values]
                    yield after, literal(0) if len(terms) == 1 else terms[0], terms[-1]
                return
        raise Unsupported(node, "a loop over something else than `range(n)` or `range(a, b)`")


def _known(node: ast.AST, value: Symbolic) -> Term:
    if value is None:
        raise Unsupported(node, "None is reckoned with")
    return value


def _link(node: ast.Compare, op: ast.cmpop, left: Symbolic, right: Symbolic) -> Term:
    """Compare two values; None is told from numbers, and they are never equal."""
    match op:
        case ast.Is() | ast.IsNot() if left is None or right is None:
            return literal((left is right) == isinstance(op, ast.Is))
        case ast.Eq() | ast.NotEq() if left is None or right is None:
            return literal((left is right) == isinstance(op, ast.Eq))
    word = _COMPARED.get(type(op))
    if word is None:
        raise Unsupported(node, "this comparison is not one of numbers")
    one, other = _known(node, left), _known(node, right)
    if is_truth(one) != is_truth(other):
        raise Unsupported(node, "a truth value is compared with a number")
    return compared(word, one, other)


def _counted(node: ast.Call) -> ast.expr | None:
    """Return what `sum(1 for _ in X)` counts."""
    match node:
        case ast.Call(
            func=ast.Name(id="sum"),
            args=[ast.GeneratorExp(elt=ast.Constant(value=int(1)), generators=[one])],
            keywords=[],
        ) if not one.ifs and not one.is_async and isinstance(one.target, ast.Name):
            return one.iter
    return None


def _builtin(node: ast.Call, function: object, given: Sequence[Term]) -> Term:
    if function is min and len(given) > 1:
        return reduced("min", given)
    if function is max and len(given) > 1:
        return reduced("max", given)
    if function is abs and len(given) == 1:
        return magnitude(given[0])
    if function is int and len(given) == 1:
        return whole(given[0])
    raise Unsupported(node, f"`{ast.unparse(node.func)}` has no term over integers")
