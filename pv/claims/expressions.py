"""Read conditions: operators by precedence."""

from pv.claims import postfixes, powers, relations
from pv.claims.bracketed import OPENERS
from pv.claims.calls import called_with
from pv.claims.conditionals import conditional
from pv.claims.cursor import Reader
from pv.claims.factors import ends_with_star, multiplies
from pv.claims.hints import for_a_value, for_joining
from pv.claims.lexer import Token, unescape
from pv.claims.precedence import BINARY, BOOLEAN, COMPARE, COMPARISON, NOT, PRODUCT, RANGE, SIGN
from pv.claims.predicates import predicate, predicates
from pv.claims.quantifiers import ANONYMOUS, quantified
from pv.claims.shapes import PREDICATES, between, compared, is_adjective, is_boolean
from pv.claims.tree import Binary, Call, Name, Node, Number, Range, Span, String, Unary
from pv.claims.values import named, numeral, percent


class Expressions(Reader):
    """A reader over tokens; `statements` builds on it."""

    def condition(self) -> Node:
        then = self.binary(0)
        return conditional(self, then) if self.at("if") else then

    def binary(self, floor: int) -> Node:
        self.deeper()
        if self.at("forall", "exists") and not self.calls_exists():
            left: Node = quantified(self)
        else:
            left = self.operations(self.unary(), floor)
        self.depth -= 1
        return left

    def calls_exists(self) -> bool:
        """Whether `exists(path)` comes next, which is a predicate and no quantifier."""
        after = self.ahead()
        return after.text == "(" and after.start == self.token.end

    def operations(self, left: Node, floor: int) -> Node:
        while (longer := self.operation(left, floor)) is not None:
            left = longer
        return left

    def operation(self, left: Node, floor: int) -> Node | None:
        """Read one operator and what stands behind it; None if none binds so tightly."""
        if self.token.kind != "operator":
            return self.operation_in_words(left, floor)
        word = self.operator()
        if word == "is":
            return predicate(self, left)
        if word in COMPARE or relations.compares(self):
            ends = floor > COMPARISON or relations.names_a_place(self, left)
            return None if ends else self.comparison(left)
        if word == "..":
            return None if floor > RANGE else self.range_from(left)
        if word in BINARY and BINARY[word][0] >= floor:
            return None if ends_with_star(self, word) else self.joined(left, word)
        return self.unsigned_product(left, floor)

    def operation_in_words(self, left: Node, floor: int) -> Node | None:
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

    def range_from(self, low: Node) -> Node:
        self.next()
        high = self.binary(RANGE + 1)
        return Range(low, high, between(low, high))

    def unsigned_product(self, left: Node, floor: int) -> Node | None:
        """Read the factor behind `2x`, or behind `X^T W`, which is a product of matrices."""
        if floor > PRODUCT or not multiplies(self, left):
            return None
        right = self.binary(PRODUCT + 1)
        word = "*" if isinstance(left, Number) else "·"
        return Binary(word, left, right, between(left, right))

    def joined(self, left: Node, word: str) -> Node:
        spelled = self.next().text
        if word == "^":
            return self.power(left)
        tightness, side = BINARY[word]
        right = self.binary(tightness + (side == "left"))
        if word == "->":
            self.require_no_limit(left, right)
            word = "implies"
        subject = compared(left) if word == "and" and is_adjective(right) else None
        if subject is not None and isinstance(right, Name):
            right = Call(PREDICATES[right.name], (subject,), right.span)
        if word in BOOLEAN:
            for operand in (left, right):
                if not is_boolean(operand) or is_adjective(operand):
                    message = f"`{spelled}` joins claims, and this is none"
                    self.fault(operand, message, for_joining(spelled))
        return Binary(word, left, right, between(left, right))

    def require_no_limit(self, *operands: Node) -> None:
        """Stop at `r_t -> r_0`: between claims the arrow is an implication, of values a limit."""
        for operand in operands:
            if isinstance(operand, Name):
                self.fault(operand, "the arrow may be a limit", "write `implies` if it is meant")

    def comparison(self, first: Node) -> Node:
        return relations.comparison(self, first)

    def power(self, base: Node) -> Node:
        return powers.power(self, base)

    def braces(self) -> Node:
        return powers.braces(self)

    def unary(self) -> Node:
        if self.at("√"):
            sign = self.next()
            inner = powers.tight(self)
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

    def postfix(self, node: Node) -> Node:
        while (longer := postfixes.behind(self, node)) is not None:
            node = longer
        return node

    def primary(self) -> Node:
        token = self.token
        span = Span(token.start, token.end)
        if token.kind == "number":
            return percent(self, Number(numeral(self), span))
        if token.kind == "string":
            self.next()
            return String(unescape(token.text), span)
        if token.kind == "name":
            return named(self)
        if token.kind == "operator" and token.text == "_":
            self.next()
            return Name(ANONYMOUS, span)
        if token.text == "exists" and self.calls_exists():
            return called_with(self, "exists", self.next())
        if token.kind == "operator" and token.text in OPENERS:
            return OPENERS[token.text](self, self.next())
        if token.kind == "end":
            self.stop("the text ends where a value is expected", "complete the claim")
        message = f"a value is expected before `{token.text.strip()}`"
        return self.stop(message, for_a_value(self.tokens, self.position))
