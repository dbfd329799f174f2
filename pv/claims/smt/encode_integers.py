"""Encode a claim about integers and truth values as a term of z3.

Quantifiers may be over sets that evaluating could not run through, such as ℤ; claims about reals
have no term, because floats round where z3 does not.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from typing import NamedTuple

from pv.claims import tree as t
from pv.claims.precedence import BOOLEAN
from pv.claims.smt import terms
from pv.claims.smt.terms import NoTerm, Term

MOST_TERMS = 20_000
"""A claim has no more terms than this, its functions and sums written out."""
MOST_ITEMS = 1_000
"""A sum is written out over no more integers than this."""
MOST_UNROLLED = 32
"""A quantifier over this many integers is written out; over more, z3 reasons about it."""
MOST_FACTORS = 64
"""A power is written out with no more factors than this."""


class _Function(NamedTuple):
    """The definition of a name, and the scope of its body beside the parameters."""

    definition: t.Definition
    scope: "Scope"


Scope = Mapping[str, Term | _Function]


def z3_term(
    node: t.Node, variables: Mapping[str, Term], definitions: Iterable[t.Definition] = ()
) -> Term:
    """Return the term of a claim over its variables; definitions are written out where used.

    Raises NoTerm where a part is real, an array or a text, or where a sum has no end that is known.
    """
    return Writer().term(node, scope_of(variables, definitions))


def scope_of(variables: Mapping[str, Term], definitions: Iterable[t.Definition]) -> Scope:
    """Return what names stand for; variables hide definitions."""
    scope: dict[str, Term | _Function] = {}
    scope.update((each.name, _Function(each, scope)) for each in definitions)
    scope.update(variables)
    return scope


class Writer:
    """Writes terms, one method for each construct; `known` has the values of names in scope."""

    def __init__(self) -> None:
        self.open: list[str] = []
        """Definitions that are being written out: one that comes to itself has no end."""
        self.written = 0
        self.fresh = 0
        """Number of variables that were made up for quantifiers."""

    def term(self, node: t.Node, known: Scope) -> Term:
        """Return the term of any construct; raises NoTerm."""
        self.written += 1
        if self.written > MOST_TERMS:
            raise NoTerm(f"this has more than {MOST_TERMS:,} terms when it is written out")
        match node:
            case t.Number(value=value) | t.Constant(value=bool() as value):
                return terms.literal(value)
            case t.Name(name=name):
                return self.name(name, known)
            case t.Call():
                return self.call(node, known)
            case t.Unary():
                return self.unary(node, known)
            case t.Binary():
                return self.binary(node, known)
            case t.Comparison():
                return self.comparison(node, known)
            case t.Conditional(condition=condition, then=then, otherwise=otherwise):
                parts = (self.term(each, known) for each in (condition, then, otherwise))
                return terms.chosen(*parts)
            case t.Binder(kind="forall" | "exists"):
                return self.quantifier(node, node.variables, known)
            case t.Binder():
                return self.reduction(node, known)
            case t.Where():
                return self.where(node, known)
        kind = type(node).__name__.lower()
        raise NoTerm(f"{'an' if kind[0] in 'aeiou' else 'a'} {kind} is no integer or truth value")

    def name(self, name: str, known: Scope) -> Term:
        """Return what a name stands for, its definition written out."""
        found = known.get(name)
        if isinstance(found, Term):
            return found
        if found is None or found.definition.parameters:
            raise NoTerm(f"`{name}` is no integer and no truth value")
        with self.opened(found.definition):
            return self.term(found.definition.body, known)

    def call(self, node: t.Call, known: Scope) -> Term:
        """Return what a defined or built-in function gives."""
        found = known.get(node.function)
        if isinstance(found, _Function):
            return self.applied(found, [self.term(each, known) for each in node.arguments])
        match node:
            case t.Call("floor", (t.Binary("/", left, right),)):
                return terms.arithmetic("//", self.term(left, known), self.term(right, known))
            case t.Call("ceil", (t.Binary("/", left, right),)):
                downwards = terms.negative(self.term(left, known))
                return terms.negative(terms.arithmetic("//", downwards, self.term(right, known)))
            case t.Call("floor" | "ceil" | "round", (inner,)):
                return terms.whole(self.term(inner, known))
            case t.Call("abs", (inner,)):
                return terms.magnitude(self.term(inner, known))
            case t.Call("min" | "max" | "sum" | "prod" | "product" as word, (collection,)):
                return terms.reduced(word, self.distinct(collection, known))
            case t.Call("min" | "max" as word, arguments):
                return terms.reduced(word, [self.term(each, known) for each in arguments])
        raise NoTerm(f"`{node.function}` has no term over integers")

    def applied(self, function: _Function, given: list[Term]) -> Term:
        """Put arguments into a body; they are evaluated also where it does not use them."""
        found = function.definition
        if len(given) != len(found.parameters):
            raise NoTerm(f"`{found.name}` takes {len(found.parameters)} arguments")
        with self.opened(found):
            inside = {**function.scope, **dict(zip(found.parameters, given, strict=True))}
            body = self.term(found.body, inside)
        return body._replace(defined=terms.both(*(each.defined for each in given), body.defined))

    @contextmanager
    def opened(self, found: t.Definition) -> Iterator[None]:
        """Write out a definition, which must not come to itself."""
        if found.name in self.open:
            raise NoTerm(f"`{found.name}` is defined by itself")
        if found.indices:
            raise NoTerm(f"`{found.name}` is an array")
        self.open.append(found.name)
        yield
        self.open.pop()

    def unary(self, node: t.Unary, known: Scope) -> Term:
        """Return `-x`, `|x|` or `not x`."""
        inner = self.term(node.operand, known)
        if node.operator not in _UNARY:
            raise NoTerm("a transpose is no integer")
        return _UNARY[node.operator](inner)

    def binary(self, node: t.Binary, known: Scope) -> Term:
        """Return a power, a sum or a conjunction and their kin."""
        match node:
            case t.Binary("^", base, t.Number(int() as exponent)) if 0 <= exponent <= MOST_FACTORS:
                return terms.power(self.term(base, known), exponent)
            case t.Binary("^"):
                raise NoTerm(f"a power is written out up to an exponent of {MOST_FACTORS}")
        left, right = self.term(node.left, known), self.term(node.right, known)
        join = terms.joined if node.operator in BOOLEAN else terms.arithmetic
        return join(node.operator, left, right)

    def comparison(self, node: t.Comparison, known: Scope) -> Term:
        """Join neighbouring pairs: what is behind one that fails is not looked at."""
        left = self.term(node.operands[0], known)
        links = []
        for word, operand in zip(node.operators, node.operands[1:], strict=True):
            if word in {"in", "not in"}:
                member = self.membership(left, operand, known)
                links.append(member if word == "in" else terms.opposite(member))
                continue
            right = self.term(operand, known)
            links.append(terms.compared(word, left, right))
            left = right
        return _in_turn("and", links)

    def membership(self, item: Term, where: t.Node, known: Scope) -> Term:
        """Say that an item is in a set, a range or an interval."""
        match where:
            case t.Range(low, high):
                ends = (("<=", low), ("<=", high))
                return self.between(terms.whole(item), ends, known)
            case t.Interval(low, high, open_low, open_high):
                ends = (("<" if open_low else "<=", low), ("<" if open_high else "<=", high))
                return self.between(terms.number(item), ends, known)
            case t.Set(items=items) | t.Tuple(items=items):
                return terms.one_of(item, [self.term(each, known) for each in items])
            case t.Name(name=name):
                return terms.of_kind(item, name)
        raise NoTerm("membership in this set has no term over integers")

    def between(
        self, item: Term, ends: tuple[tuple[str, t.Node], tuple[str, t.Node]], known: Scope
    ) -> Term:
        """Compare with both ends; one that is infinite says nothing of an integer."""
        (first, low), (last, high) = ends
        tests = [Term(terms.TRUE, item.defined)]
        if not _endless(low, sign="-"):
            tests.append(terms.compared(first, self.term(low, known), item))
        if not _endless(high):
            tests.append(terms.compared(last, item, self.term(high, known)))
        return _in_turn("and", tests)

    def quantifier(self, node: t.Binder, variables: tuple[t.Variable, ...], known: Scope) -> Term:
        """Write out what runs over few values, and let z3 reason about the others."""
        if not variables:
            body = self.term(node.body, known)
            if node.condition is None:
                return terms.truth(body)
            word = "implies" if node.kind == "forall" else "and"
            return terms.joined(word, self.term(node.condition, known), body)
        first, *rest = variables
        few = self.few(first, known)
        if few is not None:
            said = [self.quantifier(node, (*rest,), {**known, first.name: each}) for each in few]
            word = "and" if node.kind == "forall" else "or"
            return _in_turn(word, [terms.literal(word == "and"), *said])
        return self.reasoned(node, first, (*rest,), known)

    def reasoned(
        self, node: t.Binder, first: t.Variable, rest: tuple[t.Variable, ...], known: Scope
    ) -> Term:
        """Leave a quantifier to z3: its variable is one of the term."""
        self.fresh += 1
        domain = _domain(first)
        boolean = domain == t.Name("bool", domain.span)
        bound = terms.variable(f"{first.name}!{self.fresh}", boolean=boolean)
        inside = self.membership(bound, domain, known)
        body = self.quantifier(node, rest, {**known, first.name: bound})
        return terms.quantified(node.kind, bound, inside, body)

    def few(self, over: t.Variable, known: Scope) -> list[Term] | None:
        """Return the values that a variable takes, if they are few and known."""
        match _domain(over):
            case t.Set() | t.Tuple():
                return self.items(_domain(over), known)
            case t.Range(low, high):
                first, last = (terms.constant(self.term(end, known)) for end in (low, high))
                if first is not None and last is not None and last - first < MOST_UNROLLED:
                    return self.items(_domain(over), known)
        return None

    def items(self, collection: t.Node, known: Scope) -> list[Term]:
        """Return the items of a collection, which must be known."""
        match collection:
            case t.Set(items=items) | t.Tuple(items=items):
                return [self.term(each, known) for each in items]
            case t.Range(low, high):
                first, last = (terms.constant(self.term(end, known)) for end in (low, high))
                if first is None or last is None or last - first >= MOST_ITEMS:
                    raise NoTerm(f"only over {MOST_ITEMS:,} integers at most is a sum written out")
                return [terms.literal(each) for each in range(first, last + 1)]
        raise NoTerm("the items of this collection are not known")

    def distinct(self, collection: t.Node, known: Scope) -> list[Term]:
        """Return the items of a collection; a set has each once, so they must be told apart."""
        found = self.items(collection, known)
        if not isinstance(collection, t.Set):
            return found
        told = {terms.constant(each): each for each in found}
        if len(found) > 1 and None in told:
            raise NoTerm("two members of this set may be one")
        return list(told.values())

    def reduction(self, node: t.Binder, known: Scope) -> Term:
        """Write out a sum or its kin, for each value of its variables."""
        scopes = [known]
        for over in node.variables:
            scopes = [
                {**each, over.name: value}
                for each in scopes
                for value in self.distinct(_domain(over), each)
            ]
            if len(scopes) > MOST_ITEMS:
                raise NoTerm(f"a sum is written out over {MOST_ITEMS:,} terms at most")
        return terms.reduced(node.kind, [self.summand(node, each) for each in scopes])

    def summand(self, node: t.Binder, known: Scope) -> Term:
        """Return a term of a sum; where a condition leaves it out, what changes nothing."""
        if node.condition is None:
            return self.term(node.body, known)
        if node.kind not in _NEUTRAL:
            raise NoTerm(f"{node.kind} under a condition has no term")
        condition, body = self.term(node.condition, known), self.term(node.body, known)
        return terms.chosen(condition, body, terms.literal(_NEUTRAL[node.kind]))

    def where(self, node: t.Where, known: Scope) -> Term:
        """Put local definitions into the body; under conditions that fail, nothing is said."""
        inside: dict[str, Term | _Function] = {**known}
        computed: list[Term] = []
        conditions: list[t.Node] = []
        for clause in node.clauses:
            found = t.definition_of(clause)
            if found is None or found.indices:
                conditions.append(clause)
            elif found.parameters:
                inside[found.name] = _Function(found, inside)
            else:
                computed.append(self.term(found.body, inside))
                inside[found.name] = computed[-1]
        body = self.term(node.body, inside)
        if conditions:
            met = _in_turn("and", [self.term(each, inside) for each in conditions])
            body = terms.joined("implies", met, body)
        return body._replace(defined=terms.both(*(each.defined for each in computed), body.defined))


_UNARY = {"not": terms.opposite, "-": terms.negative, "abs": terms.magnitude}
_NEUTRAL = {"sum": 0, "prod": 1}
"""Reduction -> the value in the place of a term that a condition leaves out."""


def _domain(over: t.Variable) -> t.Node:
    if over.domain is None:
        raise NoTerm(f"`{over.name}` runs over nothing that is said")
    return over.domain


def _endless(end: t.Node, sign: str = "+") -> bool:
    """Return whether this end of an interval is infinite."""
    match end:
        case t.Unary("-", t.Name("inf")):
            return sign == "-"
        case t.Name("inf"):
            return sign == "+"
    return False


def _in_turn(word: str, claims: Iterable[Term]) -> Term:
    """Join claims from left to right: what is behind a deciding one need not be defined."""
    return reduce(lambda one, other: terms.joined(word, one, other), claims)
