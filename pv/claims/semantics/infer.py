"""Infer the type of a claim, and the faults in its names and types."""

from collections.abc import Iterator, Mapping

from pv.claims import tree as t
from pv.claims import types
from pv.claims.evaluation.scalars.builtins import BUILTINS, CONSTANTS
from pv.claims.evaluation.scalars.sequences import Builtin
from pv.claims.faults import Fault
from pv.claims.types import ANY, BOOL, COLLECTION, INT, NULL, REAL, STRING, Function, Record, Type
from pv.nearest import listed, nearest
from pv.plural import number_of

Scope = Mapping[str, Type]

_BOOLEAN = frozenset({"and", "or", "xor", "implies", "iff"})
_ORDERED = frozenset({"<", "<=", ">", ">="})


def infer(node: t.Node, scope: Scope) -> Type | tuple[Fault, ...]:
    """Return a claim's type, or every fault in its names and types.

    `scope` gives the type of each variable and each function that is not built in.
    """
    judge = _Judge(scope)
    found = judge.type_of(node)
    return tuple(judge.faults) or found


class _Judge:
    """Walks a tree and collects faults; an ill-typed part counts as ANY, so each is told once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.faults: list[Fault] = []

    def fault(self, node: t.Node, message: str, remedy: str) -> Type:
        self.faults.append(Fault(node.span.start, node.span.end, message, remedy))
        return ANY

    def want(self, node: t.Node, wanted: Type) -> Type:
        found = self.type_of(node)
        if types.fits(found, wanted):
            return found
        return self.fault(
            node, f"this is {_a(found)}, and {_a(wanted)} is needed here", "compare or convert it"
        )

    def type_of(self, node: t.Node) -> Type:
        match node:
            case t.Number(value=value):
                return INT if isinstance(value, int) else REAL
            case t.String():
                return STRING
            case t.Constant(value=value):
                return NULL if value is None else BOOL
            case t.Name():
                return self.name(node)
            case t.Member():
                return self.member(node)
            case t.Index():
                return self.index(node)
            case t.Call():
                return self.call(node)
            case t.Unary(operator="not", operand=operand):
                return self.want(operand, BOOL)
            case t.Unary(operator="transpose", operand=operand):
                self.type_of(operand)
                return ANY
            case t.Unary(operator="abs", operand=operand):  # of a set, its number of items
                kind = self.type_of(operand)
                return kind if kind in (INT, REAL) else ANY
            case t.Unary(operand=operand):
                return self.want(operand, REAL)
            case t.Binder():
                return self.binder(node)
            case t.Where():
                return self.where(node)
            case t.Slice() | t.Range() | t.Interval():
                for end in t.children(node):
                    self.want(end, REAL if isinstance(node, t.Interval) else INT)
            case t.Binary():
                return self.binary(node)
            case t.Comparison():
                return self.comparison(node)
            case t.Conditional(condition=condition, then=then, otherwise=otherwise):
                self.want(condition, BOOL)
                first, second = self.type_of(then), self.type_of(otherwise)
                return first if first == second else ANY
            case t.Tuple(items=items) | t.Set(items=items):
                for item in items:
                    self.type_of(item)
        return COLLECTION

    def name(self, node: t.Name) -> Type:
        found = self.scope.get(node.name)
        if found is not None:
            return found
        if node.name in CONSTANTS:
            return REAL
        known = [*self.scope, *CONSTANTS]
        return self.fault(node, f"nothing here is called `{node.name}`", _nearest(node.name, known))

    def member(self, node: t.Member) -> Type:
        record = self.type_of(node.record)
        if isinstance(record, Record):
            if node.key in record.fields:
                return record.fields[node.key]
            if record.closed:
                remedy = _nearest(node.key, record.fields)
                return self.fault(node, f"this record has no `{node.key}`", remedy)
        elif record is not ANY:
            return self.fault(node, f"{_a(record)} has no keys", "only records have keys")
        return ANY

    def index(self, node: t.Index) -> Type:
        found = self.type_of(node.collection)
        for index in node.indices:
            self.want(index, STRING if isinstance(found, Record) else ANY)
        if found in (ANY, COLLECTION) or isinstance(found, Record):
            return ANY
        return self.fault(node, f"{_a(found)} has no items", "only collections have items")

    def call(self, node: t.Call) -> Type:
        if node.function == "raises":
            return self.raises(node)
        own = self.scope.get(node.function)
        if isinstance(own, Function):
            for argument in node.arguments:
                self.type_of(argument)
            return own.result
        builtin = BUILTINS.get(node.function)
        if builtin is None:
            own_names = (n for n, kind in self.scope.items() if isinstance(kind, Function))
            remedy = _nearest(node.function, [*BUILTINS, *own_names])
            return self.fault(node, f"there is no function `{node.function}`", remedy)
        return self.builtin(node, builtin)

    def builtin(self, node: t.Call, builtin: Builtin) -> Type:
        least = len(builtin.parameters)
        given = len(node.arguments)
        if given < least or (given > least and not builtin.variadic):
            needs = (
                f"{least} or more arguments" if builtin.variadic else number_of(least, "argument")
            )
            message = f"{node.function} takes {needs}, and not {given}"
            return self.fault(node, message, f"{node.function}: {builtin.summary}")
        for argument, wanted in zip(node.arguments, builtin.parameters, strict=False):
            self.want(argument, wanted)
        for argument in node.arguments[least:]:
            self.type_of(argument)
        return builtin.result

    def raises(self, node: t.Call) -> Type:
        match node.arguments:
            case (t.Call() as call, pattern, *kind) if len(kind) <= 1:
                self.type_of(call)
                for text in (pattern, *kind):
                    self.want(text, STRING)
                return BOOL
        message = "raises is given a call, and the type of an exception or a pattern"
        return self.fault(node, message, 'raises(f(x), ValueError), raises(f(x), "message")')

    def binder(self, node: t.Binder) -> Type:
        """Judge the body where the variables of the binder have their types."""
        outer = self.scope
        for variable in node.variables:
            kind: Type = ANY
            if variable.domain is not None:
                self.type_of(variable.domain)
                kind = INT if isinstance(variable.domain, t.Range) else ANY
            self.scope = {**self.scope, variable.name: kind}
        if node.condition is not None:
            self.want(node.condition, BOOL)
        found = self.type_of(node.body)
        self.scope = outer
        if node.kind in {"forall", "exists"}:
            return BOOL
        return COLLECTION if node.kind in {"set", "list"} else found

    def where(self, node: t.Where) -> Type:
        """Judge the body where the clauses are defined; the others are conditions."""
        outer = self.scope
        for clause in node.clauses:
            found = t.definition_of(clause)
            if found is not None and not found.parameters and not found.indices:
                self.scope = {**self.scope, found.name: self.type_of(found.body)}
            elif found is None:
                self.want(clause, BOOL)
        kind = self.type_of(node.body)
        self.scope = outer
        return kind

    def binary(self, node: t.Binary) -> Type:
        if _is_power_of_a_set(node) or node.operator in {"∪", "∩", "\\"}:
            self.type_of(node.left), self.type_of(node.right)
            return COLLECTION
        wanted: Type = BOOL if node.operator in _BOOLEAN else REAL
        kinds = {self.want(node.left, wanted), self.want(node.right, wanted)}
        if wanted is BOOL:
            return BOOL
        if node.operator != "/" and kinds == {INT}:
            return INT if node.operator != "^" else ANY
        return ANY if ANY in kinds else REAL

    def comparison(self, node: t.Comparison) -> Type:
        kinds = [self.type_of(operand) for operand in node.operands]
        for n, word in enumerate(node.operators):
            for fault in _incomparable(word, kinds[n], kinds[n + 1]):
                self.fault(node, fault, "compare values of one type")
        return BOOL


def _is_power_of_a_set(node: t.Binary) -> bool:
    """Return whether a power is a set of arrays: `ℝ^{m × n}`, `[0, 1]^n`."""
    of_a_set = isinstance(node.left, t.Set | t.Interval)
    by_sizes = isinstance(node.left, t.Name) and isinstance(node.right, t.Tuple)
    return node.operator == "^" and (of_a_set or by_sizes)


def _incomparable(word: str, left: Type, right: Type) -> Iterator[str]:
    if ANY in (left, right):
        return
    if word in {"in", "not in"}:
        if right is not COLLECTION and not isinstance(right, Record):
            yield f"nothing is a member of {_a(right)}"
    elif word in _ORDERED and not (_ordered(left) and _alike(left, right)):
        yield f"{_a(left)} and {_a(right)} have no order"
    elif NULL not in (left, right) and not _alike(left, right):
        yield f"{_a(left)} is never equal to {_a(right)}"


def _alike(left: Type, right: Type) -> bool:
    return types.fits(left, right) or types.fits(right, left)


def _ordered(kind: Type) -> bool:
    return kind in (INT, REAL, STRING)


def _a(kind: Type) -> str:
    name = types.spell(kind)
    return f"an {name}" if name[0] in "AI" else f"a {name}"


def _nearest(name: str, known: "Mapping[str, object] | list[str]") -> str:
    near = nearest(name, known, count=2)
    return f"did you mean {' or '.join(near)}?" if near else f"known are: {listed(sorted(known))}"
