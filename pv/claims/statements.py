"""Read texts: statements, the qualifiers behind them, and remarks that are words alone."""

from collections.abc import Iterable

from pv.claims.expressions import Expressions
from pv.claims.faults import Fault
from pv.claims.lexer import Token
from pv.claims.precedence import COMPARE, NOT
from pv.claims.shapes import all_of, as_set, is_boolean
from pv.claims.stop import Stop
from pv.claims.sums import bound_variables
from pv.claims.tree import (
    Binary,
    Binder,
    Call,
    Comparison,
    Index,
    Interval,
    Name,
    Node,
    Span,
    Tuple,
    Variable,
    Where,
    names,
    walk,
)

_SORTS = {
    "scalar": "ℝ", "real": "ℝ", "integer": "ℤ", "natural": "ℕ", "constant": None, "vector": None,
    "matrix": None, "tensor": None, "string": "string", "byte": "byte", "permutation": None,
}  # fmt: skip
"""Words before a variable in `for any scalar c` -> the set that they stand for."""
_PROPERTIES = {
    ("positive", "definite"): "is_positive_definite",
    ("positive", "semidefinite"): "is_positive_semidefinite",
    ("column-stochastic",): "is_column_stochastic",
    ("column", "-", "stochastic"): "is_column_stochastic",
    ("symmetric",): "is_symmetric",
    ("orthogonal",): "is_orthogonal",
    ("even",): "is_even",
    ("odd",): "is_odd",
    ("finite",): "is_finite",
}
"""Words behind a value that say what it is -> the function that decides it."""
_NOUNS = frozenset(
    [
        "temperature",
        "momentum",
        "row",
        "column",
        "channel",
        "layer",
        "iteration",
        "step",
        "position",
        "index",
        "tensor",
        "tensors",
        "token",
        "class",
        "element",
        "output",
        "round",
    ]
)
"""Words that name a symbol and say nothing more of it: `for all tensors t`."""
_INPUTS = frozenset({"inputs", "input", "values", "cases", "points", "configs", "configurations"})
"""What a claim is about anyway: `for all valid inputs` says nothing more."""
_ADJECTIVES = {"finite": "is_finite"}
_RESTRICTING = frozenset(
    {"valid", "bounded", "normal", "fixed", "large", "small", "same", "identical", "positive",
     "negative", "given", "supported", "observed", "finite", "non", "some", "both", "stored",
     "sufficiently", "different", "repeated", "trainable", "normalized", "regular", "random"}
)  # fmt: skip
"""Words that leave out values, in a way that nothing here can decide."""
_FIRST_WORDS = frozenset(words[0] for words in _PROPERTIES)
_TYPES = frozenset(
    [
        "bool",
        "boolean",
        "string",
        "str",
        "text",
        "usize",
        "isize",
        "int",
        "integer",
        "float",
        "number",
        "f16",
        "bf16",
        "f32",
        "f64",
        "u8",
        "u16",
        "u32",
        "u64",
        "i8",
        "i16",
        "i32",
        "i64",
        "String",
        "Path",
        "bytes",
    ]
)


class Statements(Expressions):
    """Reads whole texts."""

    def text(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while self.token.kind != "end":
            found += self.group()
            if self.token.kind == "newline":
                self.next()
            elif self.token.kind != "end":
                self.stop(
                    f"the claim could end before `{self.token.text}`, which does not continue it",
                    "put an operator before it, or end the text here",
                )
        if not found:
            self.stop("the text ends where a value is expected", "complete the claim")
        return tuple(found)

    def group(self) -> list[Node]:
        """Read the statements of a line, with the qualifiers that hold for all of them."""
        if self.at("forall", "exists") or self.begins_for_all():
            return [self.prefixed()]
        found = self.statements()
        while qualified := self.qualifier(found):
            found = qualified
        return found

    def statements(self) -> list[Node]:
        found: list[Node] = []
        shared: list[Node] = []
        while True:
            item = _said_of_before(self.statement(), found)
            if isinstance(item, Name) and self.at(","):
                shared.append(item)
            else:
                found += [*self.distributed(shared, item), item]
                shared = []
            if not self.more():
                break
        for lone in shared:
            self.fault(lone, "this name says nothing", "compare it with something")
        return _with_premises(found)

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

    def distributed(self, shared: Iterable[Node], item: Node) -> list[Node]:
        """Say of `a` and `b` in `a, b, c in S` what is said of `c`."""
        shared = list(shared)
        if not shared:
            return []
        match item:
            case Comparison(
                operands=(Name() | Call() | Index(), *rest), operators=operators, span=span
            ) if operators[0] != "=":
                return [Comparison((name, *rest), operators, span) for name in shared]
        return self.fault(shared[0], "this name says nothing", "compare it with something")

    def statement(self) -> Node:
        if self.token.text in _NOUNS and self.names_a_symbol():
            self.next()
        node = self.generic_alone() or self.condition()
        if self.at(":"):
            node = self.typed(node)
        node = self.described(node)
        if self.at_name("with") and isinstance(node, Comparison) and node.operators == ("in",):
            node = self.restricted(node)
        self.remark()
        return node

    def generic_alone(self) -> Node | None:
        """Read `Result<Config, ConfigError>` where it is all that is said."""
        at = self.position
        found = self.generic() if self.token.text[:1].isupper() else None
        if (
            found is not None
            and self.token.kind not in {"end", "newline"}
            and not self.at(",", "(")
        ):
            self.position = at
            return None
        return found

    def names_a_symbol(self) -> bool:
        """Whether a noun stands before a symbol that is compared: `momentum m in (0, 1)`."""
        symbol, after = self.ahead(), self.ahead(2)
        short = symbol.kind == "name" and len(symbol.text.partition("_")[0]) == 1
        return short and (after.text in COMPARE or after.text in {":", ","} or after.kind == "end")

    def restricted(self, node: Node) -> Node:
        """Read `p in {0,1}^n with sum = 1`: what is said behind `with` is said of p."""
        self.next()
        extra = self.condition_of_qualifier()
        match node, extra:
            case (
                Comparison(operands=(subject, _), operators=("in",)),
                Comparison(operands=(Name("sum"), *rest), operators=operators, span=span),
            ):
                total = Call("sum", (subject,), span)
                extra = Comparison((total, *rest), operators, span)
        return Binary("and", node, extra, _join(node, extra))

    def typed(self, node: Node) -> Node:
        """Read `f: ℝ^d -> ℝ`, `logits: [n]` and `n: usize`."""
        if not isinstance(node, Name | Call):
            self.stop("a label is prose", "write the claim alone")
        self.next()
        if sign := self.signed():
            return Comparison((node, sign), ("in",), _join(node, sign))
        kind = self.generic() or self.binary(NOT)
        if self.at("->"):
            self.next()
            result = self.binary(NOT)
            kind = Binary("->", as_set(kind), as_set(result), _join(kind, result))
        if not is_type(kind):
            raise Stop(
                Fault(
                    kind.span.start, kind.span.end, "this description is prose", "write `in` a set"
                )
            )
        if isinstance(kind, Interval):
            kind = Tuple((kind.low, kind.high), kind.span)
        if isinstance(kind, Tuple):
            shape = Call("shape", (node,), node.span)
            return Comparison((shape, kind), ("=",), _join(node, kind))
        return Comparison((node, as_set(kind)), ("in",), _join(node, kind))

    def signed(self) -> Node | None:
        """Read `positive integer`, `non-negative real`."""
        words = [self.ahead(n) for n in range(3)]
        if words[0].text == "positive":
            mark, noun, count = "_>0", words[1], 2
        elif [word.text for word in words[:2]] == ["non", "-"] and words[2].text == "negative":
            mark, noun, count = "_>=0", self.ahead(3), 4
        else:
            return None
        letter = {"integer": "ℤ", "real": "ℝ", "int": "ℤ", "float": "ℝ"}.get(noun.text)
        if letter is None:
            return None
        self.position += count
        return Name(f"{letter}{mark}", Span(words[0].start, noun.end))

    def generic(self) -> Node | None:
        """Read `Vec<f32>` and `Result<T, E>`: a type with parameters is one name."""
        if self.token.kind != "name" or self.ahead().text != "<":
            return None
        at, inside = self.position + 2, 1
        while inside and self.tokens[at].kind in {"name", "operator"}:
            inside += {"<": 1, ">": -1}.get(self.tokens[at].text, 0)
            at += 1
        if inside:
            return None
        words = self.tokens[self.position : at]
        self.position = at
        text = "".join(word.text for word in words)
        return Name(text, Span(words[0].start, words[-1].end))

    def described(self, node: Node) -> Node:
        """Read `C positive definite`, `d even`, also behind a membership."""
        while self.token.kind == "name" and self.token.text in _FIRST_WORDS:
            said = (
                words
                for words in _PROPERTIES
                if tuple(self.ahead(n).text for n in range(len(words))) == words
            )
            words = next(said, None)
            if words is None:
                return node
            end = self.ahead(len(words) - 1).end
            self.position += len(words)
            subject = node.operands[0] if isinstance(node, Comparison) else node
            claim = Call(_PROPERTIES[words], (subject,), Span(node.span.start, end))
            plain = isinstance(node, Name | Call | Index)
            node = claim if plain else Binary("and", node, claim, claim.span)
        return node

    # words behind statements

    def qualifier(self, found: list[Node]) -> list[Node] | None:
        if self.at("when", "whenever", "if") or self.at_name("with"):
            self.next()
            condition = self.conditions()
            if self.begins_for_all() or self.at("forall"):
                condition = self.for_all_of(condition, found)
            return [
                Binary("implies", condition, each, _join(each, condition))
                for each in self.claims(found)
            ]
        if self.at("where"):
            return self.where(found)
        if self.at("for", "forall"):
            return found if self.for_all_inputs() else self.for_qualifier(found)
        if self.at_name("within"):
            return self.within_tolerance(found)
        return None

    def for_all_inputs(self) -> bool:
        """Pass over `for all valid inputs`: that is what the domain says anyway."""
        words = [self.ahead(n) for n in range(1, 4)]
        said = [
            word.text for word in words if word.text in {"all", "any", "every", "each", "valid"}
        ]
        if not said or words[len(said)].text not in _INPUTS:
            return False
        after = self.ahead(len(said) + 2)
        if after.kind not in {"end", "newline"} and after.text not in {",", ";", "("}:
            return False
        self.position += len(said) + 2
        return True

    def within_tolerance(self, found: list[Node]) -> list[Node]:
        """Read `a = b within numerical tolerance`: equal up to the obligation's tolerance."""
        last = found[-1]
        at = 1 + (self.ahead().text in {"numerical", "statistical", "floating"})
        if self.ahead(at).text not in {"tolerance", "ULP", "eps", "ε"}:
            self.stop("this qualifier is prose", "state the tolerance of the obligation")
        if not isinstance(last, Comparison) or not {"=", "≈"} & {*last.operators}:
            self.stop("nothing is equal here", "write `a = b within tolerance`")
        self.position += at + 1
        operators = tuple("≈" if word == "=" else word for word in last.operators)
        return [*found[:-1], Comparison(last.operands, operators, last.span)]

    def for_all_of(self, condition: Node, found: list[Node]) -> Node:
        """Read `J = 0 when x_i = y_i for all i`: it is the condition that holds for all i."""
        at = self.position
        (quantified,) = self.for_qualifier([condition])
        named = (
            {each.name for each in quantified.variables}
            if isinstance(quantified, Binder)
            else set()
        )
        if any(named & _letters(each) for each in found):
            self.position = at
            return condition
        return quantified

    def claims(self, found: list[Node]) -> list[Node]:
        for each in found:
            if not is_boolean(each) or isinstance(each, Name):
                self.fault(each, "this is no claim, so nothing can hold of it", "compare it")
        return found

    def conditions(self) -> Node:
        """Read `gamma = 1, beta = 0`: all of them must hold."""
        found: list[Node] = []
        shared: list[Node] = []
        while True:
            item = self.binary(0)
            if isinstance(item, Name) and self.at(",") and self.ahead().kind == "name":
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

    def condition_of_qualifier(self) -> Node:
        return self.condition_in(self.binary(0))

    def condition_in(self, node: Node) -> Node:
        if not is_boolean(node) or isinstance(node, Name):
            self.fault(node, "this condition is prose", "write a comparison")
        return node

    def where(self, found: list[Node]) -> list[Node]:
        self.next()
        if self.says_what_phi_is():
            return found
        clauses = [self.statement()]
        while self.more():
            clauses.append(self.statement())
        for clause in clauses:
            if not is_boolean(clause) or isinstance(clause, Name):
                self.fault(clause, "this clause is prose", "write a definition or a comparison")
        return [Where(each, tuple(clauses), _join(each, clauses[-1])) for each in found]

    def says_what_phi_is(self) -> bool:
        """Pass over `where Phi is the standard normal CDF`: in the language it is that anyway."""
        said = [word.text for word in self.tokens[self.position : self.position + 6]]
        same = said[:1] in (["Phi"], ["Φ"]) and said[1:] == [
            "is",
            "the",
            "standard",
            "normal",
            "CDF",
        ]
        self.position += 6 if same else 0
        return same

    def begins_for_all(self) -> bool:
        return self.at("for") and self.ahead().text in {"all", "any", "every", "each"}

    def prefixed(self) -> Node:
        """Read `∀ i: a, b`: what is quantified reaches over all statements of the line."""
        if not self.begins_for_all():
            opening = self.next()
            kind = opening.text
        else:
            opening, kind = self.next(), "forall"
            self.next()
        variables, condition = self.quantified_names()
        if self.at("forall", "exists"):
            body: list[Node] = [self.prefixed()]
        else:
            if not (self.take(":") or self.take(",") or self.take(".") or self.take("implies")):
                self.stop("a colon is missing behind what is quantified", "write `∀ i: …`")
            body = self.claims(self.group())
        whole = body[0]
        for each in body[1:]:
            whole = Binary("and", whole, each, _join(whole, each))
        return Binder(kind, variables, condition, whole, Span(opening.start, whole.span.end))

    def for_qualifier(self, found: list[Node]) -> list[Node]:
        """Read `for all x in D`, `for any scalar c`, `for t >= 1 and p in (0, 1)`, `∀ x ∈ D`."""
        opening = self.next()
        loud = self.token.text in {"all", "any", "every", "each"}
        if loud:
            self.next()
        if not loud and opening.text == "for" and not self.names_values():
            return self.for_condition(found)
        variables, condition = self.quantified_names(found)
        if self.at("where", "when"):
            self.next()
            extra = self.conditions()
            condition = extra if condition is None else Binary("and", condition, extra, extra.span)
        self.remark()
        end = self.before.end
        return [_quantified(each, variables, condition, end) for each in self.claims(found)]

    def for_condition(self, found: list[Node]) -> list[Node]:
        """Read `for x.shape = (n, d)`: a condition behind `for`."""
        start = self.token
        try:
            condition = self.conditions()
        except Stop:
            condition = None
        if not isinstance(condition, Comparison | Binary):
            message = "this qualifier is prose"
            raise Stop(Fault(start.start, start.end, message, "write `for all x in …`, or `when`"))
        return [Binary("implies", condition, each, each.span) for each in self.claims(found)]

    def names_values(self) -> bool:
        """Whether a set or a condition follows the names behind `for`."""
        at = self.position + (self.token.text in _NOUNS and self.names_a_symbol())
        at += self.tokens[at].text in _ADJECTIVES
        while self.tokens[at].kind == "name" and self.tokens[at + 1].text == ",":
            at += 2
        follows = self.tokens[at + 1] if at + 1 < len(self.tokens) else self.tokens[-1]
        return self.tokens[at].kind == "name" and (
            follows.text in COMPARE or self.tokens[at - 1].text in {*_NOUNS, *_ADJECTIVES}
        )

    def quantified_names(
        self, claims: Iterable[Node] = ()
    ) -> tuple[tuple[Variable, ...], Node | None]:
        sort = adjective = noun = None
        while self.token.text in _SORTS and self.ahead().kind == "name":
            sort = self.next()
        if self.token.text in _NOUNS and self.names_a_symbol():
            self.next()
        elif self.token.text in _ADJECTIVES and self.ahead().kind == "name":
            adjective = self.next()
        else:
            noun = self.takes_noun()
        variables, condition = bound_variables(self)
        if adjective is not None:
            said = [
                Call(_ADJECTIVES[adjective.text], (Name(each.name, each.span),), each.span)
                for each in variables
            ]
            condition = all_of([*said, *([] if condition is None else [condition])])
        if sort is not None and (named := _SORTS[sort.text]) is not None:
            domain = Name(named, Span(sort.start, sort.end))
            variables = tuple(
                Variable(each.name, each.domain or domain, each.span) for each in variables
            )
        if noun is not None:
            named_set = Name(noun.text, Span(noun.start, noun.end))
            variables = tuple(
                Variable(each.name, each.domain or named_set, each.span) for each in variables
            )
        elif condition is None:
            self.not_prose(variables, claims)
        return variables, condition

    def takes_noun(self) -> Token | None:
        """Take `endpoint` in `exists endpoint E`: what stands before a symbol says what it is."""
        word, symbol = self.token, self.ahead()
        plain = word.text.isascii() and len(word.text) > 2  # noqa: PLR2004 - longer than a symbol
        if word.kind != "name" or symbol.kind != "name" or not plain or word.text in _RESTRICTING:
            return None
        return self.next() if len(symbol.text.partition("_")[0]) == 1 else None

    def not_prose(self, variables: Iterable[Variable], claims: Iterable[Node]) -> None:
        """Refuse `for all positions`: a word is a variable where it is a sign, or in the claim."""
        used = frozenset().union(*map(names, claims))
        for variable in variables:
            if variable.name in used:
                continue
            base = variable.name.partition("_")[0].rstrip("'")
            prose = len(base) > 2 and base.isascii() and base.isalpha() and variable.domain is None  # noqa: PLR2004
            if prose and not self.at(":"):
                raise Stop(
                    Fault(variable.span.start, variable.span.end, "this qualifier is prose",
                          "name a variable of the claim")
                )  # fmt: skip

    def remark(self) -> None:
        """Pass over a parenthesis of words, or a dash and what follows: `x > 0 (positivity)`."""
        if self.token.kind == "odd" and self.token.text == "—":
            while self.token.kind not in {"end", "newline"}:
                self.next()
        if self.token.kind == "operator" and self.token.text == "(" and not self.touches():
            end = self.position + 1
            depth = 1
            while depth and self.tokens[end].kind not in {"end", "newline"}:
                depth += {"(": 1, ")": -1}.get(self.tokens[end].text, 0)
                end += 1
            words = self.tokens[self.position + 1 : end - 1]
            after = self.tokens[end]
            ends = after.kind in {"end", "newline"} or after.text in {
                ",",
                ";",
                "where",
                "for",
                "when",
            }
            if not depth and ends and words:
                if _is_claim(words):
                    self.stop("this condition stands in brackets", "write `when` before it")
                self.position = end


def _quantified(
    claim: Node, variables: tuple[Variable, ...], condition: Node | None, end: int
) -> Node:
    """Quantify a claim; in `a iff b for all i` only b speaks of i, and only b is quantified."""
    if isinstance(claim, Binary) and claim.operator == "iff":
        named = {variable.name for variable in variables}
        if named & _letters(claim.right) and not named & _letters(claim.left):
            right = _quantified(claim.right, variables, condition, end)
            return Binary("iff", claim.left, right, claim.span)
    return Binder("forall", variables, condition, claim, Span(claim.span.start, end))


def _said_of_before(item: Node, before: list[Node]) -> Node:
    """Read `x in ℝ^n, all finite`: what is said of all is said of x."""
    match item, before:
        case Call(function, (Name("all"),), span), [*_, Comparison(operands=(subject, *_))]:
            return Call(function, (subject,), span)
    return item


def _with_premises(found: list[Node]) -> list[Node]:
    """Read `a, b => c` as `a and b => c`: the commas join what is presupposed."""
    *first, last = found
    implies = [isinstance(each, Binary) and each.operator == "implies" for each in found]
    if not first or not implies[-1] or any(implies[:-1]) or not isinstance(last, Binary):
        return found
    premise = all_of([*first, last.left])
    return [Binary("implies", premise or last.left, last.right, _join(first[0], last))]


def _letters(node: Node) -> set[str]:
    """Return the names in a tree, and the subscripts of names such as x_i."""
    found = {name for each in walk(node) if isinstance(each, Name) for name in (each.name,)}
    return found | {name.rpartition("_")[2] for name in found}


def _is_claim(words: list[Token]) -> bool:
    """Whether what stands in brackets says something, and is no remark."""
    ending = Token("end", "", words[-1].end, words[-1].end)
    try:
        found = Statements([*words, ending]).text()
    except Stop:
        return False
    return any(isinstance(each, Comparison) and not _is_words(each) for each in found)


def _is_words(node: Comparison) -> bool:
    """Whether `computed in tiles` was taken for a membership."""
    return node.operators == ("in",) and all(isinstance(each, Name) for each in node.operands)


def is_type(node: Node) -> bool:
    """Whether a tree names a type, a set or a shape."""
    match node:
        case Name(name):
            return name in _TYPES or name[0] in "ℝℤℕRZN" or (name[:1].isupper() and len(name) > 1)
        case Tuple() | Interval():
            return True
        case Binary(operator="->", left=left, right=right):
            return is_type(left) and is_type(right)
        case Binary(operator="^"):
            return True
        case Call(function=function):
            return function[:1].isupper()
    return hasattr(node, "items")


def _join(first: Node, last: Node) -> Span:
    return Span(min(first.span.start, last.span.start), max(first.span.end, last.span.end))
