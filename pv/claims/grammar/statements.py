"""Read texts: statements, the qualifiers behind them, and remarks that are words alone."""

from typing import NoReturn

from pv.claims import tree as t
from pv.claims.grammar.expressions import Expressions
from pv.claims.grammar.words import descriptions
from pv.claims.grammar.words.adjectives import adjective
from pv.claims.grammar.words.declarations import typed
from pv.claims.grammar.words.labels import title
from pv.claims.grammar.words.prefixes import begins_prefix, prefixed
from pv.claims.grammar.words.qualifiers import qualifier
from pv.claims.grammar.words.sorts import kind_at
from pv.claims.machine_types import MACHINE
from pv.claims.text.classify import all_of, between, is_boolean
from pv.claims.text.hints import for_going_on
from pv.claims.text.lexer import Token
from pv.claims.text.symbols import CHANGING, LIMITING, is_sign

_BEHIND_REMARKS = frozenset({",", ";", "where", "for", "when"})
_IN_REMARKS = frozenset({",", ".", "-", ";", ":", "/", "in", "is", "for", "or", "and", "not"})


class Statements(Expressions):
    """Reads whole texts."""

    def text(self) -> tuple[t.Node, ...]:
        found: list[t.Node] = []
        while self.token.kind != "end":
            found += self.group()
            if self.token.kind == "newline":
                self.next()
            elif self.token.kind != "end":
                self.unfinished()
        if not found:
            self.stop("the text ends where a value is expected", "complete the claim")
        return tuple(found)

    def unfinished(self) -> NoReturn:
        """Stop where a text goes on behind what could be all of it."""
        word = self.token.text
        if self.at(")", "]", "}"):
            self.stop(f"nothing is open that `{word}` could close", "remove it", slip=True)
        if hint := for_going_on(self.tokens, self.position):
            self.stop(*hint)
        self.stop(
            f"the claim could end before `{word}`, which does not continue it",
            "put an operator before it, or end the text here",
        )

    def group(self) -> list[t.Node]:
        """Read the statements of a line, with the qualifiers that hold for all of them."""
        if begins_prefix(self):
            return prefixed(self)
        title(self)
        found = self.statements()
        while qualified := qualifier(self, found):
            found = qualified
        return found

    def statements(self) -> list[t.Node]:
        before: list[t.Node] = []  # what stands before the last semicolon
        joined = False
        found: list[t.Node] = []
        shared: list[t.Node] = []
        while True:
            item = self.statement()
            remarked = item.span.end < self.before.end  # `w (a task vector), p in [0, 1)`
            if isinstance(item, t.Name) and self.at(",") and not remarked:
                shared.append(item)
            else:
                if found and isinstance(item, t.Name) and _is_type(item.name):
                    self.fault(item, "nothing is said to be of this type", "write `x: f32`")
                if self.at(",") and not self.declares and _is_value(item):
                    self.fault(item, "nothing is said of this value", "compare it with something")
                found += [*self.distributed(shared, item), item]
                shared = []
            if self.declares and self.at("(") and found:
                said = self.in_brackets()
                for each in said:
                    if not t.names(each) & t.names(found[-1]):
                        self.fault(
                            each, "what this is said of is not plain", "declare it by itself"
                        )
                found += said
            if self.at(";"):
                whole = self.premised(found, joined=joined)
                joined = joined or len(whole) < len(found)
                before += whole
                found = []
            if not self.more():
                break
        for lone in shared:
            self.fault(lone, "this name says nothing", "compare it with something")
        return [*before, *self.premised(found, joined=joined)]

    def premised(self, found: list[t.Node], *, joined: bool) -> list[t.Node]:
        """Join premises; in `a, b => c; d => e` it is open what e presupposes."""
        if joined and any(map(_is_implication, found)):
            self.fault(found[0], "what this presupposes is not plain", "write all of it with `and`")
        return _with_premises(found)

    def in_brackets(self) -> list[t.Node]:
        """Read `(1 <= T <= 64)` behind a declaration: a condition as any other."""
        opening = self.next()
        self.deeper()
        said = self.statements()
        self.depth -= 1
        self.close(")", opening)
        return said

    def more(self) -> bool:
        if not self.at(",", ";"):
            return False
        after = self.ahead()
        if after.text in {"where", "when", "for", "with"} or after.kind in {"end", "newline"}:
            if after.kind == "end":
                self.stop("a statement is missing behind the comma", "remove the comma")
            self.next()
            return False
        self.next()
        return True

    def distributed(self, shared: list[t.Node], item: t.Node) -> list[t.Node]:
        """Say of `a` and `b` in `a, b, c in S` what is said of `c`."""
        if not shared:
            return []
        match item:
            case t.Comparison(
                operands=(t.Name() | t.Call() | t.Index(), *rest), operators=operators, span=span
            ) if operators[0] != "=":
                return [t.Comparison((name, *rest), operators, span) for name in shared]
        return self.fault(shared[0], "this name says nothing", "compare it with something")

    def statement(self) -> t.Node:
        descriptions.pass_over_description(self)
        node = self.kind_alone() or descriptions.of_each(self.condition())
        if self.at(":"):
            node = typed(self, node)
        node = descriptions.described(self, node)
        if self.at_name("with") and isinstance(node, t.Comparison) and node.operators == ("in",):
            node = descriptions.restricted(self, node)
        elif self.at_name("with") and self.declares and isinstance(node, t.Name):
            self.next()
            node = self.condition_of_qualifier()
        self.remark()
        return node

    def kind_alone(self) -> t.Node | None:
        """Read `positive integer`, `probability vector` where it is a set, and all that is said."""
        if not self.declares or self.position:
            return None
        kind = kind_at(self)
        if kind is None or kind.as_set is None or self.token.kind != "end":
            self.position = 0
            return None
        return kind.as_set

    def conditions(self) -> t.Node:
        """Read `gamma = 1, beta = 0`: all of them must hold."""
        found: list[t.Node] = []
        shared: list[t.Node] = []
        while True:
            item = self.binary(0)
            if isinstance(item, t.Name) and self.at(",") and self.ahead().kind == "name":
                shared.append(item)
            else:
                found += [*self.distributed(shared, item), self.condition_in(item)]
                shared = []
            if not self.at(",") or self.ahead().text in {"for", "where", "when"}:
                break
            self.next()
        self.remark()
        whole = all_of(found)
        if whole is None:
            self.stop("a condition is missing", "write a comparison")
        return whole

    def condition_of_qualifier(self) -> t.Node:
        return self.condition_in(self.binary(0))

    def condition_in(self, node: t.Node) -> t.Node:
        if not is_boolean(node) or isinstance(node, t.Name):
            self.fault(node, "this condition is prose", "write a comparison")
        return node

    def remark(self) -> None:
        """Pass over a parenthesis of words, or a dash and what follows: `x > 0 (positivity)`."""
        self.deeper()
        self.pass_over_remark()
        self.depth -= 1

    def pass_over_remark(self) -> None:
        if self.token.kind == "odd" and self.token.text == "—":
            while self.token.kind not in {"end", "newline"}:
                if self.token.text.lower() in LIMITING | {"for", "in"}:
                    self.stop(
                        "this word may limit what stands before the dash", "say it in a claim"
                    )
                self.next()
        if not self.at("(") or self.touches():
            return
        end = self.closing(self.position)
        words, after = self.tokens[self.position + 1 : end], self.tokens[end + 1]
        ends = after.kind in {"end", "newline"} or after.text in _BEHIND_REMARKS
        closed = self.tokens[end].text == ")"
        if not closed or not ends or all(word.kind != "name" for word in words):
            return
        if _is_remark(words, typed=self.declares):
            self.position += 1
            kind = kind_at(self) or (self.declares and adjective(self))
            if kind and self.position == end:
                self.stop("this kind stands in brackets", "say it in a claim: `and x in ℤ`")
            self.position = end + 1
        elif not self.declares:  # there it is another condition on what is declared
            message = "what stands in these brackets may belong to the claim"
            self.stop(message, "keep words alone in a remark, or write `when` before it")


def _is_value(node: t.Node) -> bool:
    """Return whether a call may give a number, as in `f(n), n > 5`; predicates give none."""
    return isinstance(node, t.Call) and not node.function.startswith(("is", "has", "are"))


def _is_type(name: str) -> bool:
    return name in MACHINE or name.endswith(">")


def _is_implication(node: t.Node) -> bool:
    return isinstance(node, t.Binary) and node.operator == "implies"


def _with_premises(found: list[t.Node]) -> list[t.Node]:
    """Read `a, b => c` as `a and b => c`: the commas join what is presupposed."""
    *first, last = found
    implies = [_is_implication(each) for each in found]
    if not first or not implies[-1] or any(implies[:-1]) or not isinstance(last, t.Binary):
        return found
    premise = all_of([*first, last.left])
    return [t.Binary("implies", premise or last.left, last.right, between(first[0], last))]


def _is_remark(words: list[Token], *, typed: bool) -> bool:
    """Return whether words in brackets are plain English, with no symbol and no condition."""
    if words[0].kind == "operator" or (len(words) == 1 and words[0].text.lower() in CHANGING):
        return False
    if not typed and any(word.text in MACHINE for word in words):
        return False
    return all(map(_is_english, words, [words[0], *words]))


def _is_english(word: Token, before: Token) -> bool:
    if word.kind == "operator":
        return word.text in _IN_REMARKS
    possessive = word.text == "s" and before.text.endswith("'") and before.end == word.start
    return word.kind in {"number", "string"} or (
        word.kind == "name"
        and (possessive or not is_sign(word.text) or (word.text.istitle() and len(word.text) > 1))
        and word.text.lower() not in LIMITING
    )
