"""What claims come to, by docs/claim-language.md alone: written without a look at pv's evaluation.

A claim is a nest of tuples, `("+", ("name", "a"), ("number", 2))`; `random_claims` makes them and
writes them as text. Integers are `int`, reals `float`, sets `frozenset`, vectors `list`.
"""

import math
from fractions import Fraction

MOST_ITEMS, MOST_BITS = 1_000_000, 100_000


class NoValue(Exception):  # noqa: N818 - what the language says of a claim, not a failure
    """This has no value: an integer divided by zero, the greatest of nothing, no such item."""


class PastLimit(NoValue):
    """This has no value because computing it would take too much."""


class NotReal(NoValue):
    """This has no value among the reals; computed item by item it is NaN."""


def value(node, names, near=lambda _a, _b: False):  # noqa: PLR0915 - an arm a construct
    """Return what a claim comes to; reals that are `near` count as equal."""

    def of(part, **more):
        return value(part, {**names, **more}, near)

    def runs(name, domain, condition):
        for item in ordered(of(domain)):
            if condition is None or truth(of(condition, **{name: item})):
                yield item

    match node:
        case ("number" | "text" | "constant", known):
            return known
        case ("name", name):
            return names[name]
        case ("not", claim):
            return not truth(of(claim))
        case ("and", first, second):
            return truth(of(first)) and truth(of(second))
        case ("or", first, second):
            return truth(of(first)) or truth(of(second))
        case ("implies", first, second):
            return not truth(of(first)) or truth(of(second))
        case ("iff", first, second):
            return truth(of(first)) == truth(of(second))
        case ("xor", first, second):
            return truth(of(first)) != truth(of(second))
        case ("if", then, claim, otherwise):
            return of(then) if truth(of(claim)) else of(otherwise)
        case ("chain", first, *links):
            left = of(first)
            for word, right in links:
                if right[0] in {"interval", "range"} and not is_number(left):
                    held = False
                elif right[0] == "interval":
                    held = between(left, right[1:], of)
                elif right[0] == "range":
                    low, high = (lambda end=end: number(of(end)) for end in right[1:])
                    held = low() <= number(left) <= high() and left == math.floor(left)
                elif word in {"in", "not in"}:
                    held = is_member(left, right, of, near)
                else:
                    right = of(right)  # noqa: PLW2901 - the left side of the next pair
                    held = compared(word.removeprefix("not "), left, right, near)
                if held == word.startswith("not "):
                    return False
                left = right
            return True
        case ("sign", operand):
            return itemwise(lambda a: -number(a), of(operand))
        case ("|", operand):
            found = of(operand)
            return abs(number(found)) if not is_many(found) else len(found)
        case ("+" | "-" | "*" | "/" | "//" | "%" | "^" as word, left, right):
            return itemwise(
                lambda a, b: ARITHMETIC[word](number(a), number(b)), of(left), of(right)
            )
        case ("set" | "tuple" as kind, *items):
            return (frozenset if kind == "set" else tuple)(of(each) for each in items)
        case ("range", low, high):
            first, last = whole(of(low)), whole(of(high))
            if last - first >= MOST_ITEMS:
                raise PastLimit("a collection has a million items at most")
            return tuple(range(first, last + 1))
        case ("∪" | "∩" | "\\" as word, left, right):
            return SETS[word](frozenset(of(left)), frozenset(of(right)))
        case ("[", collection, index):
            items, place = of(collection), whole(of(index))
            if not 0 <= place < len(items):
                raise NoValue("there is no such item")
            return items[place]
        case ("forall", name, domain, condition, body):
            return all(truth(of(body, **{name: each})) for each in runs(name, domain, condition))
        case ("exists", name, domain, condition, body):
            return any(truth(of(body, **{name: each})) for each in runs(name, domain, condition))
        case ("those", name, domain, condition):
            return frozenset(runs(name, domain, condition))
        case ("argmax" | "argmin" as word, name, domain, condition, body):
            over = list(runs(name, domain, condition))
            items = [of(body, **{name: each}) for each in over]
            if any(each != each for each in (*over, *items)):  # noqa: PLR0124 - NaN alone differs from itself
                raise PastLimit("where NaN is greatest, nobody asks")
            return over[items.index(REDUCED[word.removeprefix("arg")](items))]
        case (("sum" | "prod" | "max" | "min" | "mean") as word, name, domain, condition, body):
            over = runs(name, domain, condition)
            return REDUCED[word]([number(of(body, **{name: each})) for each in over])
        case ("where", body, name, what):
            return of(body, **{name: of(what)})
        case ("function", body, name, parameter, what):
            return of(body, **{name: lambda given: of(what, **{parameter: given})})
        case ("call", "floor" | "ceil" as word, ("/", left, right)) if (
            isinstance(a := of(left), int) and isinstance(b := of(right), int) and b != 0
        ):
            return (math.floor if word == "floor" else math.ceil)(Fraction(number(a), number(b)))
        case ("call", name, argument) if name in names:
            return names[name](of(argument))
        case ("call", word, *arguments):
            return FUNCTIONS[word](*map(of, arguments))
    raise AssertionError(node)


def truth(found):
    """Return a truth value: a number is none."""
    if not isinstance(found, bool):
        raise NoValue("this is neither true nor false")
    return found


def is_number(found):
    return isinstance(found, int | float) and not isinstance(found, bool)


def number(found):
    """Return a number: a truth value is none."""
    if not is_number(found):
        raise NoValue("this is no number")
    return found


def whole(found):
    if isinstance(found, bool) or not isinstance(found, int):
        raise NoValue("this is no integer")
    return found


def is_many(found):
    return isinstance(found, tuple | frozenset | list)


def ordered(items):
    return sorted(items) if isinstance(items, frozenset) else items


def itemwise(compute, *given):
    """Compute of numbers, or of the items of vectors of one length."""
    sizes = {len(each) for each in given if isinstance(each, list)}
    if not sizes:
        return compute(*given)
    if len(sizes) > 1:
        raise NoValue("sizes must fit")
    spread = [
        each if isinstance(each, list) else [float(number(each))] * max(sizes) for each in given
    ]
    return [compute(*each) for each in zip(*spread, strict=True)]


def divided(a, b):
    """Divide as IEEE 754 says; of two integers by zero there is no quotient."""
    if isinstance(a, int) and isinstance(b, int):
        if b == 0:
            raise NoValue("an integer is divided by zero")
        return float(Fraction(a, b)) or math.copysign(0.0, b)
    a, b = float(a), float(b)
    if b != 0:
        return a / b
    return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)


def quotient(a, b):
    """Round down a quotient; of what is infinite there is no whole part."""
    if b == 0:
        raise NoValue("nothing is divided by zero and rounded")
    if isinstance(a, int) and isinstance(b, int):
        return math.floor(Fraction(a, b))
    a, b = float(a), float(b)
    if not math.isfinite(a) or math.isnan(b):
        return math.nan
    floor = math.floor(Fraction(a) / Fraction(b)) if math.isfinite(b) else -(a * b < 0)
    return float(floor) or math.copysign(0.0, a) * math.copysign(1, b)


def remainder(a, b):
    """Return what is left of a, with the sign of the divisor."""
    if b == 0:
        raise NoValue("there is no remainder")
    if isinstance(a, int) and isinstance(b, int):
        return a - b * math.floor(Fraction(a, b))
    a, b = float(a), float(b)
    if not math.isfinite(a) or not math.isfinite(b):
        return math.nan if not math.isfinite(a) or math.isnan(b) else float(b if a * b < 0 else a)
    left = Fraction(a) - Fraction(b) * math.floor(Fraction(a) / Fraction(b))
    return float(left) or math.copysign(0.0, b)


def power(a, b):
    """Raise to a power: integers exactly; negative numbers have no roots."""
    if isinstance(a, int) and isinstance(b, int):
        if b >= 0 and a.bit_length() * b > MOST_BITS and abs(a) > 1:
            raise PastLimit("an integer has a hundred thousand bits at most")
        if b >= 0:
            return a**b
        if a == 0:
            raise NoValue("zero has no inverse")
        return float(a) ** b
    a, b = float(a), float(b)
    if a == -math.inf and not b.is_integer():
        raise PastLimit("what infinity to a broken power is, nobody asks")
    if a < 0 and math.isfinite(a) and math.isfinite(b) and not b.is_integer():
        raise NotReal("a root of a negative number is not real")
    if a == 0 and b < 0:
        return math.copysign(math.inf, a) if b % 2 == 1 else math.inf
    try:
        return a**b
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf


def root(a):
    if a < 0:
        raise NotReal("a negative number has no root")
    return math.sqrt(a)


def rounded(to):
    def found(a):
        if not math.isfinite(number(a)):
            raise NotReal("there is no integer next to what is not finite")
        return to(Fraction(a))

    return found


def greatest(items, sign=1):
    """Return the greatest of some numbers, NaN if one of them is."""
    if not items:
        raise NoValue("the greatest of nothing")
    nans = [each for each in items if isinstance(each, float) and math.isnan(each)]
    return nans[0] if nans else max(items, key=lambda each: sign * each)


def total(items, start=0):
    for each in items:
        start = ARITHMETIC["+"](start, each)
    return start


def product(items):
    found = 1
    for each in items:
        found = ARITHMETIC["*"](found, each)
    return found


def mean(items):
    if not items:
        raise NoValue("the mean of nothing")
    return divided(float(total(items)), len(items))


def compared(word, left, right, near):
    """Compare two values; an equality of reals has the tolerance, `<` has not."""
    match word:
        case "=":
            return equal(left, right, near)
        case "!=":
            return not equal(left, right, near)
        case "⊆":
            return frozenset(left) <= frozenset(right)
    if isinstance(left, list) or isinstance(right, list):
        return all(itemwise(lambda a, b: compared(word, a, b, near), left, right))
    if word in {">", ">="}:
        left, right, word = right, left, word.replace(">", "<")
    if not (isinstance(left, str) and isinstance(right, str)):
        left, right = number(left), number(right)
    return left < right or (word == "<=" and equal(left, right, near))


def equal(left, right, near):
    """Say whether two values are equal: a truth value only to one, an integer exactly."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) or isinstance(right, list):
        return all(itemwise(lambda a, b: equal(a, b, near), left, right))
    if isinstance(left, frozenset) and isinstance(right, frozenset):
        there, back = ((some, others) for some, others in ((left, right), (right, left)))
        return all(
            any(equal(a, b, near) for b in others) for some, others in (there, back) for a in some
        )
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(lambda a, b: equal(a, b, near), left, right))
    if isinstance(left, float) or isinstance(right, float):
        return left == right or (
            all(isinstance(each, int | float) and math.isfinite(each) for each in (left, right))
            and near(left, right)
        )
    return left == right


def is_member(item, where, of, near):
    """Say whether something is in a set; in a union, whether it is in one of the two."""
    match where:
        case ("∪", left, right):
            first, second = (is_member(item, each, of, near) for each in (left, right))
            return first or second
        case ("∩", left, right):
            first, second = (is_member(item, each, of, near) for each in (left, right))
            return first and second
        case ("\\", left, right):
            first, second = (is_member(item, each, of, near) for each in (left, right))
            return first and not second
    return any(equal(item, each, near) for each in of(where))


def between(item, interval, of):
    """Say whether a number is in an interval: a tolerance does not widen it."""
    low, high, opens, closes = interval
    above = number(of(low)) < number(item) if opens == "(" else number(of(low)) <= number(item)
    if not above:
        return False
    return item < number(of(high)) if closes == ")" else item <= number(of(high))


ARITHMETIC = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": divided, "//": quotient, "%": remainder, "^": power,
}  # fmt: skip
SETS = {
    "∪": lambda a, b: a | b,
    "∩": lambda a, b: frozenset(x for x in a if any(x == y for y in b)),
    "\\": lambda a, b: frozenset(x for x in a if not any(x == y for y in b)),
}
"""NaN is no member of `{NaN}`, and stays in `{NaN} \\ {NaN}`: it equals nothing."""
REDUCED = {
    "sum": total, "prod": product, "mean": mean,
    "max": greatest, "min": lambda items: greatest(items, -1),
}  # fmt: skip
FUNCTIONS = {
    "abs": lambda a: abs(number(a)), "floor": rounded(math.floor), "ceil": rounded(math.ceil),
    "round": rounded(round), "√": lambda a: root(number(a)), "sqrt": lambda a: root(number(a)),
    "is_finite": lambda a: math.isfinite(number(a)),
    "max": lambda *given: greatest(_numbers(given)),
    "min": lambda *given: greatest(_numbers(given), -1),
    "sum": lambda given: total(_numbers([given])), "mean": lambda given: mean(_numbers([given])),
    "count": len, "length": len, "contains": lambda a, b: b in a,
    "starts_with": lambda a, b: a[: len(b)] == b,
    "ends_with": lambda a, b: len(b) <= len(a) and a[len(a) - len(b) :] == b,
    "dot": lambda a, b: total(itemwise(ARITHMETIC["*"], a, b)),
    "norm": lambda a: math.sqrt(total([each * each for each in a])),
}  # fmt: skip


def _numbers(given):
    items = ordered(given[0]) if len(given) == 1 and is_many(given[0]) else given
    return [number(each) for each in items]
