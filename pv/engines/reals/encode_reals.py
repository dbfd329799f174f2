"""Encode a claim about real numbers as a z3 term, transcendental functions left to axioms.

Each application becomes an unknown real number, the same one for the same argument. What is false
of no numbers that meet the axioms is true of the functions too; the reverse does not hold.
"""

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

from pv.claims import tree as t
from pv.claims.faults import Fault
from pv.claims.grammar.parser import parse
from pv.claims.smt import terms
from pv.claims.smt.encode_integers import Scope, Writer
from pv.claims.smt.terms import Expression, NoTerm, Term
from pv.engines.reals.axioms import AXIOMS, SPELLED, Axioms

MOST_APPLIED = 40
"""No more applications are told apart: the axioms speak of each two of them."""


class Applied(NamedTuple):
    """A function at its arguments, and the unknown number that stands for its value."""

    function: str
    arguments: tuple[Term, ...]
    value: Term


class RealWriter(Writer):
    """Writes terms in which numbers are exact reals, and remembers what is applied to what."""

    def __init__(self) -> None:
        super().__init__()
        self.applications: dict[tuple[str, ...], Applied] = {}

    def term(self, node: t.Node, known: Scope) -> Term:
        """Return the term of any construct, decimals as they are written."""
        if isinstance(node, t.Number) and isinstance(node.value, float):
            return terms.real_literal(node.value)
        return super().term(node, known)

    def call(self, node: t.Call, known: Scope) -> Term:
        """Return the unknown number in the place of a transcendental function."""
        name = SPELLED.get(node.function, node.function)
        if node.function in known or name not in AXIOMS or len(node.arguments) != 1:
            return super().call(node, known)
        return self.applied_to(name, self.term(node.arguments[0], known))

    def applied_to(self, function: str, *given: Term) -> Term:
        """Return the unknown number that is a function's value; it has one in its domain only."""
        place = (function, *(terms.same_text(terms.real(each)) for each in given))
        if place not in self.applications:
            if len(self.applications) == MOST_APPLIED:
                raise NoTerm(f"more than {MOST_APPLIED} values of functions occur")
            value = terms.real_variable(f"{function}!{len(self.applications)}")
            self.applications[place] = Applied(function, given, value)
        found = self.applications[place].value
        inside = self.where_defined(function, given)
        return found._replace(defined=terms.both(*(each.defined for each in given), *inside))

    def where_defined(self, function: str, given: tuple[Term, ...]) -> Sequence[Expression]:
        """Return the conditions under which a function has a value."""
        domain = AXIOMS[function].domain
        return [self.said(domain, a=given[0])] if domain else []

    def binary(self, node: t.Binary, known: Scope) -> Term:
        """Return quotients, powers of e and negative powers too: they do not round here."""
        match node:
            case t.Binary("/", left, right):
                dividend = terms.real(self.term(left, known))
                return terms.arithmetic("/", dividend, self.term(right, known))
            case t.Binary("^", t.Name("e"), exponent) if "e" not in known:
                return self.applied_to("exp", self.term(exponent, known))
            case t.Binary("^", base, t.Unary("-", t.Number(int() as exponent))):
                below = terms.power(terms.real(self.term(base, known)), exponent)
                return terms.arithmetic("/", terms.real(terms.literal(1)), below)
        return super().binary(node, known)

    def comparison(self, node: t.Comparison, known: Scope) -> Term:
        """Join neighbouring pairs; none may be about rounding."""
        if "≈" in node.operators:
            raise NoTerm("`≈` is about rounding, and real numbers do not round")
        return super().comparison(node, known)

    def membership(self, item: Term, where: t.Node, known: Scope) -> Term:
        """Say that an item is in a set of reals, a range or an interval."""
        match where:
            case t.Name("ℝ"):
                return terms.compared("=", item, item)
            case t.Name("ℝ_>0"):
                return terms.compared(">", item, terms.literal(0))
            case t.Name("ℝ_>=0"):
                return terms.compared(">=", item, terms.literal(0))
            case t.Name():
                return super().membership(terms.whole(item), where, known)
        return super().membership(item, where, known)

    def reasoned(
        self,
        node: t.Binder,
        first: t.Variable,
        rest: tuple[t.Variable, ...],  # noqa: ARG002 - what it replaces takes it
        known: Scope,  # noqa: ARG002 - the same
    ) -> Term:
        """Refuse what cannot be written out: axioms are about arguments that occur."""
        raise NoTerm(f"`{node.kind} {first.name}` runs over more than can be written out")

    def axioms(self) -> Iterator[Expression]:
        """Yield the conditions that stand for the functions, at all arguments that occur.

        Those about one argument may name another (`tanh(-a)`), which then occurs too.
        """
        for _ in range(2):
            for each in list(self.applications.values()):
                for text in single(each.function, {one for one, *_ in self.applications}):
                    yield self.said(text, a=each.arguments[0])
        for one, other in permutations(list(self.applications.values()), 2):
            if one.function != other.function:
                continue
            equal = terms.both(*map(_equal, one.arguments, other.arguments))
            yield terms.implication(equal, _equal(one.value, other.value))
            for text in AXIOMS[one.function].pairs if one.function in AXIOMS else ():
                yield self.said(text, a=one.arguments[0], b=other.arguments[0])

    def said(self, text: str, **given: Term) -> Expression:
        """Return an axiom about some arguments as a condition."""
        return self.term(_tree(text), given).value


def single(function: str, beside: set[str]) -> tuple[str, ...]:
    """Return the axioms about one argument, those included that need another function."""
    found: Axioms = AXIOMS.get(function, Axioms(()))
    more = (said for other, said in found.beside.items() if other in beside)
    return (*found.single, *(text for said in more for text in said))


def _equal(one: Term, other: Term) -> Expression:
    return terms.compared("=", one, other).value


def _tree(text: str) -> t.Node:
    """Read what pv itself wrote."""
    read = parse(text)
    if isinstance(read, Fault):
        raise AssertionError(read.message)  # noqa: TRY004 - a bug in pv, not a wrong type
    return read
