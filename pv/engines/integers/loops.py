"""Python functions executed with unknown integers, their loops cut at declared invariants.

A loop is entered once, in a state of which only its invariant is known. That the invariant holds at
the entry and is kept by a turn, and that a variant falls, become conditions, to be decided by z3.
What a generator yields is counted and not looked at.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType

from pv.claims import Node
from pv.claims.smt.encode_integers import z3_term
from pv.claims.smt.terms import (
    FALSE,
    NoTerm,
    Term,
    arithmetic,
    both,
    compared,
    holds,
    is_truth,
    literal,
    reduced,
    variable,
)
from pv.engines.integers.expressions import Expressions
from pv.engines.integers.records import constructor
from pv.engines.integers.source import is_generator, tree_of
from pv.engines.integers.state import YIELDS, Condition, End, State, Symbolic, Unsupported

_DEEPEST = 8
"""Calls inside calls; deeper ones are taken for a recursion."""
_MOST_STATEMENTS = 20_000
"""Statements that are executed, on all paths together."""
_NUMBER = "a number"
"""The kind of an integer, and of the variable of a loop, which is unset where there was no turn."""
WHILE = "while"
"""The name of a loop without a variable."""


class Code:
    """The functions that are reached from one call, and the conditions of a proof about them."""

    def __init__(
        self,
        invariants: Mapping[str, Sequence[Node]],
        variants: Mapping[str, Sequence[Node]],
        altered: Mapping[FunctionType, ast.FunctionDef] | None = None,
    ) -> None:
        """Take the invariants and the variants of each loop, by the loop's variable.

        `altered` are function bodies to be executed in place of the real ones.
        """
        self._invariants = invariants
        self._variants = variants
        self.trees: dict[FunctionType, ast.FunctionDef] = dict(altered or {})
        """The functions that were reached."""
        self.cut: set[str] = set()
        """The loops that there are."""
        self.conditions: list[Condition] = []
        self._made = self._statements = 0
        self._depth = 0

    def call(
        self, function: FunctionType, given: Mapping[str, Symbolic], state: State
    ) -> Iterator[tuple[State, Symbolic]]:
        """Yield the result on each path; raises Unsupported."""
        if self._depth >= _DEEPEST:
            raise Unsupported(None, f"`{function.__name__}` is called too deep")
        if function not in self.trees:
            self.trees[function] = tree_of(function)
        tree = self.trees[function]
        generator = is_generator(function)
        if generator and YIELDS in function.__code__.co_varnames:
            raise Unsupported(tree, f"`{YIELDS}` counts what a generator has yielded")
        own = {**given, **({YIELDS: literal(0)} if generator else {})}
        body = _Body(self, Expressions(function, self.call, self.require))
        self._depth += 1
        ends = list(body.block(tree.body, State(own, state.path)))
        self._depth -= 1
        for end in ends:
            found = end.state.variables[YIELDS] if generator else end.value
            yield State(state.variables, end.state.path), found

    def require(self, what: str, state: State, claim: object) -> None:
        """Note a condition of the proof."""
        self.conditions.append(Condition(what, state.path, claim))

    def count(self, node: ast.stmt) -> None:
        """Count a statement; raises Unsupported where there are too many paths."""
        self._statements += 1
        if self._statements > _MOST_STATEMENTS:
            raise Unsupported(node, "more paths lead here than can be followed")

    def fresh(self, name: str, *, boolean: bool = False) -> Term:
        """Return an unknown value for a variable; no claim has a name with `#`."""
        self._made += 1
        return variable(f"{name}#{self._made}", boolean=boolean)

    def invariant(self, loop: str, node: ast.AST, state: State) -> object:
        """Return the invariant of a loop in a state."""
        self.cut.add(loop)
        if loop not in self._invariants:
            told = "state it as a loop_invariant whose `applies_to_phase` is that name"
            raise Unsupported(node, f"the loop `{loop}` has no invariant; {told}")
        return both(*(holds(_said(each, loop, state)) for each in self._invariants[loop]))

    def variants(self, loop: str, state: State) -> list[Term]:
        """Return the variants of a loop in a state."""
        return [_said(each, loop, state) for each in self._variants.get(loop, ())]


def _said(tree: Node, loop: str, state: State) -> Term:
    known = {name: value for name, value in state.variables.items() if value is not None}
    try:
        return z3_term(tree, known)
    except NoTerm as fault:
        told = ", ".join(sorted(known))
        raise Unsupported(None, f"of the loop `{loop}`: {fault}; variables are {told}") from fault


class _Body:
    """The statements of one function."""

    def __init__(self, code: Code, expressions: Expressions) -> None:
        self._code = code
        self._expressions = expressions

    def block(self, statements: Sequence[ast.stmt], state: State) -> Iterator[End]:
        """Yield how statements end, one after the other, on each path."""
        if not statements:
            yield End("next", state)
            return
        for end in self._statement(statements[0], state):
            if end.kind == "next":
                yield from self.block(statements[1:], end.state)
            else:
                yield end

    def _statement(self, node: ast.stmt, state: State) -> Iterator[End]:
        self._code.count(node)
        match node:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                yield End("next", state)
            case ast.Break():
                yield End("break", state)
            case ast.Continue():
                yield End("continue", state)
            case ast.Return(value=None):
                yield End("return", state)
            case ast.Return(value=ast.expr() as wanted):
                for after, value in self._expressions.values(wanted, state):
                    yield End("return", after, value)
            case ast.Expr(value=ast.Yield(value=item)):
                yield from self._yielded(item, state)
            case ast.Assign(targets=[ast.Name(id=name)], value=wanted):
                yield from self._assigned(name, wanted, state)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as wanted):
                yield from self._assigned(name, wanted, state)
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=wanted):
                read = ast.copy_location(ast.Name(name, ast.Load()), target)
                sum_ = ast.copy_location(ast.BinOp(read, op, wanted), node)
                yield from self._assigned(name, sum_, state)
            case ast.If(test=test, body=body, orelse=other):
                for after, held in self._expressions.tested(test, state):
                    yield from self.block(body if held else other, after)
            case ast.Raise():
                self._code.require(f"line {node.lineno} raises an exception", state, FALSE)
            case ast.For(orelse=[]):
                yield from self._for(node, state)
            case ast.While(orelse=[]):
                yield from self._while(node, state)
            case _:
                word = type(node).__name__.lower()
                raise Unsupported(node, f"a statement of the kind `{word}`")

    def _assigned(self, name: str, wanted: ast.expr, state: State) -> Iterator[End]:
        for after, value in self._expressions.values(wanted, state):
            yield End("next", after.setting(**{name: value}))

    def _yielded(self, item: ast.expr | None, state: State) -> Iterator[End]:
        """Count; the fields of a record that is yielded are evaluated, because that may fail."""
        parts = [item] if item is not None else []
        match item:
            case ast.Call(func=function, args=[*given], keywords=[]) if made := constructor(
                self._expressions.resolved(function)
            ):
                if len(given) not in made:
                    raise Unsupported(item, f"`{ast.unparse(function)}` takes {made} arguments")
                parts = given
        for after, _ in self._expressions.all(parts, state):
            count = after.variables[YIELDS]
            if count is None:
                raise AssertionError(YIELDS)
            yield End("next", after.setting(yields=arithmetic("+", count, literal(1))))

    def _for(self, node: ast.For, state: State) -> Iterator[End]:
        if not isinstance(node.target, ast.Name):
            raise Unsupported(node, "a loop over several variables at once")
        loop = node.target.id
        for before, low, high in self._expressions.range(node.iter, state):
            self._entered(loop, node, before.setting(**{loop: low}))
            turn = self._code.fresh(loop)
            inside = self._anywhere(node.body, before).setting(**{loop: turn})
            reached = (compared("<=", low, turn).value, compared("<", turn, high).value)
            inside = inside.where(*reached, self._code.invariant(loop, node, inside))
            following = arithmetic("+", turn, literal(1))
            yield from self._turned(loop, node, inside, following)
            after = self._anywhere(node.body, before)
            last = after.setting(**{loop: reduced("max", [low, high])})
            after = after.where(self._code.invariant(loop, node, last))
            yield End("next", after.without({loop}))

    def _while(self, node: ast.While, state: State) -> Iterator[End]:
        self._entered(WHILE, node, state)
        start = self._anywhere(node.body, state)
        start = start.where(self._code.invariant(WHILE, node, start))
        if not self._code.variants(WHILE, start):
            told = "state a loop_variant whose `applies_to_phase` is `while`"
            raise Unsupported(node, f"nothing says that this loop ends; {told}")
        for after, held in self._expressions.tested(node.test, start):
            if held:
                yield from self._turned(WHILE, node, after, None)
            else:
                yield End("next", after)

    def _entered(self, loop: str, node: ast.AST, state: State) -> None:
        what = f"the invariant of the loop `{loop}` does not hold where it begins"
        self._code.require(what, state, self._code.invariant(loop, node, state))

    def _turned(
        self, loop: str, node: ast.For | ast.While, state: State, following: Symbolic
    ) -> Iterator[End]:
        """Execute one turn: the invariant is kept, and a variant falls and was not negative."""
        variants = self._code.variants(loop, state)
        for variant in variants:
            what = f"the variant of the loop `{loop}` may be negative in a turn"
            self._code.require(what, state, holds(compared(">=", variant, literal(0))))
        for end in self.block(node.body, state):
            if end.kind == "return":
                yield end
            elif end.kind == "break":
                yield End("next", end.state)
            else:
                _same_kinds(node, state, end.state)
                said = end.state if following is None else end.state.setting(**{loop: following})
                what = f"the invariant of the loop `{loop}` is not kept by a turn"
                self._code.require(what, end.state, self._code.invariant(loop, node, said))
                what = f"the variant of the loop `{loop}` does not fall in a turn"
                for now, before in zip(self._code.variants(loop, said), variants, strict=True):
                    self._code.require(what, end.state, holds(compared("<", now, before)))

    def _anywhere(self, body: Sequence[ast.stmt], state: State) -> State:
        """Return a state in which nothing is known of what a body changes."""
        walked = [part for statement in body for part in ast.walk(statement)]
        changed = {
            part.id for part in walked
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        }  # fmt: skip
        changed |= {YIELDS} if any(isinstance(part, ast.Yield) for part in walked) else set()
        unknown: dict[str, Symbolic] = {}
        for name in sorted(changed & state.variables.keys()):
            before = state.variables[name]
            if before is None:
                raise Unsupported(body[0], f"`{name}` is None before the loop and may not be after")
            unknown[name] = self._code.fresh(name, boolean=is_truth(before))
        return state.without(changed).setting(**unknown)


def _same_kinds(node: ast.For | ast.While, before: State, after: State) -> None:
    """Refuse a variable that a turn makes another kind of value: the next turn begins with that."""
    for name, value in before.variables.items():
        now = _kind(after.variables[name]) if name in after.variables else _NUMBER
        if now != _kind(value):
            told = f"`{name}` is {_kind(value)} before a turn of this loop, and may be {now} after"
            raise Unsupported(node, f"{told} it")


def _kind(value: Symbolic) -> str:
    if value is None:
        return "None"
    return "a truth value" if is_truth(value) else _NUMBER
