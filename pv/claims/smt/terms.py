"""Integers, truth values and exact reals as z3 terms; the first two mean what evaluating gives.

The only module that imports z3, which comes with the extra `symbolic`. Integers have any size, `//`
and `%` round as Python's do, and each term carries where it is defined: evaluating `n // 0` gives
no value, while z3 would give it any.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple, TypeAlias

import z3

from pv.claims.machine_types import NAMED

Expression: TypeAlias = Any
"""An expression of z3, of sort Bool, Int or Real; z3 gives its operators no types."""


class NoTerm(Exception):  # noqa: N818 - a fact about a claim, not a failure
    """This construct has no term over integers and truth values; the message says which."""


class Term(NamedTuple):
    """A part of a claim as an expression, and the condition under which it has that value."""

    value: Expression
    """A term of sort Int, Bool, or Real where a decimal number is compared with."""
    defined: Expression
    """A term of sort Bool."""
    rounds: bool = False
    """A decimal number that stands for a float: it may be compared, but reckoning would round."""


class Solution(NamedTuple):
    """The answer of z3 to some conditions."""

    values: Mapping[str, float] | None = None
    """Values of the variables that meet them all; those left out may be anything."""
    none: bool = False
    """There are no such values among all integers and reals."""
    reason: str = ""
    """The reason that z3 gives for saying neither."""


TRUE = z3.BoolVal(val=True)
FALSE = z3.BoolVal(val=False)


def variable(name: str, *, boolean: bool = False) -> Term:
    """Return an unknown integer or truth value."""
    return Term(z3.Bool(name) if boolean else z3.Int(name), TRUE)


def literal(value: float) -> Term:
    """Return a number or truth value; decimals are exact, as the floats that they are."""
    if isinstance(value, bool):
        return Term(z3.BoolVal(value), TRUE)
    if isinstance(value, int):
        return Term(z3.IntVal(value), TRUE)
    return Term(z3.RealVal(str(Fraction(value))), TRUE, rounds=True)


def real_variable(name: str) -> Term:
    """Return an unknown real number."""
    return Term(z3.Real(name), TRUE)


def real_literal(value: float) -> Term:
    """Return the real number that a decimal writes, not the float next to it."""
    return Term(z3.RealVal(str(Fraction(str(value)))), TRUE)


def real(term: Term) -> Term:
    """Return a number among the reals, where `/` does not round."""
    value = exact(term).value
    return Term(z3.ToReal(value) if z3.is_int(value) else value, term.defined)


def same_text(term: Term) -> str:
    """Return a text that two terms share only if they are equal."""
    return str(z3.simplify(term.value).sexpr())


def holds(claim: Term) -> Expression:
    """Return the condition that a claim has a value and is true."""
    return z3.And(claim.defined, truth(claim).value)


def solve(conditions: Iterable[Expression], seconds: float) -> Solution:
    """Search for integers that meet all conditions; what is negated and has none is proved."""
    solver = z3.Solver()
    solver.set("timeout", max(1, int(1000 * seconds)))
    solver.add(*conditions)
    answer = solver.check()
    if answer == z3.unsat:
        return Solution(none=True)
    if answer == z3.unknown:
        return Solution(reason=f"z3 gave up: {solver.reason_unknown()}")
    model = solver.model()
    return Solution({each.name(): _plain(model[each]) for each in model if not each.arity()})


def smtlib(term: Term) -> str:
    """Return a term on one line, as SMT-LIB writes it."""
    return " ".join(term.value.sexpr().split())


def constant(term: Term) -> int | None:
    """Return the integer that a term is, if it is the same whatever its variables are."""
    value = z3.simplify(whole(term).value)
    known = z3.is_int_value(value) and z3.is_true(z3.simplify(term.defined))
    return int(value.as_long()) if known else None


def implication(premise: Expression, claim: Expression) -> Expression:
    """Return the condition that one condition implies another."""
    return z3.Implies(premise, claim)


def negation(claim: Expression) -> Expression:
    """Return the condition that another one does not hold."""
    return z3.Not(claim)


def is_truth(term: Term) -> bool:
    """Return whether a term is a truth value."""
    return bool(z3.is_bool(term.value))


def always(condition: Expression) -> bool:
    """Return whether a condition holds as it is written."""
    return bool(z3.is_true(condition))


def both(*conditions: Expression) -> Expression:
    """Return the condition that all of them hold, those left out that always do."""
    said = [each for each in conditions if not z3.is_true(each)]
    return z3.And(*said) if len(said) > 1 else said[0] if said else TRUE


def truth(term: Term) -> Term:
    """Return a term that must be true or false."""
    if not z3.is_bool(term.value):
        raise NoTerm("a number stands where something true or false is needed")
    return term


def number(term: Term) -> Term:
    """Return a term that must be a number."""
    if z3.is_bool(term.value):
        raise NoTerm("a truth value stands where a number is needed")
    return term


def whole(term: Term) -> Term:
    """Return a term that must be an integer: reckoning with decimals rounds."""
    if not z3.is_int(term.value):
        raise NoTerm("reckoning with decimals rounds; only integers are exact")
    return term


def exact(term: Term) -> Term:
    """Return a term that must be an integer or an exact real."""
    return whole(term) if term.rounds or z3.is_bool(term.value) else term


def negative(term: Term) -> Term:
    """Return -x."""
    return Term(-exact(term).value, term.defined)


def magnitude(term: Term) -> Term:
    """Return |x|."""
    value = exact(term).value
    return Term(z3.If(value < 0, -value, value), term.defined)


def opposite(term: Term) -> Term:
    """Return `not x`."""
    return Term(z3.Not(truth(term).value), term.defined)


def arithmetic(word: str, left: Term, right: Term) -> Term:
    """Return `a + b` and its kin over integers; `/` where one side is an exact real."""
    a, b = exact(left).value, exact(right).value
    defined = both(left.defined, right.defined)
    match word:
        case "+":
            return Term(a + b, defined)
        case "-":
            return Term(a - b, defined)
        case "*" | "·" | "@":
            return Term(a * b, defined)
        case "//":
            a, b = whole(left).value, whole(right).value
            return Term(_quotient(a, b), both(defined, _nonzero(b)))
        case "%":
            a, b = whole(left).value, whole(right).value
            return Term(_remainder(a, b), both(defined, _nonzero(b)))
        case "/" if z3.is_real(a) or z3.is_real(b):
            return Term(a / b, both(defined, b != 0))
        case "/":
            raise NoTerm("`/` leaves the integers: write `//` or floor(a / b)")
    raise NoTerm(f"`{word}` has no term over integers")


def power(base: Term, exponent: int) -> Term:
    """Return base^exponent, a product; 0^0 is 1."""
    value = exact(base).value
    return Term(reduce(lambda a, b: a * b, [value] * exponent, z3.IntVal(1)), base.defined)


def joined(word: str, left: Term, right: Term) -> Term:
    """Join claims; what stands behind a deciding left side need not be defined."""
    a, b = truth(left).value, truth(right).value
    match word:
        case "and":
            return Term(z3.And(a, b), _reached(left, a, right))
        case "or":
            return Term(z3.Or(a, b), _reached(left, z3.Not(a), right))
        case "implies":
            return Term(z3.Implies(a, b), _reached(left, a, right))
        case "iff":
            return Term(a == b, both(left.defined, right.defined))
        case "xor":
            return Term(z3.Xor(a, b), both(left.defined, right.defined))
    raise NoTerm(f"`{word}` has no truth value")


def compared(word: str, left: Term, right: Term) -> Term:
    """Compare two terms exactly; a truth value equals no number, and has no order."""
    defined = both(left.defined, right.defined)
    if word in {"=", "≈", "!="}:
        mixed = z3.is_bool(left.value) != z3.is_bool(right.value)
        equal = FALSE if mixed else left.value == right.value
        return Term(z3.Not(equal) if word == "!=" else equal, defined)
    if word not in _ORDER:
        raise NoTerm(f"`{word}` has no truth value that could be computed")
    return Term(_ORDER[word](number(left).value, number(right).value), defined)


def one_of(item: Term, items: Sequence[Term]) -> Term:
    """Say that an item equals one of some, all of which are evaluated."""
    equal = [compared("=", item, each).value for each in items]
    return Term(z3.Or(*equal), both(item.defined, *(each.defined for each in items)))


def of_kind(item: Term, kind: str) -> Term:
    """Say that an item is in a set of numbers, or a truth value."""
    if kind not in NAMED and kind != "bool":
        raise NoTerm(f"`{kind}` is no set of integers or truth values")
    if z3.is_bool(item.value) or kind == "bool":
        return Term(z3.BoolVal(z3.is_bool(item.value) and kind == "bool"), item.defined)
    low = NAMED[kind].low
    least = None if low is None else low + NAMED[kind].open_low
    return Term(TRUE if least is None else whole(item).value >= least, item.defined)


def chosen(condition: Term, then: Term, otherwise: Term) -> Term:
    """Return `then if condition else otherwise`; only the one that is chosen must be defined."""
    if z3.is_bool(then.value) != z3.is_bool(otherwise.value):
        raise NoTerm("the two cases are of different kinds")
    test = truth(condition).value
    defined = z3.If(test, then.defined, otherwise.defined)
    certain = z3.is_true(then.defined) and z3.is_true(otherwise.defined)
    return Term(
        z3.If(test, then.value, otherwise.value),
        both(condition.defined, TRUE if certain else defined),
        then.rounds or otherwise.rounds,
    )


def reduced(word: str, items: Sequence[Term]) -> Term:
    """Return the sum, product, greatest or least of some numbers."""
    if word in {"min", "max"} and not items:
        raise NoTerm(f"{word} of nothing has no value")
    values = [exact(item).value for item in items]
    defined = both(*(item.defined for item in items))
    match word:
        case "sum":
            return Term(z3.Sum(*values) if values else z3.IntVal(0), defined)
        case "prod" | "product":
            return Term(z3.Product(*values) if values else z3.IntVal(1), defined)
        case "min":
            return Term(reduce(lambda a, b: z3.If(b < a, b, a), values), defined)
        case "max":
            return Term(reduce(lambda a, b: z3.If(b > a, b, a), values), defined)
    raise NoTerm(f"`{word}` has no term over integers")


def quantified(word: str, bound: Term, inside: Term, body: Term) -> Term:
    """Say a claim of all values of a variable, or of some; `inside` is where it runs.

    It counts as defined where the claim is for every value, also behind one that decides.
    """
    value = bound.value
    reaches, claim = truth(inside).value, truth(body).value
    every = z3.ForAll([value], z3.Implies(reaches, claim))
    some = z3.Exists([value], z3.And(reaches, claim))
    total = z3.is_true(body.defined)
    defined = TRUE if total else z3.ForAll([value], z3.Implies(reaches, body.defined))
    return Term(every if word == "forall" else some, both(inside.defined, defined))


def _reached(left: Term, when: Expression, right: Term) -> Expression:
    """Return the condition that both are defined; the right side only if it is evaluated."""
    rest = TRUE if z3.is_true(right.defined) else z3.Implies(when, right.defined)
    return both(left.defined, rest)


def _quotient(a: Expression, b: Expression) -> Expression:
    """Round down, as Python does; z3 leaves a remainder that is not negative."""
    if z3.is_int_value(b):
        return a / b if b.as_long() > 0 else (-a) / z3.IntVal(-b.as_long())
    return z3.If(b > 0, a / b, (-a) / (-b))


def _remainder(a: Expression, b: Expression) -> Expression:
    """Take the sign of the divisor, as Python does."""
    if z3.is_int_value(b) and b.as_long() > 0:
        return a % b
    return a - b * _quotient(a, b)


def _nonzero(b: Expression) -> Expression:
    return z3.BoolVal(b.as_long() != 0) if z3.is_int_value(b) else b != 0


def _plain(value: Expression) -> float:
    """Return a value of a model; a real is the float next to it."""
    if z3.is_bool(value):
        return bool(z3.is_true(value))
    if z3.is_int_value(value):
        return int(value.as_long())
    near = value.approx(_DIGITS) if z3.is_algebraic_value(value) else value
    try:
        return float(near.as_fraction())
    except OverflowError:
        return math.copysign(math.inf, near.numerator_as_long())


_DIGITS = 20
"""Decimal places to which a root is taken."""


_ORDER: Mapping[str, Callable[[Expression, Expression], Expression]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
