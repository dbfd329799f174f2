"""Read conditions: operators by precedence, calls, subscripts, norms, sums and sets."""

from math import isfinite
from typing import NoReturn

from pv.claims.faults import Fault
from pv.claims.lexer import Token, unescape, unreadable
from pv.claims.precedence import (
    BINARY,
    BOOLEAN,
    COMPARE,
    COMPARISON,
    NOT,
    PRODUCT,
    RANGE,
    SIGN,
)
from pv.claims.stop import Stop
from pv.claims.tree import (
    Binary,
    Binder,
    Call,
    Comparison,
    Conditional,
    Constant,
    Index,
    Interval,
    Member,
    Name,
    Node,
    Number,
    Range,
    Set,
    Slice,
    Span,
    String,
    Tuple,
    Unary,
    Variable,
    names,
)

CONSTANTS = {"true": True, "false": False, "null": None, "True": True, "False": False}
SYNONYMS = {"infinity": "inf", "Inf": "inf", "∞": "inf"}
NUMBER_SETS = {"R": "ℝ", "Z": "ℤ", "N": "ℕ"}
REDUCTIONS = {
    "Σ": "sum", "∑": "sum", "sum": "sum", "Π": "prod", "∏": "prod", "prod": "prod", "max": "max",
    "min": "min", "mean": "mean", "argmax": "argmax", "argmin": "argmin",
}  # fmt: skip
"""What begins a sum or its kin -> the kind of binder."""
_SIGNS = frozenset("Σ∑Π∏")
PREDICATES = {"finite": "is_finite", "NaN": "is_nan", "infinite": "is_infinite"}
_DIVERGENCES = ("KL", "JS", "D_KL", "D_JS")
NORM = "‖"
"""What bars of a norm call; a contract may have a function `norm` of its own."""
_PREFIXED = frozenset({"log", "ln", "exp", "sin", "cos", "tanh"})
"""Functions that are also written without brackets: `log P(x)`."""
_UNITS = frozenset("KMGTB")

_BEFORE_GROUP = frozenset({"*", "/", "+", "-", *REDUCTIONS})
"""Behind these, `[a + b]` are brackets like any other, and no list."""

MAX_DEPTH = 100
MAX_DIGITS = 400


class Expressions:
    """A reader over tokens; `statements` builds on it."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0
        self.bars: list[str] = []
        """Bars of absolute values and norms that are open here."""
        self.dimensions = False
        """Inside the braces of `ℝ^{n×d}`, where × and x separate sizes."""

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    @property
    def before(self) -> Token:
        return self.tokens[self.position - 1]

    def next(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def ahead(self, steps: int = 1) -> Token:
        return self.tokens[min(self.position + steps, len(self.tokens) - 1)]

    def at(self, *words: str) -> bool:
        return self.token.kind == "operator" and self.token.text in words

    def at_name(self, *words: str) -> bool:
        return self.token.kind == "name" and self.token.text in words

    def touches(self) -> bool:
        """Whether no space stands before the next token."""
        return self.position > 0 and self.token.start == self.before.end

    def take(self, word: str) -> bool:
        found = self.at(word)
        self.position += found
        return found

    def close(self, word: str, opening: Token) -> Token:
        if not self.at(word):
            self.stop(f"`{opening.text}` is still open here", f"close it with `{word}`")
        return self.next()

    def stop(self, message: str, remedy: str) -> NoReturn:
        token = self.token
        if token.kind == "odd":
            raise Stop(unreadable(token, self.tokens[-1].end))
        raise Stop(Fault(token.start, max(token.end, token.start + 1), message, remedy))

    def fault(self, node: Node, message: str, remedy: str) -> NoReturn:
        raise Stop(Fault(node.span.start, node.span.end, message, remedy))

    # conditions and operators

    def condition(self) -> Node:
        then = self.binary(0)
        if self.at("if"):
            return self.cases(then)
        return then

    def cases(self, then: Node) -> Node:
        """Read `a if c else b`, `a if c, b if d, e otherwise`; without an end, `c implies a`."""
        opening = self.next()
        condition = self.binary(0)
        comma = self.at(",")
        if self.at("else") or (comma and self.ahead().text == "else"):
            self.position += 1 + comma
            self.take("if")
            other = self.condition()
        elif comma and self.has_later_case():
            self.next()
            other = self.binary(0)
            if self.at("if"):
                other = self.cases(other)
            elif not self.take("otherwise"):
                self.stop("the last case needs `otherwise`", "write `a if c, b otherwise`")
        else:
            return self.under(condition, then, opening)
        return split_cases(then, condition, other)

    def has_later_case(self) -> bool:
        later = self.tokens[self.position :]
        return any(token.text in {"otherwise", "if"} for token in later)

    def under(self, condition: Node, then: Node, opening: Token) -> Node:
        if not is_boolean(then) or isinstance(then, Name):
            raise Stop(
                Fault(
                    opening.start, opening.end, "`if` needs an `else` here", "write `a if c else b`"
                )
            )
        return Binary("implies", condition, then, _between(then, condition))

    def deeper(self) -> None:
        """Count the nesting; every way down passes through here."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.stop(f"nested more than {MAX_DEPTH} deep", "name the parts")

    def binary(self, floor: int) -> Node:
        self.deeper()
        if self.at("forall", "exists"):
            left: Node = self.quantified()
        else:
            left = self.operations(self.unary(), floor)
        self.depth -= 1
        return left

    def operations(self, left: Node, floor: int) -> Node:
        while True:
            if self.at_name("are") and floor <= BINARY["and"][0]:
                left = self.predicates(left)
                continue
            if self.token.kind != "operator":
                if floor > PRODUCT or not self.multiplies(left):
                    break
                right = self.binary(PRODUCT + 1)
                left = Binary("*", left, right, _between(left, right))
                continue
            word = self.token.text
            if word in COMPARE or (word == "not" and self.ahead().text == "in"):
                if floor > COMPARISON:
                    break
                left = self.comparison(left)
            elif word == "is":
                left = self.predicate(left)
            elif word == "..":
                if floor > RANGE:
                    break
                self.next()
                high = self.binary(RANGE + 1)
                left = Range(left, high, _between(left, high))
            elif word == "||" and not (self.bars and self.bars[-1] == "||"):
                if floor > BINARY["or"][0]:
                    break
                self.next()
                right = self.binary(BINARY["or"][0] + 1)
                left = Binary("or", left, right, _between(left, right))
            elif word == "×":
                if self.dimensions or floor > PRODUCT:
                    break
                self.next()
                right = self.binary(PRODUCT + 1)
                left = Binary("*", left, right, _between(left, right))
            elif word in BINARY and BINARY[word][0] >= floor:
                if self.ends_with_star(word):
                    break
                left = self.operation(left, self.next())
            elif floor <= PRODUCT and self.multiplies(left):
                right = self.binary(PRODUCT + 1)
                left = Binary("*", left, right, _between(left, right))
            else:
                break
        return left

    def operation(self, left: Node, operator: Token) -> Node:
        word = operator.text
        if word == "^":
            return self.power(left)
        power, side = BINARY[word]
        right = self.binary(power + (side == "left"))
        if word == "->":
            word = "implies"
            for operand in (left, right):
                if isinstance(operand, Name):
                    self.fault(
                        operand, "the arrow may be a limit", "write `implies` if it is meant"
                    )
        if word in BOOLEAN:
            for operand in (left, right):
                if not is_boolean(operand) or _is_adjective(operand):
                    self.fault(
                        operand, f"`{operator.text}` joins claims, and this is none",
                        "compare it with something, or write words in brackets at the end",
                    )  # fmt: skip
        return Binary(word, left, right, _between(left, right))

    def ends_with_star(self, word: str) -> bool:
        """Whether a star is the mark of a name, as in `r*`, and no product."""
        after = self.ahead()
        marks = after.kind == "operator" and after.text in {")", "|", "||", ",", "]", "_"}
        return word == "*" and self.touches() and self.before.kind == "name" and marks

    def multiplies(self, left: Node) -> bool:
        """Whether the next word is a factor though no sign stands before it: `2x`, `(1/n) Σ …`."""
        token, last = self.token, self.before
        if token.kind not in {"name", "operator"}:
            return False
        if last.kind == "name" and token.kind == "name" and self.touches():
            return True  # the lexer has split a product such as mθ
        if last.kind == "number":
            return self.touches() and (self.follows_number() or self.begins_sum())
        if self.begins_sum() and token.text[0] in _SIGNS | {"s", "p"}:
            return not isinstance(left, Comparison)
        if token.kind == "operator":
            return token.text == "√" or (
                token.text == "(" and self.touches() and last.text == ")"
                and isinstance(left, Binary)
            )  # fmt: skip
        if not _is_symbol(token.text, self.ahead()) or isinstance(left, Call | Comparison):
            return False
        transposed = last.text == "T" and self.tokens[self.position - 2].text == "^"
        closed = last.kind == "super" or last.text in {")", "}"} or transposed
        matrices = last.kind == "name" and _is_symbol(last.text, token) and self.ahead().text == "^"
        return closed or matrices

    def follows_number(self) -> bool:
        token = self.token
        if token.kind == "operator":
            return (token.text in {"√", "|"} and not self.bars) or self.opens_factor()
        if token.text in _UNITS and self.ahead().text != "^":
            self.stop(
                f"`{self.before.text}{token.text}` may be a unit or a product",
                f"write `{self.before.text} * {token.text}`, or the number in full",
            )
        return _is_symbol(token.text, self.ahead())

    def opens_factor(self) -> bool:
        if self.token.text != "(":
            return False
        inner = self.ahead()
        if inner.kind == "name" and self.ahead(2).text == ")":
            self.stop(
                f"`({inner.text})` behind a number may be a remark or a factor",
                f"write `{self.before.text} * {inner.text}`, or remove the remark",
            )
        return True

    def comparison(self, first: Node) -> Node:
        operands, operators = [first], []
        while self.token.kind == "operator" and (
            self.token.text in COMPARE or (self.at("not") and self.ahead().text == "in")
        ):
            word = self.next().text
            if word == "not":
                word = f"not {self.next().text}"
            operators.append(word)
            operands.append(self.binary(COMPARISON + 1))
            if word in {"in", "not in", "⊆"}:
                operands[-1] = as_set(operands[-1])
                if isinstance(operands[-1], Binary) and operands[-1].operator in {"+", "-", "/"}:
                    self.fault(
                        operands[-1], "this is no set", "write a set, a range or an interval"
                    )
        return Comparison(tuple(operands), tuple(operators), _between(first, operands[-1]))

    def predicate(self, subject: Node) -> Node:
        self.next()
        negated = self.take("not")
        word = self.token
        if word.kind != "name" or word.text not in PREDICATES:
            self.stop("this sentence is prose", f"known are: is {', is '.join(PREDICATES)}")
        self.next()
        span = Span(subject.span.start, word.end)
        claim: Node = Call(PREDICATES[word.text], (subject,), span)
        return Unary("not", claim, span) if negated else claim

    def predicates(self, subjects: Node) -> Node:
        """Read `a and b are finite`: it is said of both."""
        if isinstance(subjects, Binary) and subjects.operator == "and":
            left = self.said_of(subjects.left)
            right = self.predicate(subjects.right)
            return Binary("and", left, right, _between(left, right))
        return self.predicate(subjects)

    def said_of(self, subject: Node) -> Node:
        """Apply the predicate ahead without going on."""
        at = self.position
        found = self.predicates(subject)
        self.position = at
        return found

    def power(self, base: Node) -> Node:
        if self.at_name("T") and self.ahead().text != "_":
            marker = self.next()
            return self.postfix(Unary("transpose", base, Span(base.span.start, marker.end)))
        if self.at("{") and self.is_iteration():
            self.next()
            step = self.primary()
            closing = self.close("}", self.before)
            span = Span(base.span.start, closing.end)
            return self.postfix(Index(base, (step,), span, subscript=True))
        if self.at("{"):
            exponent = self.braces()
            if isinstance(exponent, Name) and exponent.name == "T":
                return self.postfix(Unary("transpose", base, _between(base, exponent)))
        else:
            self.deeper()
            exponent = self.operations(self.unary(), BINARY["^"][0])
            self.depth -= 1
        return self.postfix(Binary("^", base, exponent, _between(base, exponent)))

    def is_iteration(self) -> bool:
        """Whether `^{(k+1)}` is ahead: brackets in the braces mean a step, and no power."""
        if self.ahead().text != "(":
            return False
        inside, at = 1, self.position + 2
        while inside and self.tokens[at].kind != "end":
            inside += {"(": 1, ")": -1}.get(self.tokens[at].text, 0)
            at += 1
        return self.tokens[at].text == "}"

    def braces(self) -> Node:
        """Read `{n×d}` or `{k+1}` behind `^`."""
        opening = self.next()
        outer, self.dimensions = self.dimensions, True
        sizes = [self.condition()]
        while self.at("×") or self.at_name("x"):
            self.next()
            sizes.append(self.condition())
        self.dimensions = outer
        closing = self.close("}", opening)
        if len(sizes) == 1:
            return sizes[0]
        return Tuple(tuple(sizes), Span(opening.start, closing.end))

    def unary(self) -> Node:
        if self.at("√"):
            sign = self.next()
            self.deeper()
            inner = self.operations(self.unary(), BINARY["^"][0])
            self.depth -= 1
            return Call("sqrt", (inner,), Span(sign.start, inner.span.end))
        if not self.at("-", "+", "not"):
            return self.postfix(self.primary())
        sign = self.next()
        operand = self.binary(NOT if sign.text == "not" else SIGN)
        span = Span(sign.start, operand.span.end)
        if sign.text == "+":
            return operand
        if sign.text == "-" and isinstance(operand, Number):
            return Number(-operand.value, span)
        return Unary(sign.text, operand, span)

    # what stands behind a value

    def postfix(self, node: Node) -> Node:
        while True:
            token = self.token
            if token.kind == "super" and self.touches():
                node = self.superscript(node)
            elif token.kind != "operator":
                return node
            elif token.text == "." and self.touches() and self.ahead().kind == "name":
                node = self.member(node)
            elif token.text == "[" and self.touches():
                node = self.indexed(node)
            elif token.text == "_" and self.touches():
                node = self.subscript(node)
            elif token.text == "(" and self.touches() and _is_family(node):
                node = self.family(node)
            elif token.text == "*" and self.ends_with_star("*") and isinstance(node, Name):
                node = Name(f"{node.name}*", Span(node.span.start, self.next().end))
            else:
                return node

    def family(self, node: Node) -> Node:
        """Read `F_{m-1}(x)`: one function of a family is an item of what all of them give."""
        call = self.call(node.collection.name, Token("name", "", node.span.start, node.span.start))  # type: ignore[union-attr]
        return Index(call, node.indices, call.span, subscript=True)  # type: ignore[union-attr]

    def superscript(self, node: Node) -> Node:
        token = self.next()
        span = Span(node.span.start, token.end)
        if token.text == "T":
            return Unary("transpose", node, span)
        if token.text == "+" and isinstance(node, Name):
            return Name(f"{NUMBER_SETS.get(node.name, node.name)}_>0", span)
        number = token.text.lstrip("+-").isdigit()
        place = Span(token.start, token.end)
        exponent: Node = Number(int(token.text), place) if number else Name(token.text, place)
        return Binary("^", node, exponent, span)

    def member(self, node: Node) -> Node:
        self.next()
        key = self.next()
        if self.at("(") and self.touches():
            opening = self.next()
            arguments = self.items(")")
            closing = self.close(")", opening)
            return Call(key.text, (node, *arguments), Span(node.span.start, closing.end))
        return Member(node, key.text, Span(node.span.start, key.end))

    def indexed(self, node: Node) -> Node:
        opening = self.next()
        if self.at("]"):
            self.stop("an index is missing", "write `collection[index]`")
        indices = [self.slice()]
        while self.take(","):
            indices.append(self.slice())
        closing = self.close("]", opening)
        span = Span(node.span.start, closing.end)
        if isinstance(node, Name) and node.name == "E" and not _looks_like_indices(indices):
            return Call("expectation", tuple(indices), span)
        return Index(node, tuple(indices), span)

    def slice(self) -> Node:
        start = self.token.start
        low = None if self.at(":") else self.condition()
        if not self.take(":"):
            if low is None:
                self.stop("an index is missing", "write `collection[index]`")
            return low
        high = None if self.at("]", ",") else self.condition()
        return Slice(low, high, Span(start, self.before.end))

    def subscript(self, node: Node) -> Node:
        self.next()
        if self.at("{"):
            opening = self.next()
            indices = [self.condition()]
            while self.take(","):
                indices.append(self.condition())
            closing = self.close("}", opening)
            span = Span(node.span.start, closing.end)
            if any(isinstance(index, Comparison) for index in indices):
                self.fault(indices[0], "this subscript is no index", "write a set, such as 1..n")
        else:
            token = self.token
            if token.kind == "name":
                indices = [Name(self.next().text, Span(token.start, token.end))]
            elif token.kind == "number":
                indices = [Number(self.number(), Span(token.start, token.end))]
            else:
                self.stop("a subscript is missing", "write `x_i` or `x_{i + 1}`")
            span = Span(node.span.start, token.end)
        if isinstance(node, Call) and node.function == NORM:
            return Call(NORM, (*node.arguments, *indices), span)
        return Index(node, tuple(_separate(indices)), span, subscript=True)

    # values

    def primary(self) -> Node:
        token = self.token
        if token.kind == "number":
            return Number(self.number(), Span(token.start, token.end))
        if token.kind == "string":
            self.next()
            return String(unescape(token.text), Span(token.start, token.end))
        if token.kind == "name":
            return self.name()
        opener = {
            "(": self.parenthesis, "{": self.braced, "|": self.absolute, "[": self.bracketed,
            "||": self.norm, "⟨": self.inner_product, "⌊": self.rounded, "⌈": self.rounded,
            "∅": self.empty_set,
        }  # fmt: skip
        if token.kind == "operator" and token.text in opener:
            return opener[token.text](self.next())
        if token.kind == "end":
            self.stop("the text ends where a value is expected", "complete the claim")
        return self.stop(
            f"a value is expected before `{token.text.strip()}`",
            "write a number, a name or a call",
        )

    def number(self) -> int | float:
        token = self.token
        if len(token.text) > MAX_DIGITS:
            self.stop(f"a number has at most {MAX_DIGITS} digits", "write it with an exponent")
        value = float(token.text) if set(token.text) & set(".eE") else int(token.text)
        if not isfinite(value):
            self.stop("this number is too large for a float", "use `inf` if you mean infinity")
        self.next()
        return value

    def name(self) -> Node:
        if self.begins_sum():
            return self.reduction()
        token = self.next()
        span = Span(token.start, token.end)
        if token.text in CONSTANTS:
            return Constant(CONSTANTS[token.text], span)
        if self.at("(") and self.touches():
            return self.call(token.text, token)
        if token.text in _PREFIXED and self.token.kind == "name":
            inner = self.postfix(self.primary())
            return Call(token.text, (inner,), Span(token.start, inner.span.end))
        if self.at("^") and self.touches() and self.ahead().text == "{":
            inverse = [each.text for each in self.tokens[self.position + 2 : self.position + 6]]
            if inverse == ["-", "1", "}", "("]:
                self.position += 5
                return self.call(f"{token.text}^{{-1}}", token)
        return Name(SYNONYMS.get(token.text, token.text), span)

    def call(self, function: str, token: Token) -> Node:
        opening = self.next()
        outer, self.bars = self.bars, []
        arguments = self.items(")", divergence=function.startswith(_DIVERGENCES))
        self.bars = outer
        closing = self.close(")", opening)
        span = Span(token.start, closing.end)
        if len(arguments) == 1 and isinstance(arguments[0], Binder) and not arguments[0].kind:
            return self.comprehension(function, arguments[0], span)
        return Call(function, arguments, span)

    def comprehension(self, function: str, inner: Binder, span: Span) -> Node:
        if function not in REDUCTIONS:
            self.fault(inner, f"`for` stands in the brackets of `{function}`", "use sum or max")
        kind = REDUCTIONS[function]
        return Binder(kind, inner.variables, inner.condition, inner.body, span)

    def items(self, end: str, *, divergence: bool = False) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.at(end):
            item = self.condition()
            if self.at("for"):
                opening = self.next()
                variables, condition = self.variables()
                item = Binder("", variables, condition, item, Span(opening.start, self.before.end))
            elif self.at("|"):
                self.next()
                given = self.items(end)
                whole = Tuple(given, given[0].span) if len(given) > 1 else given[0]
                item = Call("given", (item, whole), _between(item, whole))
            found.append(item)
            if not (self.take(",") or self.take(";") or (divergence and self.take("||"))):
                break
        return tuple(found)

    # brackets

    def parenthesis(self, opening: Token) -> Node:
        outer, self.bars = self.bars, []
        first = self.condition()
        rest: tuple[Node, ...] = ()
        comma = self.take(",")
        if comma:
            rest = self.items(")")
        self.bars = outer
        if len(rest) == 1 and self.at("]"):
            return self.bounds(opening, first, rest[0])
        closing = self.close(")", opening)
        if not comma:
            return first
        if len(rest) == 1 and _is_unbounded(first, rest[0]):
            return Interval(
                first, rest[0], open_low=True, open_high=True, span=Span(opening.start, closing.end)
            )
        return Tuple((first, *rest), Span(opening.start, closing.end))

    def bracketed(self, opening: Token) -> Node:
        groups = self.position > 1 and self.tokens[self.position - 2].text in _BEFORE_GROUP
        outer, self.bars = self.bars, []
        items = [*self.items_until("]", ")")]
        self.bars = outer
        if groups and len(items) == 1:
            self.close("]", opening)
            return items[0]
        if len(items) == 2:  # noqa: PLR2004 - the ends of an interval, or a list of two
            return self.bounds(opening, *items)
        closing = self.close("]", opening)
        return Tuple(tuple(items), Span(opening.start, closing.end))

    def items_until(self, *ends: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.at(*ends):
            found.append(self.elided(found))
            if not (self.take(",") or self.take(";")):
                break
        return tuple(found)

    def elided(self, before: list[Node]) -> Node:
        """Read an item; `0, ..., n` is the range from 0 to n."""
        if not self.at("..."):
            return self.condition()
        dots = self.next()
        if not before or not (self.take(",") or self.take(";")):
            self.stop("`...` stands between two ends", "write `0, ..., n`")
        high = self.condition()
        low = before[0]
        if any(not isinstance(each, Number) for each in before[1:]) or not _is_plain(low):
            raise Stop(
                Fault(
                    dots.start, dots.end, "what `...` leaves out is not plain", "write a range 0..n"
                )
            )
        before.clear()
        return Range(low, high, _between(low, high))

    def bounds(self, opening: Token, low: Node, high: Node) -> Node:
        if not self.at("]", ")"):
            self.close("]", opening)
        closing = self.next()
        span = Span(opening.start, closing.end)
        return Interval(low, high, opening.text == "(", closing.text == ")", span)

    def braced(self, opening: Token) -> Node:
        if self.at("}"):
            return Set((), Span(opening.start, self.next().end))
        outer, self.bars = self.bars, []
        first = self.elided([])
        if self.at(":", "|"):
            self.next()
            found: Node = self.builder(first, opening)
        else:
            items = [first]
            while self.take(",") or self.take(";"):
                items.append(self.elided(items))
            span = Span(opening.start, self.token.end)
            found = (
                items[0]
                if len(items) == 1 and isinstance(items[0], Range)
                else Set(tuple(items), span)
            )
        self.bars = outer
        self.close("}", opening)
        return found

    def builder(self, element: Node, opening: Token) -> Node:
        """Read `{x : condition}` or `{x in S : condition}`."""
        condition = self.condition()
        match element:
            case Name(name, span):
                variable = Variable(name, None, span)
            case Comparison(operands=(Name(name), domain), operators=("in",), span=span):
                variable = Variable(name, domain, span)
                element = element.operands[0]
            case _:
                return self.stop("a set names its element by one name", "write `{i : condition}`")
        return Binder("set", (variable,), condition, element, Span(opening.start, self.token.end))

    def empty_set(self, opening: Token) -> Node:
        return Set((), Span(opening.start, opening.end))

    def absolute(self, opening: Token) -> Node:
        self.bars.append("|")
        inner = self.condition()
        self.bars.pop()
        closing = self.close("|", opening)
        return Unary("abs", inner, Span(opening.start, closing.end))

    def norm(self, opening: Token) -> Node:
        self.bars.append("||")
        inner = self.condition()
        self.bars.pop()
        closing = self.close("||", opening)
        return Call(NORM, (inner,), Span(opening.start, closing.end))

    def inner_product(self, opening: Token) -> Node:
        arguments = self.items("⟩")
        closing = self.close("⟩", opening)
        return Call("dot", arguments, Span(opening.start, closing.end))

    def rounded(self, opening: Token) -> Node:
        inner = self.condition()
        closing = self.close("⌋" if opening.text == "⌊" else "⌉", opening)
        function = "floor" if opening.text == "⌊" else "ceil"
        return Call(function, (inner,), Span(opening.start, closing.end))

    # sums, products, extremes and quantifiers

    def begins_sum(self) -> bool:
        """Whether a sum or one of its kin begins here: `Σ_i …`, `sum_{i=1}^n …`, `max_i(…)`."""
        token = self.token
        if token.kind != "name":
            return False
        base, mark, index = token.text.partition("_")
        if base not in REDUCTIONS:
            return False
        after = self.ahead()
        adjacent = after.start == token.end
        if mark:
            short = len(index) <= 2 and index.isalpha() and index.islower()  # noqa: PLR2004 - _i, _ij
            return short and (base in _SIGNS or _begins_value(after))
        if after.text == "_" and adjacent:
            return True
        if base in _SIGNS:
            return _begins_value(after) or after.text == "("
        return (
            base in {"sum", "prod"} and not adjacent and _begins_value(after) and after.text != "("
        )

    def reduction(self) -> Node:
        opening = self.next()
        base, _, index = opening.text.partition("_")
        place = Span(opening.start, opening.end)
        variables = tuple(Variable(letter, None, place) for letter in index)
        condition = None
        if self.at("_"):
            self.next()
            variables, condition = self.subscripts(place)
        if self.at("^") and self.touches():
            self.next()
            high = self.braces() if self.at("{") else self.postfix(self.primary())
            variables = tuple(_up_to(each, high, self) for each in variables)
        bracketed = self.at("(") and self.touches()
        body = self.bracketed_body() if bracketed else self.binary(PRODUCT)
        kind = REDUCTIONS[base]
        return Binder(kind, variables, condition, body, Span(opening.start, body.span.end))

    def bracketed_body(self) -> Node:
        """Read `(…)²` behind a sum sign; what follows the bracket is no longer summed."""
        body = self.postfix(self.primary())
        if self.at("^"):
            self.next()
            return self.power(body)
        return body

    def subscripts(self, place: Span) -> tuple[tuple[Variable, ...], Node | None]:
        """Read what a sum runs over: `i`, `i=1`, `i,j`, `i in S`, `u != v`."""
        if not self.at("{"):
            token = self.next()
            if token.kind != "name":
                self.stop("a sum runs over a name", "write `sum_i` or `sum_{i=1}^{n}`")
            return (Variable(token.text, None, place),), None
        opening = self.next()
        variables, condition = self.variables(end="}")
        self.close("}", opening)
        return variables, condition

    def quantified(self) -> Node:
        """Read `∀ i, j in D: …` or `exists x: …`; it reaches to the end of the condition."""
        opening = self.next()
        variables, condition = self.variables()
        if not (self.take(":") or self.take(",") or self.take(".") or self.at("forall", "exists")):
            self.stop("a colon is missing behind what is quantified", "write `∀ i: …`")
        body = self.condition()
        return Binder(opening.text, variables, condition, body, Span(opening.start, body.span.end))

    def variables(self, end: str = ":") -> tuple[tuple[Variable, ...], Node | None]:
        """Read names, the sets that they run over, and a condition on them."""
        found: list[Variable] = []
        conditions: list[Node] = []
        while True:
            group = [self.variable()]
            while self.at(",") and self.ahead().kind == "name":
                self.next()
                group.append(self.variable())
            if self.at("in"):
                self.next()
                domain: Node | None = as_set(self.binary(COMPARISON + 1))
            elif (self.at("=") and end != ":") or (
                self.at("=") and self.ahead(2).text in {"..", ","}
            ):
                self.next()
                domain = self.first_to_last()
            else:
                domain = None
                if self.token.kind == "operator" and self.token.text in COMPARE:
                    last = group[-1]
                    compared = self.comparison(Name(last.name, last.span))
                    if (
                        end != ":"
                        and isinstance(compared, Comparison)
                        and len(compared.operators) > 1
                    ):
                        self.fault(
                            compared, "which of these the sum runs over is not said", "name it"
                        )
                    conditions.append(compared)
            found += [Variable(each.name, domain, each.span) for each in group]
            if not (self.at(",") and self.ahead().kind == "name"):
                break
            self.next()
        if self.at_name("with", "such"):
            self.next()
            if self.at_name("that"):
                self.next()
            conditions.append(self.binary(NOT))
        while self.take("and"):
            conditions.append(self.binary(NOT))
        return tuple(found), all_of(conditions)

    def first_to_last(self) -> Node:
        """Read `1..n`, `1, ..., n`, or `1` whose last value stands above the sum sign."""
        low = self.binary(RANGE)
        if self.at(",") and self.ahead().text == "...":
            self.next()
            return self.elided([low])
        return low

    def variable(self) -> Variable:
        token = self.token
        if token.kind != "name":
            self.stop("a variable is expected", "write `for all x`, `∀ i in 0..n: …`")
        self.next()
        return Variable(token.text, None, Span(token.start, token.end))


def is_boolean(node: Node) -> bool:
    """Whether a tree may be a claim: arithmetic, numbers and collections are none."""
    match node:
        case Number() | String() | Tuple() | Set() | Range() | Interval() | Slice():
            return False
        case Binary(operator=word):
            return word in BOOLEAN
        case Unary(operator=word):
            return word == "not"
        case Binder(kind=kind):
            return kind in {"forall", "exists"}
        case Constant(value=value):
            return value is not None
        case Conditional(then=then, otherwise=otherwise):
            return is_boolean(then) and is_boolean(otherwise)
    return True


def as_set(node: Node) -> Node:
    """Read a tree that stands behind `in` as a set: R is ℝ, `(0, 1)` an open interval."""
    match node:
        case Name("R" | "Z" | "N", span):
            return Name(NUMBER_SETS[node.name], span)
        case Unary("transpose", Name("R" | "ℝ" | "Z" | "ℤ" | "N" | "ℕ") as base, span):
            return Binary("^", as_set(base), Name("T", span), span)
        case Tuple(items=(low, high), span=span):
            return Interval(low, high, open_low=True, open_high=True, span=span)
        case Binary(operator="^", left=left, right=right, span=span):
            return Binary("^", as_set(left), right, span)
        case Binary(operator="\\" | "∪" | "∩", left=left, right=right, span=span):
            return Binary(node.operator, as_set(left), as_set(right), span)
    return node


def split_cases(then: Node, condition: Node, other: Node) -> Node:
    """Make `y = a if c else b` say `y = (a if c else b)`."""
    span = _between(then, other)
    match then:
        case Comparison(operands=(*first, last), operators=operators):
            inner = Conditional(condition, last, other, _between(last, other))
            if operators[-1] == "=" and not isinstance(other, Comparison):
                return Comparison((*first, inner), operators, span)
    return Conditional(condition, then, other, span)


def all_of(conditions: list[Node]) -> Node | None:
    """Join conditions by `and`; None if there are none."""
    if not conditions:
        return None
    whole = conditions[0]
    for each in conditions[1:]:
        whole = Binary("and", whole, each, _between(whole, each))
    return whole


def _up_to(variable: Variable, high: Node, reader: Expressions) -> Variable:
    if variable.domain is None:
        reader.stop("the sum has a last value and no first", "write `sum_{i=1}^{n}`")
    domain = Range(variable.domain, high, _between(variable.domain, high))
    return Variable(variable.name, domain, variable.span)


def _separate(indices: list[Node]) -> list[Node]:
    """Take `_{ij}` for the two indices i and j."""
    match indices:
        case [Name(name, span)] if len(name) == 2 and set(name) <= set("ijklmnst"):  # noqa: PLR2004
            return [Name(letter, span) for letter in name]
    return indices


def _looks_like_indices(indices: list[Node]) -> bool:
    if any(isinstance(index, Slice) for index in indices) or len(indices) > 1:
        return True
    return isinstance(indices[0], Number) or (
        isinstance(indices[0], Name) and (len(indices[0].name) == 1 or indices[0].name == "pos")
    )


def _is_symbol(word: str, after: Token) -> bool:
    """Whether a word is a mathematical symbol: one letter, maybe with a subscript, or a call."""
    base, _, _ = word.partition("_")
    plain = base.rstrip("'")
    if len(plain) == 1 or not plain.isascii():
        return True
    return word in {"exp", "log", "ln", "sin", "cos", "tanh", "sqrt", "pi"} and (
        after.text == "(" or word == "pi"
    )


def _is_adjective(node: Node) -> bool:
    return isinstance(node, Name) and node.name in PREDICATES


def _begins_value(token: Token) -> bool:
    return token.kind in {"name", "number", "string"} or (
        token.kind == "operator" and token.text in {"(", "|", "||", "√", "{", "⟨", "[", "-"}
    )


def _is_family(node: Node) -> bool:
    return isinstance(node, Index) and isinstance(node.collection, Name)


def _is_unbounded(low: Node, high: Node) -> bool:
    return any(
        (isinstance(end, Name) and end.name == "inf")
        or (isinstance(end, Unary) and isinstance(end.operand, Name) and end.operand.name == "inf")
        for end in (low, high)
    )


def _is_plain(node: Node) -> bool:
    """Whether a range may begin here: not at the first of several functions or subscripts."""
    return not isinstance(node, Call | Index) and not any("_" in name for name in names(node))


def _between(first: Node, last: Node) -> Span:
    return Span(min(first.span.start, last.span.start), max(first.span.end, last.span.end))
