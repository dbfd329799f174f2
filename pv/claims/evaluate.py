"""Compile a claim to a closure. It can waste time up to its limits, and do nothing else.

Numbers and texts are computed with in plain Python. Over arrays the same closures compute with
`ARRAYS` of `pv.claims.arrays`, which alone imports NumPy.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import re2

from pv.claims.arithmetic import PLAIN, Arithmetic
from pv.claims.binding import NUMBERS, REDUCTIONS
from pv.claims.builtins import CONSTANTS
from pv.claims.equality import EXACT, Tolerance
from pv.claims.errors import EvaluationError, ImplementationError
from pv.claims.precedence import BOOLEAN
from pv.claims.scopes import extended
from pv.claims.tree import (
    Binary,
    Binder,
    Call,
    Comparison,
    Conditional,
    Constant,
    Definition,
    Index,
    Interval,
    Member,
    Name,
    Node,
    Number,
    Range,
    Set,
    Slice,
    String,
    Tuple,
    Unary,
    Variable,
    Where,
    definition_of,
    names,
    walk,
)
from pv.claims.vectorize import without_index

Scope = Mapping[str, Any]
Evaluate = Callable[[Scope], Any]
Functions = Mapping[str, Callable[..., Any]]

MAX_ITEMS = 1_000_000
"""A range that is turned into a collection has no more items than this."""

_FAULTS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


def compile_expression(
    node: Node,
    functions: Functions | None = None,
    tolerance: Tolerance = EXACT,
    arithmetic: Arithmetic = PLAIN,
) -> Evaluate:
    """Return a function from a scope (name -> value) to the claim's value.

    `functions` are the implementations that the claim may call. The function raises
    EvaluationError where the claim has no value, ImplementationError where an implementation
    raised.
    """
    compiled = _Compiler(functions or {}, tolerance, arithmetic).compile(node)
    return arithmetic.whole(compiled)


class _Compiler:
    """One method for each construct; each returns a closure over its parts."""

    def __init__(
        self,
        functions: Functions,
        tolerance: Tolerance,
        arithmetic: Arithmetic,
        *,
        itemwise: bool = False,
    ) -> None:
        self.functions = functions
        self.tolerance = tolerance
        self.arithmetic = arithmetic
        self.itemwise = itemwise
        """Whether comparisons are answered for each item of an array, and not for all at once."""

    def compile(self, node: Node) -> Evaluate:
        match node:
            case Number(value=value) | String(value=value) | Constant(value=value):
                return lambda _: value
            case Name():
                return self._name(node)
            case Member():
                return self._member(node)
            case Index():
                return self._index(node)
            case Call(function="raises"):
                return self._raises(node)
            case Call():
                return self._call(node)
            case Unary():
                return self._unary(node)
            case Binary():
                return self._binary(node)
            case Comparison():
                return self._comparison(node)
            case Conditional():
                return self._conditional(node)
            case Tuple() | Set():
                return self._collection(node)
            case Range():
                return self._range(node)
            case Slice():
                return self._slice(node)
            case Binder():
                return self._binder(node)
            case Where():
                return self._where(node)
            case Interval():
                raise EvaluationError("an interval stands only behind `in`", node.span)

    def _collection(self, node: Tuple | Set) -> Evaluate:
        parts = tuple(self.compile(item) for item in node.items)

        def evaluate(scope: Scope) -> tuple[Any, ...]:
            values = tuple(part(scope) for part in parts)
            if any(self.arithmetic.is_array(value) and value.shape for value in values):
                raise EvaluationError("a list of arrays may mean several things", node.span)
            return values

        return evaluate

    def _name(self, node: Name) -> Evaluate:
        name = node.name
        fixed = CONSTANTS.get(name)

        def evaluate(scope: Scope) -> Any:
            try:
                return scope[name]
            except KeyError:
                if fixed is not None:
                    return fixed
                raise EvaluationError(f"`{name}` has no value here", node.span) from None

        return evaluate

    def _member(self, node: Member) -> Evaluate:
        return self._lookup(node, self.compile(node.record), lambda _: node.key)

    def _index(self, node: Index) -> Evaluate:
        collection = self.compile(node.collection)
        parts = tuple(self.compile(index) for index in node.indices)
        if len(parts) == 1:
            return self._lookup(node, collection, parts[0])
        return self._lookup(node, collection, lambda scope: tuple(part(scope) for part in parts))

    def _lookup(self, node: Member | Index, where: Evaluate, which: Evaluate) -> Evaluate:
        def evaluate(scope: Scope) -> Any:
            found, key = where(scope), which(scope)
            if isinstance(found, Mapping):
                if key in found:
                    return found[key]
                has = ", ".join(map(str, list(found)[:8])) or "nothing"
                raise EvaluationError(f"there is no `{key}`; there is {has}", node.span)
            if isinstance(found, tuple | list) and type(key) is int and 0 <= key < len(found):
                return found[key]
            if self.arithmetic.is_array(found):
                try:
                    return self.arithmetic.item(found, key)
                except _FAULTS as fault:
                    raise EvaluationError(_explain(fault), node.span) from fault
            raise EvaluationError(f"`{key}` cannot be looked up in {_kind(found)}", node.span)

        return evaluate

    def _call(self, node: Call) -> Evaluate:
        arguments = tuple(self.compile(argument) for argument in node.arguments)
        implementation = self.functions.get(node.function)
        if implementation is not None:
            return self._implementation(node.function, implementation, arguments)
        builtin = self.arithmetic.builtins.get(node.function)
        if builtin is None:
            raise EvaluationError(f"there is no function `{node.function}`", node.span)
        return _guarded(node, builtin.call, arguments)

    def _implementation(
        self, name: str, call: Callable[..., Any], arguments: tuple[Evaluate, ...]
    ) -> Evaluate:
        def evaluate(scope: Scope) -> Any:
            values = [argument(scope) for argument in arguments]
            try:
                return call(*values)
            except EvaluationError:  # a formula of the contract's own has no value here
                raise
            except Exception as fault:
                raise ImplementationError(name, fault) from fault

        return evaluate

    def _raises(self, node: Call) -> Evaluate:
        if len(node.arguments) != 2:  # noqa: PLR2004 - the form's own arity
            raise EvaluationError('raises has the form raises(call, "pattern")', node.span)
        call, pattern = (self.compile(argument) for argument in node.arguments)

        def evaluate(scope: Scope) -> bool:
            wanted = str(pattern(scope))
            try:
                call(scope)
            except ImplementationError as raised:
                return re2.search(wanted, str(raised.original)) is not None
            return False

        return evaluate

    def _unary(self, node: Unary) -> Evaluate:
        operand = self.compile(node.operand)
        if node.operator == "not":
            if self.itemwise:
                return _guarded(node, self.arithmetic.negate, (operand,))
            return lambda scope: not _truth(operand(scope), node.operand)
        return _guarded(node, self.arithmetic.unary[node.operator], (operand,))

    def _binary(self, node: Binary) -> Evaluate:
        left, right = self.compile(node.left), self.compile(node.right)
        if node.operator not in BOOLEAN:
            return _guarded(node, self.arithmetic.binary[node.operator], (left, right))
        if self.itemwise:
            return _guarded(node, self.arithmetic.joined[node.operator], (left, right))

        def truth_left(scope: Scope) -> bool:
            return _truth(left(scope), node.left)

        def truth_right(scope: Scope) -> bool:
            return _truth(right(scope), node.right)

        match node.operator:
            case "and":
                return lambda scope: truth_left(scope) and truth_right(scope)
            case "or":
                return lambda scope: truth_left(scope) or truth_right(scope)
            case "implies":
                return lambda scope: not truth_left(scope) or truth_right(scope)
            case "xor":
                return lambda scope: truth_left(scope) is not truth_right(scope)
        return lambda scope: truth_left(scope) is truth_right(scope)

    def _comparison(self, node: Comparison) -> Evaluate:
        operands = [self.compile(item) for item in node.operands[:1]]
        tests = []
        for word, item in zip(node.operators, node.operands[1:], strict=True):
            if word in {"in", "not in"}:
                operands.append(lambda _: None)
                tests.append(self._membership(item, negated=word == "not in"))
            else:
                operands.append(self.compile(item))
                tests.append(self._relation(word, node))
        if len(tests) == 1:
            first, second, holds = operands[0], operands[1], tests[0]
            return lambda scope: holds(first(scope), second(scope), scope)
        if self.itemwise:
            return _chain_of_items(tuple(operands), tuple(tests), self.arithmetic.joined["and"])
        return _chain(tuple(operands), tuple(tests))

    def _relation(self, word: str, node: Comparison) -> Callable[[Any, Any, Scope], Any]:
        tolerance, arithmetic = self.tolerance, self.arithmetic
        settle = (lambda found: found) if self.itemwise else arithmetic.settle
        if word in {"=", "≈"}:
            return lambda left, right, _: settle(arithmetic.equal(left, right, tolerance))
        if word == "!=":
            return lambda left, right, _: arithmetic.negate(
                settle(arithmetic.equal(left, right, tolerance))
            )
        if word not in arithmetic.order:
            raise EvaluationError(f"`{word}` has no value that could be computed", node.span)
        order = arithmetic.order[word]
        lenient = word in {"<=", ">="} and tolerance is not EXACT

        def evaluate(left: Any, right: Any, _: Scope) -> Any:
            try:
                found = order(left, right)
                if lenient:  # what is equal up to the tolerance is not above it either
                    found = arithmetic.joined["or"](found, arithmetic.equal(left, right, tolerance))
                return settle(found)
            except _FAULTS:
                message = f"{_kind(left)} and {_kind(right)} have no order"
                raise EvaluationError(message, node.span) from None

        return evaluate

    def _membership(self, item: Node, *, negated: bool) -> Callable[[Any, Any, Scope], bool]:
        contains = self._container(item)
        return lambda left, _, scope: contains(left, scope) is not negated

    def _container(self, item: Node) -> Callable[[Any, Scope], bool]:
        if isinstance(item, Range | Interval):
            low, high = self.compile(item.low), self.compile(item.high)
            above = operator.lt if isinstance(item, Interval) and item.open_low else operator.le
            below = operator.lt if isinstance(item, Interval) and item.open_high else operator.le
            whole = isinstance(item, Range)

            def inside(value: Any, scope: Scope) -> bool:
                if self.arithmetic.is_array(value):
                    return all(holds(each, scope) for each in self.arithmetic.items(value))
                return holds(value, scope)

            def holds(value: Any, scope: Scope) -> bool:
                if not _is_number(value) or (whole and value % 1 != 0):
                    return False
                return bool(above(low(scope), value) and below(value, high(scope)))

            return inside
        if isinstance(item, Name) and item.name in NUMBERS:
            wanted = NUMBERS[item.name]
            return lambda value, _: all(map(wanted, self.arithmetic.items(value)))
        if isinstance(item, Binary) and item.operator == "^":
            return self._power_set(item)
        collection = self.compile(item)
        tolerance, equal = self.tolerance, self.arithmetic.equal

        def member(value: Any, scope: Scope) -> bool:
            found = collection(scope)
            if isinstance(found, Mapping):
                return value in found
            if isinstance(found, tuple | list):
                return any(bool(equal(value, each, tolerance)) for each in found)
            raise EvaluationError(f"nothing is a member of {_kind(found)}", item.span)

        return member

    def _power_set(self, item: Binary) -> Callable[[Any, Scope], bool]:
        """Read `(0, 1)^n`: an array whose items are in the set, of those sizes that are known."""
        contains = self._container(item.left)
        said = item.right.items if isinstance(item.right, Tuple) else (item.right,)
        sizes = [self.compile(size) for size in said]

        def inside(value: Any, scope: Scope) -> bool:
            shape = self.arithmetic.sizes(value)
            if shape and (len(shape) != len(sizes) or not _fits(shape, sizes, scope)):
                return False
            return all(contains(each, scope) for each in self.arithmetic.items(value))

        return inside

    def _slice(self, node: Slice) -> Evaluate:
        low = self.compile(node.low) if node.low else lambda _: None
        high = self.compile(node.high) if node.high else lambda _: None
        return lambda scope: slice(low(scope), high(scope))

    def _binder(self, node: Binder) -> Evaluate:
        whole = self._at_once(node)
        if whole is not None:
            return whole
        condition = self.compile(node.condition) if node.condition is not None else None
        body = self.compile(node.body)
        values = [self._values(variable, node) for variable in node.variables]
        combine = REDUCTIONS.get(node.kind)
        if combine is None:
            raise EvaluationError(f"`{node.kind}` has no value that could be computed", node.span)

        def scopes(scope: Scope) -> Iterator[Scope]:
            inner: list[Scope] = [scope]
            for variable, of in zip(node.variables, values, strict=True):
                inner = [
                    extended(each, {variable.name: value}) for each in inner for value in of(each)
                ]
                if len(inner) > MAX_ITEMS:
                    raise EvaluationError(f"this has more than {MAX_ITEMS:,} terms", node.span)
            for each in inner:
                if condition is None or _truth(condition(each), node.body):
                    yield each

        def evaluate(scope: Scope) -> Any:
            inner = ((each[node.variables[0].name], body(each)) for each in scopes(scope))
            try:
                return combine(inner)
            except _FAULTS as fault:
                raise EvaluationError(_explain(fault), node.span) from fault

        return evaluate

    def _at_once(self, node: Binder) -> Evaluate | None:
        """Compute over whole arrays where a single index runs over all items."""
        if len(node.variables) != 1 or node.variables[0].domain or node.condition:
            return None
        body = without_index(node.body, node.variables[0].name)
        if body is None or node.variables[0].name not in names(node.body):
            return None
        if node.kind in {"forall", "exists"}:
            inner = _Compiler(self.functions, self.tolerance, self.arithmetic, itemwise=True)
            settle = self.arithmetic.settle if node.kind == "forall" else self.arithmetic.any
            holds = inner.compile(body)
            return lambda scope: settle(holds(scope))
        if node.kind in self.arithmetic.builtins and self.arithmetic is not PLAIN:
            return self.compile(Call(node.kind, (body,), node.span))
        return None

    def _values(self, variable: Variable, node: Binder) -> Callable[[Scope], Iterable[Any]]:
        """Return what a variable runs over: its set, or the indices of what it is an index of."""
        if variable.domain is not None:
            domain = self.compile(variable.domain)
            return lambda scope: self.arithmetic.items(domain(scope))
        said = (node.body,) if node.condition is None else (node.body, node.condition)
        for part in (part for tree in said for part in walk(tree)):
            if isinstance(part, Index) and not isinstance(part.collection, Binder):
                for axis, index in enumerate(part.indices):
                    if index == Name(variable.name, index.span):
                        return self._indices(self.compile(part.collection), axis)
        raise EvaluationError(f"`{variable.name}` runs over nothing that is known", variable.span)

    def _indices(self, collection: Evaluate, axis: int) -> Callable[[Scope], Iterable[int]]:
        return lambda scope: range(self.arithmetic.sizes(collection(scope))[axis])

    def _where(self, node: Where) -> Evaluate:
        """Compute with local definitions; what else is said there must hold, or nothing is said."""
        functions = dict(self.functions)
        inner = _Compiler(functions, self.tolerance, self.arithmetic, itemwise=self.itemwise)
        named: list[tuple[str, Evaluate]] = []
        conditions: list[tuple[Evaluate, Node]] = []
        around: list[Scope] = []  # where the local functions are called
        for clause in node.clauses:
            found = definition_of(clause)
            if found is None or found.indices:
                conditions.append((inner.compile(clause), clause))
            elif found.parameters:
                functions[found.name] = _local(found, inner.compile(found.body), around)
            else:
                named.append((found.name, inner.compile(found.body)))
        body = inner.compile(node.body)

        def evaluate(scope: Scope) -> Any:
            inside = scope
            for name, value in named:
                inside = extended(inside, {name: value(inside)})
            around.append(inside)
            try:
                if not all(_truth(holds(inside), clause) for holds, clause in conditions):
                    return True
                return body(inside)
            finally:
                around.pop()

        return evaluate

    def _conditional(self, node: Conditional) -> Evaluate:
        inner = self
        if self.arithmetic is not PLAIN:  # `x if x > 0 else 0` is asked of each item
            inner = _Compiler(self.functions, self.tolerance, self.arithmetic, itemwise=True)
        condition, then = inner.compile(node.condition), self.compile(node.then)
        otherwise = self.compile(node.otherwise)

        def evaluate(scope: Scope) -> Any:
            holds = condition(scope)
            if self.arithmetic.sizes(holds):
                return self.arithmetic.choose(holds, then(scope), otherwise(scope))
            return then(scope) if _truth(holds, node.condition) else otherwise(scope)

        return evaluate

    def _range(self, node: Range) -> Evaluate:
        low, high = self.compile(node.low), self.compile(node.high)

        def evaluate(scope: Scope) -> tuple[int, ...]:
            first, last = low(scope), high(scope)
            if type(first) is not int or type(last) is not int:
                raise EvaluationError("a range runs from an integer to an integer", node.span)
            if last - first >= MAX_ITEMS:
                raise EvaluationError(f"a range has at most {MAX_ITEMS:,} items", node.span)
            return tuple(range(first, last + 1))

        return evaluate


def _guarded(node: Node, call: Callable[..., Any], arguments: tuple[Evaluate, ...]) -> Evaluate:
    """Call with evaluated arguments; what Python raises becomes an EvaluationError."""
    if len(arguments) == 2:  # noqa: PLR2004 - the common case, without building a list
        first, second = arguments

        def pair(scope: Scope) -> Any:
            left, right = first(scope), second(scope)
            try:
                return call(left, right)
            except _FAULTS as fault:
                raise EvaluationError(_explain(fault), node.span) from fault

        return pair

    def any_number(scope: Scope) -> Any:
        values = [argument(scope) for argument in arguments]
        try:
            return call(*values)
        except _FAULTS as fault:
            raise EvaluationError(_explain(fault), node.span) from fault

    return any_number


def _chain(
    operands: tuple[Evaluate, ...], tests: tuple[Callable[[Any, Any, Scope], bool], ...]
) -> Evaluate:
    def evaluate(scope: Scope) -> bool:
        left = operands[0](scope)
        for operand, holds in zip(operands[1:], tests, strict=True):
            right = operand(scope)
            if not holds(left, right, scope):
                return False
            left = right
        return True

    return evaluate


def _chain_of_items(
    operands: tuple[Evaluate, ...],
    tests: tuple[Callable[[Any, Any, Scope], Any], ...],
    both: Callable[[Any, Any], Any],
) -> Evaluate:
    def evaluate(scope: Scope) -> Any:
        values = [operand(scope) for operand in operands]
        whole: Any = True
        for n, holds in enumerate(tests):
            whole = both(whole, holds(values[n], values[n + 1], scope))
        return whole

    return evaluate


def _local(found: Definition, body: Evaluate, around: list[Scope]) -> Callable[..., Any]:
    """Make a function of a local definition; it sees what stands around it."""

    def call(*values: Any) -> Any:
        if len(values) != len(found.parameters):
            raise TypeError(f"{found.name} takes {len(found.parameters)} arguments")
        return body(extended(around[-1], dict(zip(found.parameters, values, strict=True))))

    return call


def _truth(value: Any, node: Node) -> bool:
    if value is True or value is False:
        return value
    if str(getattr(value, "dtype", "")) == "bool":  # NumPy's: it holds if all items do
        return bool(value.all())
    raise EvaluationError(f"a truth value is needed here, this is {_kind(value)}", node.span)


def _fits(shape: tuple[int, ...], sizes: Iterable[Evaluate], scope: Scope) -> bool:
    """Whether an array has the sizes that have a value here; the others may be any."""
    for size, wanted in zip(shape, sizes, strict=True):
        try:
            if wanted(scope) != size:
                return False
        except EvaluationError:
            continue
    return True


def _is_number(value: Any) -> bool:
    if isinstance(value, int | float):
        return not isinstance(value, bool)
    return str(getattr(value, "dtype", "")).startswith(("float", "int", "longdouble"))


def _kind(value: Any) -> str:
    return {type(None): "null", str: "a text", dict: "a record", tuple: "a collection"}.get(
        type(value), f"{value!r}"[:60]
    )


def _explain(fault: Exception) -> str:
    return str(fault) or type(fault).__name__
