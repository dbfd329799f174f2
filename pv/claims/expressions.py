"""Read conditions: operators by precedence."""

from pv.claims.bracketed import OPENERS
from pv.claims.calls import called_with
from pv.claims.circumstances import begins_mode
from pv.claims.code_types import code_type
from pv.claims.cursor import Reader
from pv.claims.factors import ends_with_star, multiplies
from pv.claims.faults import Fault
from pv.claims.hints import for_a_value, for_joining
from pv.claims.lexer import Token, unescape
from pv.claims.postfixes import family, indexed, member_of, subscript, superscript
from pv.claims.precedence import BINARY, BOOLEAN, COMPARE, COMPARISON, NOT, PRODUCT, RANGE, SIGN
from pv.claims.predicates import predicate, predicates
from pv.claims.quantifiers import ANONYMOUS, quantified
from pv.claims.rows import all_in_a_row
from pv.claims.shapes import (
    PREDICATES,
    as_set,
    between,
    chained,
    compared,
    is_adjective,
    is_boolean,
    is_family,
    split_cases,
)
from pv.claims.stop import Stop
from pv.claims.sums import EVERY
from pv.claims.tree import (
    Binary,
    Call,
    Comparison,
    Constant,
    Index,
    Name,
    Node,
    Number,
    Range,
    Span,
    String,
    Tuple,
    Unary,
)
from pv.claims.values import named, numeral, percent

_IN_WHAT = frozenset(
    [
        "linear",
        "quadratic",
        "cubic",
        "polynomial",
        "constant",
        "monotone",
        "monotonic",
        "sublinear",
        "logarithmic",
        "exponential",
        "affine",
    ]
)
"""`linear in n` says how something grows, and is no membership."""


class Expressions(Reader):
    """A reader over tokens; `statements` builds on it."""

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
        return Binary("implies", condition, then, between(then, condition))

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
        while True:
            if self.at_name("defined") and self.ahead().text == "as":
                first, last = self.token, self.ahead()
                at = self.position
                self.tokens[at : at + 2] = [Token("operator", "=", first.start, last.end)]
            if self.at_name("are") and floor <= BINARY["and"][0]:
                left = predicates(self, left)
                continue
            if self.token.kind != "operator":
                if floor > PRODUCT or not multiplies(self, left):
                    break
                left = self.unsigned_product(left)
                continue
            word = self.token.text
            if word in COMPARE or (word == "not" and self.ahead().text == "in"):
                if floor > COMPARISON or self.names_a_place(left):
                    break
                left = self.comparison(left)
            elif word == "is":
                left = predicate(self, left)
            elif word == "..":
                if floor > RANGE:
                    break
                self.next()
                high = self.binary(RANGE + 1)
                left = Range(left, high, between(left, high))
            elif word == "||" and not (self.bars and self.bars[-1] == "||"):
                if floor > BINARY["or"][0]:
                    break
                self.next()
                right = self.binary(BINARY["or"][0] + 1)
                left = Binary("or", left, right, between(left, right))
            elif word == "×":
                if self.dimensions or floor > PRODUCT:
                    break
                self.next()
                right = self.binary(PRODUCT + 1)
                left = Binary("*", left, right, between(left, right))
            elif word in BINARY and BINARY[word][0] >= floor:
                if ends_with_star(self, word):
                    break
                left = self.operation(left, self.next())
            elif floor <= PRODUCT and multiplies(self, left):
                left = self.unsigned_product(left)
            else:
                break
        return left

    def unsigned_product(self, left: Node) -> Node:
        """Read the factor behind `2x`, or behind `X^T W`, which is a product of matrices."""
        right = self.binary(PRODUCT + 1)
        word = "*" if isinstance(left, Number) else "·"
        return Binary(word, left, right, between(left, right))

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
        subject = compared(left) if word == "and" and is_adjective(right) else None
        if subject is not None and isinstance(right, Name):
            right = Call(PREDICATES[right.name], (subject,), right.span)
        if word in BOOLEAN:
            for operand in (left, right):
                if not is_boolean(operand) or is_adjective(operand):
                    self.fault(
                        operand, f"`{operator.text}` joins claims, and this is none",
                        for_joining(operator.text),
                    )  # fmt: skip
        return Binary(word, left, right, between(left, right))

    def comparison(self, first: Node) -> Node:
        operands: list[Node] = [first]
        operators: list[str] = []
        while self.token.kind == "operator" and (
            self.token.text in COMPARE or (self.at("not") and self.ahead().text == "in")
        ):
            if self.names_a_place(operands[-1], chain=bool(operators)):
                break
            if self.at("<") and self.touches() and self.ahead(2).text == ">":
                self.stop("this may be a type with a parameter", "put spaces around `<`")
            word = self.next().text
            if word == "not":
                word = f"not {self.next().text}"
            if self.at("..."):
                return all_in_a_row(self, operands, [*operators, word])
            operators.append(word)
            operands.append(self.member_set() if word in {"in", "not in"} else self.compared())
            if word in {"in", "not in", "⊆"}:
                operands[-1] = as_set(operands[-1])
                if isinstance(operands[-1], Binary) and operands[-1].operator in {"+", "-", "/"}:
                    self.fault(
                        operands[-1], "this is no set", "write a set, a range or an interval"
                    )
        return chained(operands, operators)

    def compared(self) -> Node:
        return self.binary(COMPARISON + 1)

    def member_set(self) -> Node:
        """Read what stands behind `in`; a type of code is a set too."""
        kind = code_type(self) if self.token.text[:1].isupper() or self.at("&") else None
        return kind or self.binary(COMPARISON + 1)

    def names_a_place(self, left: Node, *, chain: bool = False) -> bool:
        """Whether `in every layer` or `0 in training` comes next, which is no membership."""
        if not self.at("in"):
            return False
        word, spelled = self.ahead(), self.token.end - self.token.start > 1
        if word.text in EVERY or begins_mode(self) or (spelled and isinstance(left, Comparison)):
            return True
        if isinstance(left, Name) and left.name.lower() in _IN_WHAT:
            return True
        plain = word.kind == "name" and word.text.isascii() and len(word.text) > 1
        return spelled and plain and (chain or isinstance(left, Number | Constant))

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
                return self.postfix(Unary("transpose", base, between(base, exponent)))
        else:
            self.deeper()
            exponent = self.operations(self.unary(), BINARY["^"][0])
            self.depth -= 1
        return self.postfix(Binary("^", base, exponent, between(base, exponent)))

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

    def postfix(self, node: Node) -> Node:
        while True:
            token = self.token
            if token.kind == "super" and self.touches():
                node = superscript(self, node)
            elif token.kind != "operator":
                return node
            elif token.text == "." and self.touches() and self.ahead().kind == "name":
                node = member_of(self, node)
            elif token.text == "[" and self.touches():
                node = indexed(self, node)
            elif token.text == "_" and self.touches():
                node = subscript(self, node)
            elif token.text == "(" and self.touches() and is_family(node):
                node = family(self, node)
            elif token.text == "+" and isinstance(node, Name) and self.ends_grade():
                node = Name(f"{node.name}+", Span(node.span.start, self.next().end))
            elif token.text == "*" and ends_with_star(self, "*") and isinstance(node, Name):
                node = Name(f"{node.name}*", Span(node.span.start, self.next().end))
            else:
                return node

    def ends_grade(self) -> bool:
        """Whether a plus is the mark of a name, as in `{A, A+}`."""
        after = self.ahead()
        return self.touches() and after.kind == "operator" and after.text in {",", "}"}

    def primary(self) -> Node:
        """Read a value."""
        token = self.token
        if token.kind == "number":
            return percent(self, Number(numeral(self), Span(token.start, token.end)))
        if token.kind == "string":
            self.next()
            return String(unescape(token.text), Span(token.start, token.end))
        if token.kind == "name":
            return named(self)
        if token.kind == "operator" and token.text == "_":
            self.next()
            return Name(ANONYMOUS, Span(token.start, token.end))
        if token.text == "exists" and self.calls_exists():
            return called_with(self, "exists", self.next())
        if token.kind == "operator" and token.text in OPENERS:
            return OPENERS[token.text](self, self.next())
        if token.kind == "end":
            self.stop("the text ends where a value is expected", "complete the claim")
        return self.stop(
            f"a value is expected before `{token.text.strip()}`",
            for_a_value(self.tokens, self.position),
        )
