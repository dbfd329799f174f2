"""Read comparisons, which chain, and what stands behind `in`."""

from itertools import pairwise

from pv.claims import tree as t
from pv.claims.grammar.notation.ellipsis_chains import all_in_a_row
from pv.claims.grammar.notation.reductions import EVERY
from pv.claims.grammar.words.adjectives import FIRST_WORDS
from pv.claims.grammar.words.code_types import code_type
from pv.claims.precedence import BINARY, COMPARE, COMPARISON, POSTFIX
from pv.claims.text.classify import PREDICATES, as_set, between, chained, is_claim
from pv.claims.text.cursor import Reader

_IN_WHAT = frozenset(
    ["linear", "quadratic", "cubic", "polynomial", "constant", "monotone", "monotonic",
     "sublinear", "logarithmic", "exponential", "affine"]
)  # fmt: skip
"""`linear in n` says how something grows, and is no membership."""


def compares(read: Reader) -> bool:
    """Return whether an operator that compares comes next."""
    word = read.token.text
    after = read.ahead()
    if read.token.kind == "name":
        return word == "matches" and after.kind == "string"
    negated = word == "not" and after.text == "in"
    return read.token.kind == "operator" and (word in COMPARE or negated)


def comparison(read: Reader, first: t.Node) -> t.Node:
    """Read `< b <= c` behind a value; what stands behind `:=` is all of it."""
    operands: list[t.Node] = [first]
    operators: list[str] = []
    while compares(read):
        if names_a_place(read, operands[-1], chain=bool(operators)):
            break
        if read.at("<") and read.touches() and read.ahead(2).text == ">":
            read.stop("this may be a type with a parameter", "put spaces around `<`")
        word = read.next().text
        if word == "matches":
            if operators:
                read.stop("what matches is not plain", "put brackets around it")
            pattern = read.binary(POSTFIX)
            return t.Call("full_match", (first, pattern), between(first, pattern))
        if word == ":=":
            return chained([*operands, read.binary(0)], [*operators, "="])
        if word == "not":
            word = f"not {read.next().text}"
        if read.at("..."):
            return all_in_a_row(read, operands, [*operators, word])
        operators.append(word)
        operands.append(_operand(read, word))
        if operators == ["="] and is_claim(operands[1]) and read.at("and", "or"):
            operands[1] = _whole(read, operands[1])
    if _is_unclear(operators):
        read.fault(operands[-1], "how this chain is meant is not plain", "write two claims")
    if operators in (["="], ["in"]) and isinstance(operands[1], t.Name) and _joins_a_name(read):
        message = f"how far `{operators[0]}` reaches is not plain"
        read.fault(operands[1], message, "put brackets around what it is said of")
    for each in operands:
        if isinstance(each, t.Name) and each.name.lower() in EVERY and not read.declares:
            read.fault(each, "what all these are is not said", "name it: `x_i > 0 for all i`")
        if isinstance(each, t.Name) and each.name == "sum" and not _behind_with(read, each):
            read.fault(each, "what this is the sum of is not said", "write `sum(x) = 1`")
    return chained(operands, operators)


def _is_unclear(operators: list[str]) -> bool:
    """Return whether a chain may mean two things: `a != b != c`, `x in A = b`."""
    member = any(
        a in {"in", "not in"} and b in {"in", "not in", "=", "!="} for a, b in pairwise(operators)
    )
    far = "proportional_to" in operators and len(operators) > 1
    return member or far or operators.count("!=") > 1


def _joins_a_name(read: Reader) -> bool:
    """Return whether `and q` comes next: in `ok = p and q` all of it may be what is equal."""
    name, after = read.ahead(), read.ahead(2)
    alone = after.kind in {"end", "newline"} or after.text in {"and", "or", ")", ",", ";"}
    says = name.kind == "name" and name.text not in {*PREDICATES, *FIRST_WORDS}
    return read.at("and", "or") and says and alone


def _behind_with(read: Reader, node: t.Node) -> bool:
    """Return whether a node follows `with`: `p in {0,1}^n with sum = 1` says what is summed."""
    at = next(n for n, token in enumerate(read.tokens) if token.start == node.span.start)
    return at > 0 and read.tokens[at - 1].text == "with"


def _whole(read: Reader, first: t.Node) -> t.Node:
    """Read `stop = (p > 0) and e > p`: what is equal to a claim is equal to all of it."""
    found = read.operations(first, BINARY["or"][0])
    closed = {token.start for token in read.tokens if token.text == ")"}
    equal = (
        part for part in t.walk(found) if isinstance(part, t.Comparison) and "=" in part.operators
    )
    for part in equal:
        if part.span.start > first.span.end and part.span.end not in closed:
            message = "how far the equality before it reaches is not plain"
            read.fault(part, message, "put brackets around what is equal")
    return found


def _operand(read: Reader, word: str) -> t.Node:
    """Read what is compared with; behind `in` it is a set, which a type of code is too."""
    if word not in {"in", "not in", "⊆"}:
        return read.binary(COMPARISON + 1)
    typed = word != "⊆" and (read.token.text[:1].isupper() or read.at("&"))
    found = as_set((code_type(read) if typed else None) or read.binary(COMPARISON + 1))
    if isinstance(found, t.Binary) and found.operator in {"+", "-", "/"}:
        read.fault(found, "this is no set", "write a set, a range or an interval")
    return found


def names_a_place(read: Reader, left: t.Node, *, chain: bool = False) -> bool:
    """Return whether `in every layer` or `0 in training` comes next, which is no membership."""
    if not read.at("in"):
        return False
    word, spelled = read.ahead(), read.token.end - read.token.start > 1
    if word.text in EVERY or (spelled and isinstance(left, t.Comparison)):
        return True
    if isinstance(left, t.Name) and left.name.lower() in _IN_WHAT:
        return True
    plain = word.kind == "name" and word.text.isascii() and len(word.text) > 1
    plain = plain and read.ahead(2).text != "("
    return spelled and plain and (chain or isinstance(left, t.Number | t.Constant))
