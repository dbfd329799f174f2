"""A cursor over the tokens of a text, and the interfaces between parts of the grammar."""

from abc import ABC, abstractmethod
from typing import NoReturn

from pv.claims.faults import Fault
from pv.claims.text.lexer import Token, unreadable
from pv.claims.tree import Node

MAX_DEPTH = 100
_BEYOND = 8
"""The last token stands this many times more, so that looking ahead needs no bounds."""


class Stop(Exception):  # noqa: N818 - it carries a fault out of the recursion
    """Reading cannot go on; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Cursor:
    """The tokens, and the position of the next one to read."""

    def __init__(self, tokens: list[Token], *, declares: bool = False) -> None:
        self.tokens = [*tokens, *[tokens[-1]] * _BEYOND]
        self.position = 0
        self.depth = 0
        self.bars: list[str] = []
        """Bars of absolute values and norms that are open here."""
        self.dimensions = False
        """Inside the braces of `ℝ^{n×d}`, where × and x separate sizes."""
        self.declares = declares
        """The text says which values there are, as a domain does, and claims nothing."""

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.position]

    @property
    def before(self) -> Token:
        """The token that was read last."""
        return self.tokens[self.position - 1]

    def next(self) -> Token:
        """Take the next token."""
        token = self.token
        self.position += 1
        return token

    def ahead(self, steps: int = 1) -> Token:
        """Return a token further on; at the end, the last."""
        return self.tokens[self.position + steps]

    def at(self, *words: str) -> bool:
        """Return whether one of some operators comes next."""
        token = self.tokens[self.position]
        return token.kind == "operator" and token.text in words

    def at_name(self, *words: str) -> bool:
        """Return whether one of some names comes next."""
        token = self.tokens[self.position]
        return token.kind == "name" and token.text in words

    def touches(self) -> bool:
        """Return whether no space stands before the next token."""
        at = self.position
        return at > 0 and self.tokens[at].start == self.tokens[at - 1].end

    def take(self, word: str) -> bool:
        """Take an operator if it comes next."""
        found = self.at(word)
        self.position += found
        return found

    def closing(self, at: int) -> int:
        """Return the position of the bracket that closes a round one, or of the text's end."""
        inside = 0
        while self.tokens[at].kind not in {"end", "newline"}:
            inside += {"(": 1, ")": -1}.get(self.tokens[at].text, 0)
            if not inside:
                break
            at += 1
        return at

    def close(self, word: str, opening: Token) -> Token:
        """Take a closing bracket; stops where another word stands."""
        if not self.at(word):
            forgotten = all(token.text != word for token in self.tokens[self.position :])
            message = f"`{opening.text}` is still open here"
            self.stop(message, f"close it with `{word}`", slip=forgotten)
        return self.next()

    def stop(self, message: str, remedy: str, *, slip: bool = False) -> NoReturn:
        """End reading at the next token."""
        token = self.token
        if token.kind == "odd":
            raise Stop(unreadable(token, self.tokens[-1].end))
        raise Stop(Fault(token.start, max(token.end, token.start + 1), message, remedy, slip))

    def fault(self, node: Node, message: str, remedy: str) -> NoReturn:
        """End reading at a part that was read."""
        raise Stop(Fault(node.span.start, node.span.end, message, remedy))

    def deeper(self) -> None:
        """Count the nesting; every way down passes through here."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.stop(f"nested more than {MAX_DEPTH} deep", "name the parts")


class Reader(Cursor, ABC):
    """The methods that the parts of the grammar call of each other."""

    @abstractmethod
    def condition(self) -> Node:
        """Read a whole condition, conditionals included."""

    @abstractmethod
    def binary(self, floor: int) -> Node:
        """Read operators that bind at least as tightly as `floor`."""

    @abstractmethod
    def operations(self, left: Node, floor: int) -> Node:
        """Read the operators behind a value that bind at least as tightly as `floor`."""

    @abstractmethod
    def comparison(self, first: Node) -> Node:
        """Read `< b <= c` behind a value."""

    @abstractmethod
    def unary(self) -> Node:
        """Read a value with the signs before it."""

    @abstractmethod
    def postfix(self, node: Node) -> Node:
        """Read what stands behind a value."""

    @abstractmethod
    def primary(self) -> Node:
        """Read a value."""

    @abstractmethod
    def group(self) -> list[Node]:
        """Read the statements of a line with their qualifiers."""

    @abstractmethod
    def statement(self) -> Node:
        """Read one statement."""

    @abstractmethod
    def more(self) -> bool:
        """Take a comma if another statement follows it."""

    @abstractmethod
    def conditions(self) -> Node:
        """Read conditions that must all hold."""

    @abstractmethod
    def condition_of_qualifier(self) -> Node:
        """Read one condition."""

    @abstractmethod
    def remark(self) -> None:
        """Pass over words in brackets, or behind a dash."""
