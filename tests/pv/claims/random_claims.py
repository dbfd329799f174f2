"""Random claims: a grammar that makes them, and a writer that knows the documented precedence.

A claim is a nest of tuples (see `reference_evaluator`). It is written with brackets only where the
table of operators in docs/claim-language.md asks for them, each operator in any of its spellings.
"""

import math
from functools import partial

HUGE = 2**53
REDUCTIONS = ("sum", "sum", "prod", "max", "min", "argmax", "argmin")
TEXTS = ("", "a", "ab", "a'b", 'c"\n')
LITERALS = (0, 1, 2, 3, 7, 10, 1000, HUGE)
NAMES = {
    "int": ("a", "b", "n"), "real": ("x", "y"), "bool": ("ok", "p"), "text": ("s", "t"),
    "tuple": ("xs",), "vector": ("v", "w"),
}  # fmt: skip
VALUES = {
    "int": (-7, -2, -1, 0, 1, 2, 3, 5, 12, HUGE + 1, -HUGE),
    "real": (-2.5, -1.0, -0.0, 0.0, 0.125, 0.5, 1.0, 3.0, 1e300, math.inf, -math.inf, math.nan),
    "bool": (True, False), "text": ("", "a", "ab", "b a\nab", "ab\n"),
    "tuple": ((3, 1, 2), (), (0,), (5, 5, -1)),
    "vector": ([1.0, 2.0, 4.0], [0.0, -1.0, 0.5], [3.0, math.inf, 1.0], [2.0, math.nan, 0.25]),
}  # fmt: skip


def some_values(rng, kinds):
    """Return a value for each name of some kinds; beside vectors, integers are small."""
    drawn = {name: rng.choice(VALUES[kind]) for kind in kinds for name in NAMES[kind]}
    small = "vector" in kinds
    return {n: v % 100 if small and type(v) is int else v for n, v in drawn.items()}


class Grammar:
    """Makes claims, at most `depth` deep; each method makes those of one kind."""

    def __init__(self, rng, *, vectors=False, mistaken=False):
        self.rng, self.vectors, self.mistaken = rng, vectors, mistaken
        self.bound = []
        """Variables of the quantifiers and sums around; each is an integer."""

    def claim(self, depth):
        """Make anything that a text may be."""
        kinds = [self.bool, self.bool, self.bool, self.int, self.real, self.set]
        return self.rng.choice([*kinds, self.defined, *([self.vector] * self.vectors)])(depth)

    def one_of(self, depth, simple, *composed):
        """Make something simple, or something composed of parts that are less deep."""
        deep = depth > 0 and self.rng.random() < 0.9
        return self.rng.choice(composed if deep else simple)(*([depth - 1] * deep))

    def name(self, kind):
        return ("name", self.rng.choice((*NAMES[kind], *self.bound * 2 * (kind == "int"))))

    def parts(self, word, *makers):
        """Return what makes a node with a word out of these parts."""
        return lambda depth: (word, *(make(depth) for make in makers))

    def called(self, word, *makers):
        return lambda depth: ("call", word, *(make(depth) for make in makers))

    def number(self, depth):
        return self.rng.choice([self.int, self.real] if depth else [self.int])(depth)

    def int(self, depth):
        """Make an integer; if mistakes are to be made, a truth value now and then."""
        if self.mistaken and self.rng.random() < 0.03:
            return self.bool(0)
        number, integer, rng = partial(self.number), self.int, self.rng
        return self.one_of(
            depth,
            [lambda: ("number", rng.choice(LITERALS[: None if self.vectors == 0 else -1])),
             lambda: self.name("int")],
            *(self.parts(word, integer, integer) for word in ("+", "-", "*", "+", "-", "//", "%")),
            self.parts("sign", integer), self.parts("|", integer),
            lambda d: ("^", integer(d), ("number", rng.choice([0, 1, 2, 2, 3]))),
            lambda d: ("if", integer(d), self.condition(d), integer(d)),
            *[lambda d: self.over(rng.choice(REDUCTIONS), integer, d)] * 5,
            self.called("abs", integer), self.called("min", integer, integer),
            self.called("max", integer, integer, integer),
            lambda d: ("call", rng.choice(["floor", "ceil"]), ("/", integer(d), integer(d))),
            lambda d: ("call", rng.choice(["floor", "ceil", "round"]), number(d)),
            lambda d: ("[", self.tuple(d), integer(min(d, 1))),
            lambda d: ("call", rng.choice(["count", "sum", "max", "min"]), self.many(d)),
            lambda d: ("|", self.set(d)),
            lambda d: ("call", "length", self.text(d)),
        )  # fmt: skip

    def real(self, depth):
        number, rng = self.number, self.rng
        more = [
            lambda d: ("[", self.vector(d), self.int(0)),
            lambda d: ("call", rng.choice(["sum", "max", "min", "mean", "norm"]), self.vector(d)),
            self.called("dot", self.vector, self.vector),
        ] * self.vectors
        return self.one_of(
            depth,
            [lambda: ("number", rng.choice([0.5, 0.25, 2.0, 1e-6, 0.0])), lambda: self.name("real"),
             lambda: ("constant", rng.choice([math.inf, math.pi]))],
            *(self.parts(word, self.real, number) for word in ("+", "-", "*", "/", "//", "%")),
            *(self.parts(word, number, self.real) for word in ("+", "-", "*", "/")),
            lambda d: ("^", number(d), self.real(0)),
            self.parts("/", number, number), self.parts("sign", self.real),
            self.parts("|", self.real), self.called("√", number), self.called("sqrt", number),
            lambda d: ("^", self.real(d), ("number", rng.choice([0, 2, 3]))),
            lambda d: ("^", self.int(d), ("sign", ("number", rng.choice([1, 2])))),
            lambda d: ("if", self.real(d), self.condition(d), number(d)),
            lambda d: self.over(rng.choice(["sum", "prod", "max", "min", "mean"]), self.real, d),
            self.called("max", self.real, number), self.called("min", number, self.real),
            *more,
        )  # fmt: skip

    def bool(self, depth):
        """Make a truth value; if mistakes are to be made, a number now and then."""
        if self.mistaken and self.rng.random() < 0.1:
            return self.int(0)
        claim, rng = self.bool, self.rng
        return self.one_of(
            depth,
            [lambda: ("constant", rng.choice([True, False])), lambda: self.name("bool")],
            *(self.parts(word, claim, claim) for word in ("and", "or", "implies", "iff", "xor")),
            self.parts("not", claim), *[self.ordered] * 4, *[self.member] * 3,
            lambda d: self.over(rng.choice(["forall", "exists"]), claim, d),
            lambda d: self.over(rng.choice(["forall", "exists"]), claim, d),
            lambda d: ("if", claim(d), self.condition(d), claim(d)),
            lambda d: ("chain", claim(d), (rng.choice(["=", "!="]), claim(d))),
            lambda d: ("chain", self.set(d), (rng.choice(["=", "!=", "⊆"]), self.set(d))),
            lambda d: ("chain", self.tuple(d), (rng.choice(["=", "!="]), self.tuple(d))),
            lambda d: ("chain", self.text(d), (rng.choice(["=", "!=", "<", ">="]), self.text(d))),
            *(self.called(word, self.text, self.text)
              for word in ("contains", "starts_with", "ends_with")),
            self.called("is_finite", self.number),
            *[self.of_vectors] * self.vectors,
        )  # fmt: skip

    def of_vectors(self, depth):
        other = self.rng.choice([self.vector, self.number])(depth)
        return ("chain", self.vector(depth), (self.rng.choice(["=", "<", "<="]), other))

    def condition(self, depth):
        """Make a claim about numbers: of an array, a conditional asks each item."""
        outer, self.vectors = self.vectors, False
        found = self.bool(depth)
        self.vectors = outer
        return found

    def ordered(self, depth):
        make = self.rng.choice([self.int, self.number])
        links = ((self.rng.choice(["=", "!=", "<", "<=", ">", ">="]), make(depth))
                 for _ in range(self.rng.choice([1, 1, 1, 2, 3])))  # fmt: skip
        return ("chain", make(depth), *links)

    def member(self, depth):
        opens, closes = self.rng.choice("[("), self.rng.choice("])")
        where = self.rng.choice([
            lambda: ("range", self.int(depth), self.int(depth)), lambda: self.set(depth),
            lambda: ("interval", self.number(depth), self.number(depth), opens, closes),
        ])()  # fmt: skip
        return ("chain", self.number(depth), (self.rng.choice(["in", "in", "not in"]), where))

    def over(self, word, make, depth):
        """Make a quantifier, a sum or one of its kin, over few integers."""
        domain = self.few(depth)
        name = self.rng.choice(sorted({"i", "j", "k"} - {*self.bound}) or ["i"])
        self.bound.append(name)
        condition = self.bool(min(depth, 1)) if self.rng.random() < 0.2 else None
        body = make(depth)
        self.bound.pop()
        return (word, name, domain, condition, body)

    def few(self, depth):
        low = self.rng.choice([0, 1, 1, 2])
        ends = ("range", ("number", low), ("number", low + self.rng.choice([-1, 1, 2, 3])))
        sets = self.rng.choice([self.set, self.tuple])
        return ends if self.rng.random() < 0.7 else sets(min(depth, 1))

    def set(self, depth):
        """Make a set of numbers, without mistakes: a truth value may be a member."""
        outer, self.mistaken = self.mistaken, False
        found = self.set_of_numbers(depth)
        self.mistaken = outer
        return found

    def set_of_numbers(self, depth):
        kinds = [self.int, self.int, self.int, self.real]
        return self.one_of(
            depth,
            [lambda: ("set", *(self.rng.choice(kinds)(0) for _ in range(self.rng.randint(1, 3))))],
            lambda d: ("set", *(self.int(d) for _ in range(self.rng.randint(1, 3)))),
            *(self.parts(word, self.set, self.set) for word in "∪∩\\"),
            lambda d: (*self.over("those", self.bool, d)[:3], self.bool(d)),
        )

    def many(self, depth):
        return self.rng.choice([self.tuple, self.set])(depth)

    def tuple(self, depth):
        return self.one_of(
            depth,
            [lambda: self.name("tuple")],
            lambda d: ("tuple", *(self.int(d) for _ in range(3))),
            lambda _: ("name", "xs"),
        )

    def text(self, depth):
        return self.one_of(
            depth,
            [lambda: ("text", self.rng.choice(TEXTS)), lambda: self.name("text")],
            lambda d: ("if", self.text(d), self.condition(d), self.text(d)),
        )

    def vector(self, depth):
        return self.one_of(
            depth,
            [lambda: self.name("vector")],
            *(self.parts(word, self.vector, self.vector) for word in "+-*/"),
            *(self.parts(word, self.vector, self.number) for word in "+-*/"),
            self.parts("*", self.number, self.vector), self.parts("sign", self.vector),
        )  # fmt: skip

    def defined(self, depth):
        """Make a claim with a local definition."""
        if self.rng.random() < 0.5:
            self.bound.append("q")
            body = self.rng.choice([self.bool, self.int])(depth)
            self.bound.pop()
            return ("where", body, "q", self.int(depth))
        self.bound.append("m")
        what = self.int(depth)
        self.bound.pop()
        call = ("call", "f", self.int(depth))
        return ("function", ("chain", call, ("<=", self.int(depth))), "f", "m", what)


def smaller(node):
    """Yield the parts of a claim, and the claim with one part replaced by a part of it."""
    places = [at for at, part in enumerate(node) if isinstance(part, tuple) and part]
    for at in places:
        yield node[at]
    for at in places:
        for part in smaller(node[at]):
            yield (*node[:at], part, *node[at + 1 :])


SPELLINGS = {
    "=": ("=", "==", "≡"), "!=": ("!=", "≠"), "<=": ("<=", "≤"), ">=": (">=", "≥"),
    "in": ("in", "∈"), "not in": ("not in", "∉"), "⊆": ("⊆",),
    "and": ("and", "∧", "&&"), "or": ("or", "∨", "||"), "xor": ("xor", "⊕"), "\\": ("\\", "∖"),
    "implies": ("implies", "⟹", "⇒", "=>"), "iff": ("iff", "⟺", "⇔", "<=>"),
    "-": ("-", "−"), "*": ("*", "×"), "%": ("%", "mod"),
    "forall": ("forall", "∀", "for_all"), "exists": ("exists", "∃"),
    "sum": ("Σ", "sum"), "prod": ("Π", "prod"),
}  # fmt: skip
(
    IF, IFF, IMPLIES, XOR, OR, AND, NOT, CHAIN, SETS, RANGE, SUM, REDUCTION, PRODUCT, SIGN, POWER,
    ATOM,
) = range(16)  # fmt: skip
TIGHTNESS = {
    "iff": IFF, "implies": IMPLIES, "xor": XOR, "or": OR, "and": AND,
    "∪": SETS, "∩": SETS, "\\": SETS, "+": SUM, "-": SUM,
    "*": PRODUCT, "/": PRODUCT, "//": PRODUCT, "%": PRODUCT, "^": POWER,
}  # fmt: skip
SUPER = {2: "²", 3: "³"}
RIGHT = {"implies", "^"}
"""Operators that group to the right; the others do to the left."""


class Writer:
    """Writes claims as text."""

    def __init__(self, rng):
        self.rng = rng

    def line(self, node):
        """Return the text of a claim; what stands behind `where` stands there only at its end."""
        match node:
            case ("where", body, name, what):
                return f"{self.within(body, IFF)} where {name} = {self.within(what, SUM)}"
            case ("function", body, name, parameter, what):
                said = f"{name}({parameter}) = {self.within(what, SUM)}"
                return f"{self.within(body, IFF)} where {said}"
        return self.text(node)[0]

    def within(self, node, least):
        """Return the text of a part, in brackets if it binds more loosely than is needed here."""
        text, tightness = self.text(node)
        return text if tightness >= least and self.rng.random() < 0.95 else f"({text})"

    def spelled(self, word):
        return self.rng.choice(SPELLINGS.get(word, (word,)))

    def text(self, node):
        """Return a text, and how tightly it binds."""
        match node:
            case ("number", int() as known) if known >= 1000:
                return (f"{known:_}" if self.rng.random() < 0.5 else str(known)), ATOM
            case ("constant", known) if not isinstance(known, bool):
                return self.rng.choice(("inf", "∞") if known == math.inf else ("pi", "π")), ATOM
            case ("number" | "constant", known):
                return str(known).lower(), ATOM
            case ("text", known):
                mark = self.rng.choice("\"'")
                inside = known.replace("\\", "\\\\").replace(mark, f"\\{mark}").replace("\n", "\\n")
                return f"{mark}{inside}{mark}", ATOM
            case ("name", name):
                return name, ATOM
            case ("not", claim):
                return f"{self.rng.choice(['not ', '¬', '!'])}{self.within(claim, NOT)}", NOT
            case ("sign", operand):
                return f"{self.spelled('-')}{self.within(operand, POWER)}", SIGN
            case ("call", "√", operand):
                return f"√{self.within(operand, POWER)}", SIGN
            case ("|", operand):
                inside = self.within(operand, ATOM)
                return f"|({inside})|" if "|" in inside else f"|{inside}|", ATOM
            case ("^", base, ("number", int(exponent))) if (
                exponent in SUPER and self.rng.random() < 0.5
            ):
                return f"{self.within(base, ATOM)}{SUPER[exponent]}", POWER
            case ("^", base, exponent):
                sign = self.rng.choice(["^", "**"])
                return f"{self.within(base, ATOM)} {sign} {self.within(exponent, POWER)}", POWER
            case ("if", then, claim, otherwise):
                # behind an equality, a conditional is its right side
                first, second = self.within(then, SETS), self.within(claim, IFF)
                return f"{first} if {second} else {self.within(otherwise, IFF)}", IF
            case ("chain", first, *links):  # what is equal to a claim is equal to all behind it
                parts = (
                    f" {self.spelled(word)} {self.within(right, SETS)}" for word, right in links
                )
                claims = {"not", "chain", "if", "and", "or", "xor", "iff", "implies"}
                of_claims = {first[0], *(right[0] for _, right in links)} & claims
                return self.within(first, SETS) + "".join(parts), IF if of_claims else CHAIN
            case ("range", low, high):
                return f"{self.within(low, SUM)}..{self.within(high, SUM)}", RANGE
            case ("interval", low, high, opens, closes):
                return f"{opens}{self.within(low, SUM)}, {self.within(high, SUM)}{closes}", ATOM
            case ("set", *items):
                return f"{{{self.listed(items)}}}", ATOM
            case ("tuple", *items):
                return f"({self.listed(items)})", ATOM
            case ("[", collection, index):
                return f"{self.within(collection, ATOM)}[{self.within(index, SUM)}]", ATOM
            case ("call", word, *arguments):
                return f"{word}({self.listed(arguments)})", ATOM
            case ("those", name, domain, condition):
                return (
                    f"{{{name} in {self.within(domain, SETS)} : {self.within(condition, IFF)}}}",
                    ATOM,
                )
            case ("forall" | "exists" as word, name, domain, None, body):
                over = f"{self.spelled(word)} {name} in {self.within(domain, SETS)}"
                return f"{over}: {self.within(body, IFF)}", IF
            case ("forall" | "exists" as word, name, domain, condition, body):
                join = "implies" if word == "forall" else "and"
                return self.text((word, name, domain, None, (join, condition, body)))
            case (word, name, domain, condition, body):
                return self.reduction(word, name, domain, condition, body)
            case ("or", left, right) if left[0] not in {"chain", "not"}:  # `||` may join texts
                sign = self.rng.choice(["or", "∨"])
                return f"{self.within(left, OR)} {sign} {self.within(right, AND)}", OR
            case ("∪" | "∩" | "\\" as word, left, right):  # beside each other they need brackets
                first = self.within(left, SETS if left[0] == word else RANGE)
                return f"{first} {self.spelled(word)} {self.within(right, RANGE)}", SETS
            case ("implies" as word, left, right):  # a chain of them would be prose
                first, second = self.within(left, XOR), self.within(right, XOR)
                return f"{first} {self.spelled(word)} {second}", IMPLIES
            case (word, left, right):
                own = TIGHTNESS[word]
                first = self.within(left, own + (word in RIGHT))
                second = self.within(right, own + (word not in RIGHT))
                return f"{first} {self.spelled(word)} {second}", own
        raise AssertionError(node)

    def reduction(self, word, name, domain, condition, body):
        """Return a sum as it is written with an index below, or with `for` behind it."""
        if condition is not None or self.rng.random() < 0.4:
            limits = "" if condition is None else f" with {self.within(condition, NOT)}"
            over = f"for {name} in {self.within(domain, SETS)}{limits}"
            return f"{word}({self.within(body, SUM)} {over})", ATOM
        if domain[0] == "range" and word in {"sum", "prod"}:
            low, high = (self.within(end, SUM) for end in domain[1:])
            head = f"{self.spelled(word)}_{{{name}={low}}}^{{{high}}}"
            return f"{head} {self.within(body, PRODUCT)}", REDUCTION
        head = f"{word}_{{{name} in {self.within(domain, SETS)}}}"
        return f"{head}({self.text(body)[0]})", REDUCTION

    def listed(self, items):
        return ", ".join(self.within(each, IFF) for each in items)
