"""The grammar of claims. The tables below are the language reference for precedence.

    claim       := condition [ "(" prose ")" ]
    condition   := binary operators over unaries, loosest first as in BINARY, then `a if c else b`
    comparison  := sum (COMPARE sum)*                     chained: a < b <= c
    range       := sum ".." sum
    unary       := ("-" | "+" | "not") unary | postfix
    postfix     := primary ("." name | "[" condition "]")*
    primary     := number | string | true | false | null | name | name "(" arguments ")"
                 | "(" condition ")" | "(" tuple ")" | "{" set "}" | "|" condition "|" | interval

A hand-written precedence climber: a parser generator costs several times the budget of a claim
(docs/claim-language.md gives the figures).
"""

from dataclasses import dataclass
from math import isfinite
from typing import NoReturn

from pv.claims.faults import Fault
from pv.claims.lexer import WORDS, Token, tokenize, unescape
from pv.claims.tree import (
    Binary,
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
    Span,
    String,
    Tuple,
    Unary,
    depth,
)

BINARY = {
    "iff": (10, "left"),
    "implies": (20, "right"),
    "xor": (30, "left"),
    "or": (40, "left"),
    "and": (50, "left"),
    # `not` binds at NOT; comparisons, which chain, at COMPARISON; ranges at RANGE
    "+": (90, "left"),
    "-": (90, "left"),
    "*": (100, "left"),
    "/": (100, "left"),
    "//": (100, "left"),
    "%": (100, "left"),
    # a sign binds at SIGN: -x^2 is -(x^2)
    "^": (120, "right"),
}
"""Operator -> how tightly it binds, and to which side it groups."""

NOT, COMPARISON, RANGE, SIGN = 60, 70, 80, 110
COMPARE = frozenset({"=", "≈", "!=", "<", "<=", ">", ">=", "in", "not in"})
CONSTANTS = {"true": True, "false": False, "null": None}

MAX_LENGTH = 20_000
MAX_DEPTH = 100
MAX_TREE_DEPTH = 150
MAX_NODES = 2_000
MAX_DIGITS = 400


class _Stop(Exception):  # noqa: N818 - it carries a fault out of the recursion
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def parse(text: str) -> Node | Fault:
    """Read one claim."""
    found = parse_list(text)
    if isinstance(found, Fault):
        return found
    if len(found) > 1:
        second = found[1].span
        return Fault(second.start, second.end, "a second claim begins here", "write two claims")
    return found[0]


def parse_list(text: str) -> tuple[Node, ...] | Fault:
    """Read claims separated by commas, such as the domains of several variables."""
    if len(text) > MAX_LENGTH:
        return Fault(MAX_LENGTH, len(text), "this text is too long for a claim", "split it")
    tokens = tokenize(text)
    if isinstance(tokens, Fault):
        return tokens
    if len(tokens) > MAX_NODES:
        start = tokens[MAX_NODES].start
        return Fault(start, len(text), f"a claim has at most {MAX_NODES} words", "split it")
    try:
        claims = _Reader(tokens).claims()
    except _Stop as stop:
        return stop.fault
    if any(depth(claim) > MAX_TREE_DEPTH for claim in claims):
        return Fault(0, len(text), "too many operations in a row", "split the claim")
    return claims


@dataclass(slots=True)
class _Reader:
    tokens: list[Token]
    position: int = 0
    depth: int = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def next(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def at(self, *words: str) -> bool:
        return self.token.kind == "operator" and self.token.text in words

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
        raise _Stop(Fault(token.start, max(token.end, token.start + 1), message, remedy))

    def claims(self) -> tuple[Node, ...]:
        found = [self.condition()]
        while self.take(","):
            found.append(self.condition())
        self.remark()
        if self.token.kind != "end":
            self.stop(
                f"the claim could end before `{self.token.text}`, which does not continue it",
                "put an operator before it, or end the text here",
            )
        return tuple(found)

    def remark(self) -> None:
        """Pass over a last parenthesis that is prose: `x > 0 (strict positivity)`."""
        words = self.tokens[self.position : -1]
        inner = words[1:-1]
        bracketed = bool(inner) and words[0].text == "(" and words[-1].text == ")"
        if bracketed and all(_is_prose(word) for word in inner):
            self.position = len(self.tokens) - 1

    def condition(self) -> Node:
        then = self.binary(0)
        if self.take("if"):
            condition = self.binary(0)
            if not self.take("else"):
                self.stop("`if` needs an `else`", "write `a if condition else b`")
            other = self.condition()
            then = Conditional(condition, then, other, _between(then, other))
        return then

    def binary(self, floor: int) -> Node:
        self.depth += 1  # every nesting passes through here
        if self.depth > MAX_DEPTH:
            self.stop(f"nested more than {MAX_DEPTH} deep", "name the parts")
        left = self.operations(self.unary(), floor)
        self.depth -= 1
        return left

    def operations(self, left: Node, floor: int) -> Node:
        while self.token.kind == "operator":
            word = self.token.text
            if word in COMPARE or (word == "not" and self.follows("in")):
                if floor > COMPARISON:
                    break
                left = self.comparison(left)
            elif word == "..":
                if floor > RANGE:
                    break
                self.next()
                high = self.binary(RANGE + 1)
                left = Range(left, high, _between(left, high))
            elif word in BINARY and BINARY[word][0] >= floor:
                self.next()
                power, side = BINARY[word]
                right = self.binary(power + (side == "left"))
                left = Binary(word, left, right, _between(left, right))
            else:
                break
        return left

    def follows(self, word: str) -> bool:
        after = self.tokens[self.position + 1]
        return after.kind == "operator" and after.text == word

    def comparison(self, first: Node) -> Node:
        operands, operators = [first], []
        while self.at(*COMPARE) or (self.at("not") and self.follows("in")):
            word = self.next().text
            if word == "not":
                word = f"not {self.next().text}"
            operators.append(word)
            operands.append(self.binary(COMPARISON + 1))
        return Comparison(tuple(operands), tuple(operators), _between(first, operands[-1]))

    def unary(self) -> Node:
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

    def postfix(self, node: Node) -> Node:
        while True:
            if self.take("."):
                if self.token.kind != "name":
                    self.stop("a key is missing after the dot", "write `record.key`")
                key = self.next()
                node = Member(node, key.text, Span(node.span.start, key.end))
            elif self.at("["):
                opening = self.next()
                index = self.condition()
                closing = self.close("]", opening)
                node = Index(node, index, Span(node.span.start, closing.end))
            else:
                return node

    def primary(self) -> Node:
        token = self.token
        if token.kind == "number":
            return Number(self.number(), Span(token.start, token.end))
        if token.kind == "string":
            self.next()
            return String(unescape(token.text), Span(token.start, token.end))
        if token.kind == "name":
            return self.name()
        opener = {"(": self.parenthesis, "{": self.set, "|": self.absolute, "[": self.interval}
        if token.kind == "operator" and token.text in opener:
            return opener[token.text](self.next())
        if token.kind == "end":
            self.stop("the text ends where a value is expected", "complete the claim")
        return self.stop(
            f"a value is expected before `{token.text}`", "write a number, a name or a call"
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
        token = self.next()
        span = Span(token.start, token.end)
        if token.text in CONSTANTS:
            return Constant(CONSTANTS[token.text], span)
        if self.at("(") and self.token.start == token.end:
            opening = self.next()
            arguments = self.items(")")
            closing = self.close(")", opening)
            return Call(token.text, arguments, Span(token.start, closing.end))
        return Name(token.text, span)

    def items(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.at(end):
            found.append(self.condition())
            if not self.take(","):
                break
        return tuple(found)

    def parenthesis(self, opening: Token) -> Node:
        first = self.condition()
        if self.at(")"):
            self.next()
            return first
        if not self.at(","):
            self.close(")", opening)
        self.next()
        rest = self.items(")")
        if len(rest) == 1 and self.at("]"):
            return self.bounds(opening, first, rest[0])
        closing = self.close(")", opening)
        return Tuple((first, *rest), Span(opening.start, closing.end))

    def interval(self, opening: Token) -> Node:
        low = self.condition()
        if not self.take(","):
            self.stop("an interval has two ends", "write `[low, high]`")
        return self.bounds(opening, low, self.condition())

    def bounds(self, opening: Token, low: Node, high: Node) -> Node:
        if not self.at("]", ")"):
            self.close("]", opening)
        closing = self.next()
        span = Span(opening.start, closing.end)
        return Interval(low, high, opening.text == "(", closing.text == ")", span)

    def set(self, opening: Token) -> Node:
        found = self.items("}")
        closing = self.close("}", opening)
        return Set(found, Span(opening.start, closing.end))

    def absolute(self, opening: Token) -> Node:
        inner = self.condition()
        closing = self.close("|", opening)
        return Unary("abs", inner, Span(opening.start, closing.end))


def _is_prose(token: Token) -> bool:
    return token.kind == "name" or token.text in WORDS or token.text in {"-", ","}


def _between(first: Node, last: Node) -> Span:
    return Span(first.span.start, last.span.end)
