"""Read conditions: operators by precedence."""

from pv.claims import tree as t
from pv.claims.grammar import comparisons, postfixes
from pv.claims.grammar.notation import powers
from pv.claims.grammar.notation.brackets import OPENERS
from pv.claims.grammar.notation.calls import called_with
from pv.claims.grammar.notation.conditionals import conditional
from pv.claims.grammar.notation.implicit_products import ends_with_star, multiplies
from pv.claims.grammar.values import named, numeral, percent
from pv.claims.grammar.words.adjectives import FIRST_WORDS
from pv.claims.grammar.words.predicates import predicate, predicates
from pv.claims.grammar.words.quantifiers import quantified
from pv.claims.precedence import BINARY, BOOLEAN, COMPARE, COMPARISON, NOT, PRODUCT, RANGE, SIGN
from pv.claims.text.classify import (
    PREDICATES,
    between,
    compared,
    is_boolean,
    is_claim,
)
from pv.claims.text.cursor import Reader
from pv.claims.text.hints import for_a_value
from pv.claims.text.lexer import Token, unescape
from pv.claims.text.symbols import is_compound

_SETS = frozenset({"∪", "∩", "\\"})
FILES = frozenset({"json", "md", "py", "rs", "sh", "toml", "txt", "yaml", "yml"})
"""Endings of the names of files."""


class Expressions(Reader):
    """Reads operators, signs and values; `Statements` builds on it."""

    def condition(self) -> t.Node:
        then = self.binary(0)
        return conditional(self, then) if self.at("if") else then

    def binary(self, floor: int) -> t.Node:
        self.deeper()
        if self.at("forall", "exists") and not self.calls_exists():
            left: t.Node = quantified(self)
        else:
            left = self.operations(self.unary(), floor)
        self.depth -= 1
        return left

    def calls_exists(self) -> bool:
        """Return whether `exists(path)` comes next, which is a predicate and no quantifier."""
        after = self.ahead()
        return after.text == "(" and after.start == self.token.end

    def operations(self, left: t.Node, floor: int) -> t.Node:
        while (longer := self.operation(left, floor)) is not None:
            left = longer
        return left

    def operation(self, left: t.Node, floor: int) -> t.Node | None:
        """Read one operator and what stands behind it; None if none binds so tightly."""
        if self.token.kind != "operator" and not comparisons.compares(self):
            return self.operation_in_words(left, floor)
        word = self.operator()
        if word == "is":
            return predicate(self, left) if floor <= COMPARISON else None
        if word in COMPARE or comparisons.compares(self):
            ends = floor > COMPARISON or comparisons.names_a_place(self, left)
            return None if ends else self.comparison(left)
        if word == "..":
            return None if floor > RANGE else self.range_from(left)
        if word in BINARY and BINARY[word][0] >= floor:
            return None if ends_with_star(self, word) else self.joined(left, word)
        return self.unsigned_product(left, floor)

    def operation_in_words(self, left: t.Node, floor: int) -> t.Node | None:
        """Read `defined as`, `are finite`, or a factor that is a name."""
        if self.at_name("are") and floor <= BINARY["and"][0]:
            return predicates(self, left)
        if self.at_name("defined") and self.ahead().text == "as":
            first, last, at = self.token, self.ahead(), self.position
            self.tokens[at : at + 2] = [Token("operator", "=", first.start, last.end)]
            return self.operation(left, floor)
        return self.unsigned_product(left, floor)

    def operator(self) -> str:
        """Return the operator that comes next: × separates sizes in braces, and bars may close."""
        word = self.token.text
        if word == "×":
            return "" if self.dimensions else "*"
        if word == "||":
            return "" if self.bars and self.bars[-1] == "||" else "or"
        return word

    def range_from(self, low: t.Node) -> t.Node:
        self.next()
        high = self.binary(RANGE + 1)
        return t.Range(low, high, between(low, high))

    def unsigned_product(self, left: t.Node, floor: int) -> t.Node | None:
        """Read the factor behind `2x`, or behind `X^T W`, which is a product of matrices."""
        if floor > PRODUCT or not multiplies(self, left):
            return None
        right = self.binary(PRODUCT + 1)
        word = "*" if isinstance(left, t.Number) else "·"
        return t.Binary(word, left, right, between(left, right))

    def joined(self, left: t.Node, word: str) -> t.Node:
        if word == "-":
            self.require_no_compound()
        if word == "*":
            self.require_no_closure()
        if word == "/":
            self.require_no_path()
        spelled = self.next().text
        if word == "^":
            return powers.power(self, left)
        tightness, side = BINARY[word]
        right = self.binary(tightness + (side == "left"))
        for operand in (left, right) if word in _SETS else ():
            other = isinstance(operand, t.Binary) and operand.operator in _SETS - {word}
            if other:
                self.require_brackets(operand, "which of these is joined first is not plain")
        if word in {"+", "-"} and isinstance(right, t.Binary) and right.operator == "%":
            words = (each for each in self.tokens if each.start >= right.left.span.end)
            if next(each.end - each.start for each in words if each.text == "%") > 1:  # `mod`
                self.require_brackets(right, "whether `mod` is said of the whole is not plain")
        if word == "->":
            self.require_no_limit(left, right)
            word = "implies"
        describes = isinstance(right, t.Name) and right.name in PREDICATES  # such as `finite`
        subject = compared(left) if word == "and" and describes else None
        if subject is not None and isinstance(right, t.Name):
            right = t.Call(PREDICATES[right.name], (subject,), right.span)
        if word == "implies" and isinstance(right, t.Binary) and right.operator == "implies":
            self.require_brackets(right, "this may be a chain")
        for operand in (left, right) if word in BOOLEAN else ():
            self.require_claim(operand, spelled)
            if spelled == "||" and not isinstance(operand, t.Call) and not is_claim(operand):
                self.fault(operand, "`||` may join texts", "write `or` between claims")
        return t.Binary(word, left, right, between(left, right))

    def require_brackets(self, node: t.Node, message: str) -> None:
        """Stop at `a implies b implies c` and `A ∪ B ∩ C`, which may mean two things."""
        before = [token for token in self.tokens if token.end <= node.span.start]
        if not before or before[-1].text != "(":
            self.fault(node, message, "put brackets around what belongs together")

    def require_claim(self, operand: t.Node, word: str) -> None:
        """Stop at numbers and adjectives beside `and`, `or` and `not`: they are no truth values."""
        adjective = isinstance(operand, t.Name) and operand.name in {*PREDICATES, *FIRST_WORDS}
        if adjective or not is_boolean(operand):
            remedy = "compare it with something, or write words in brackets at the end"
            if word == "implies":
                remedy = "write >= or ≥ for `at least`; what `=>` joins are two claims"
            self.fault(operand, f"`{word}` joins claims, and this is none", remedy)

    def require_no_compound(self) -> None:
        """Stop at `pseudo-residuals`, which may be one word or a difference."""
        first, dash, second = self.before, self.token, self.ahead()
        joined = first.end == dash.start and dash.end == second.start
        if joined and first.kind == second.kind == "name" and is_compound(first.text, second.text):
            message = f"`{first.text}-{second.text}` may be a word or a difference"
            self.stop(message, f"write `{first.text} - {second.text}`, or join it by `_`")

    def require_no_closure(self) -> None:
        """Stop at `|v| *v`, which is a function in Rust."""
        star = self.token
        apart = star.start > self.before.end and self.ahead().start == star.end
        if apart and self.before.text == "|":
            self.stop("this may be a closure", "put a space on both sides of `*`")

    def require_no_path(self) -> None:
        """Stop at `src/cli/main` and `docs/page.md`, which name files."""
        first, slash, word, after = self.before, self.token, self.ahead(), self.ahead(2)
        glued = first.end == slash.start and slash.end == word.start and word.end == after.start
        words = first.kind == word.kind == "name" and min(len(first.text), len(word.text)) > 1
        names = after.text == "/" or (after.text == "." and self.ahead(3).text in FILES)
        if glued and words and names and self.ahead(3).kind == "name":
            self.stop("this may be the path of a file", "write it as a text, in quotes")

    def require_no_limit(self, *operands: t.Node) -> None:
        """Stop at `r_t -> r_0`: between claims the arrow is an implication, of values a limit."""
        for operand in operands:
            if isinstance(operand, t.Name):
                self.fault(operand, "the arrow may be a limit", "write `implies` if it is meant")

    def comparison(self, first: t.Node) -> t.Node:
        return comparisons.comparison(self, first)

    def unary(self) -> t.Node:
        if self.at("√"):
            sign = self.next()
            inner = powers.tight(self)
            return t.Call("sqrt", (inner,), t.Span(sign.start, inner.span.end))
        if not self.at("-", "+", "not"):
            return self.postfix(self.primary())
        sign = self.next()
        operand = self.binary(NOT if sign.text == "not" else SIGN)
        span = t.Span(sign.start, operand.span.end)
        if sign.text == "not":
            self.require_claim(operand, "not")
        if sign.text == "+":
            return operand
        if sign.text == "-" and isinstance(operand, t.Number):
            return t.Number(-operand.value, span)
        return t.Unary(sign.text, operand, span)

    def postfix(self, node: t.Node) -> t.Node:
        while (longer := postfixes.behind(self, node)) is not None:
            node = longer
        return node

    def primary(self) -> t.Node:
        token = self.token
        span = t.Span(token.start, token.end)
        if token.kind == "number":
            return percent(self, t.Number(numeral(self), span))
        if token.kind == "string":
            self.next()
            return t.String(unescape(token.text), span)
        if token.kind == "name":
            return named(self)
        if token.text == "exists" and self.calls_exists():
            return called_with(self, "exists", self.next())
        if token.kind == "operator" and token.text in OPENERS:
            return OPENERS[token.text](self, self.next())
        if token.kind == "end":
            self.stop("the text ends where a value is expected", "complete the claim")
        message = f"a value is expected before `{token.text.strip()}`"
        return self.stop(message, for_a_value(self.tokens, self.position))
