"""Read the statements of a domain as the space of values that they describe.

`x in ℝ^n, n >= 1, p_i in [0, 1], sum(p) = 1` gives x and p as arrays of reals and n as a size; what
is left are conditions.
"""

from collections.abc import Collection, Iterable, Mapping

from pv.claims import tree as t
from pv.claims.domains.number_sets import infinity, is_of_indices, values_of
from pv.claims.domains.space import Space, Values
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from pv.claims.text.lexer import INSTANT
from pv.claims.text.symbols import is_size

_WHOLE = frozenset("ijkhtnmdqsNKLHTBCVWDSMbcl")
"""Letters that stand for whole numbers where nothing else is said: `n >= 1`."""
_RELATIONS = frozenset({"<", "<=", ">", ">=", "=", "!=", "≈"})
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
SUM_1 = "sums_to_1"
"""What is said of a variable whose items have the sum 1, and may be negative."""


def space_of(statements: Iterable[t.Node]) -> Space:
    """Read the statements of a domain."""
    read = _Reading()
    for statement in statements:
        for each in t.joined(statement, "and"):
            read.statement(each)
    read.ends()
    sizes = Space(read.variables, {}, ()).size_names()
    for name in sizes & read.variables.keys():  # in `x in R^p, p >= 1` p is a whole number
        read.variables[name] = _whole(read.variables[name])
    kinds = {name: t.names(said) - {name} for name, said in read.objects.items()}
    objects = {name: kind for name, said in kinds.items() for kind in said}
    known = {*read.variables, *read.derived, *read.objects, *FUNCTIONS} | sizes
    meant = tuple(resolve(each, known, FUNCTIONS) for each in read.conditions)
    return Space(read.variables, read.derived, meant, tuple(read.conventions), objects)


class _Reading:
    """Collects variables and conditions from the statements of a domain."""

    def __init__(self) -> None:
        self.variables: dict[str, Values] = {}
        self.derived: dict[str, t.Node] = {}
        self.conditions: list[t.Node] = []
        self.conventions: list[t.Node] = []
        self.indices: dict[str, t.Node] = {}
        """Variable -> `[0, V)`: it is a whole number unless V is a real one."""
        self.guessed: set[str] = set()
        """Variables that only a bound declares, and whose letter says what numbers they are."""
        self.objects: dict[str, t.Node] = {}
        self.sets: dict[str, list[t.Node]] = {}
        self.sums: dict[str, t.Node] = {}
        """Variable -> the statement that the sum of its items is 1."""

    def statement(self, said: t.Node) -> None:
        """Take one statement in; what declares nothing is a condition."""
        match said:
            case _ if not t.names(said):
                self.conventions.append(said)
            case t.Comparison(operands=(t.Name(name), inner), operators=("in",)) if (
                found := values_of(inner)
            ) is not None:
                self.sets.setdefault(name, []).append(inner)
                self.member(name, found, said.span)
                self.indices |= {name: inner} if is_of_indices(inner) else {}
            case t.Comparison((t.Name(name), t.Name()), ("in" | ":",)):
                self.objects[name] = said
            case t.Comparison((t.Name(name), value, *sets), ("=",) | ("=", "in")):
                if self.derived.setdefault(name, value) is not value:
                    self.conditions.append(said)
                self.sets.setdefault(name, []).extend(sets)
            case t.Comparison(operands=(total, t.Number(1)), operators=("=",)) if (
                base := _summed(total, self.variables)
            ) in self.variables:
                self.sums[base] = said
            case t.Call(function, (t.Name(name),)) if name in self.variables:
                self.adjective(name, function, said)
            case t.Comparison(operands=(product, t.Name("I")), operators=("=",)) if (
                name := _by_its_transpose(product)
            ) in self.variables:
                orthogonal = t.Call("is_orthogonal", (t.Name(name, said.span),), said.span)
                self.adjective(name, "is_orthogonal", orthogonal)
            case t.Call("full_match", (t.Name() as text, _)):
                self.texts((text,), "string", said)
            case t.Comparison(operands=operands) if kind := _kind_of_texts(operands):
                self.texts(operands, kind, said)
            case t.Comparison(operands=operands, operators=operators) if _RELATIONS.issuperset(
                operators
            ):
                self.guessed |= _bound(operands, operators, self.variables, self.objects)
                self.conditions.append(said)
            case _:
                self.conditions.append(said)

    def member(self, name: str, found: Values, span: t.Span) -> None:
        """Declare a variable; `p_i in [0, 1]` says it of the items of p."""
        base = None if _names_a_size(name, found) else _array(name, self.variables)
        before = self.variables.get(base or name)
        if before is not None:
            before = before._replace(whole=before.whole and name not in self.guessed)
            self.guessed.discard(name)
            self.variables[base or name] = self.both(base or name, before, found, span)
        elif base is None:
            self.variables[name] = found
        else:
            self.variables[base] = found._replace(sizes=(t.Name(f"{base}'s size", span),))

    def texts(self, operands: Iterable[t.Node], kind: str, said: t.Node) -> None:
        """Let a condition on texts declare what was not declared before; dates are texts."""
        for each in operands:
            if isinstance(each, t.Name) and each.name not in {*self.variables, *self.objects}:
                declared = (each, t.Name(kind, said.span))
                self.objects[each.name] = t.Comparison(declared, ("in",), said.span)
        self.conditions.append(said)

    def both(self, name: str, first: Values, second: Values, span: t.Span) -> Values:
        """Return the values that are in two sets; what they cannot state becomes a condition."""
        if second.listed and not first.listed:
            first, second = second, first
        joined = first._replace(
            whole=first.whole or second.whole,
            sizes=first.sizes or second.sizes,
            simplex=first.simplex or second.simplex,
            said=(*first.said, *second.said),
        )
        if first.listed and second.listed:
            listed = t.Set(second.listed, span)
            self.conditions.append(t.Comparison((t.Name(name, span), listed), ("in",), span))
        words = (">" if second.open_low else ">=", "<" if second.open_high else "<=")
        for word, end in zip(words, (second.low, second.high), strict=True):
            before = joined
            joined = _limited(joined, word, end) if end else joined
            if end and joined == before:
                self.conditions.append(t.Comparison((t.Name(name, span), end), (word,), span))
        if None in (first.low, second.low) and infinity(joined.low) < 0:  # one of them has no −∞
            joined = joined._replace(low=None)
        if None in (first.high, second.high) and infinity(joined.high) > 0:
            joined = joined._replace(high=None)
        return joined

    def ends(self) -> None:
        """Settle what only all statements together say."""
        for name, said in self.sums.items():
            values = self.variables[name]
            if values.simplex or _is_not_negative(values):
                self.variables[name] = values._replace(simplex=True)
            else:
                self.adjective(name, SUM_1, said)
        real = {name for name, values in self.variables.items() if not values.whole}
        for name, high in self.indices.items():
            if t.names(high) & real:
                self.variables[name] = self.variables[name]._replace(whole=False)
        for name, said in tuple(self.objects.items()):
            if t.names(said) & {*self.variables, *self.derived}:  # `x in S, S = {1, 2}`
                self.conditions.append(self.objects.pop(name))
        # C of `y in 0..C - 1` is a whole number from 1 on, if nothing else is said of it.
        known = {*self.variables, *self.derived, *self.objects, *CONSTANTS}
        known |= Space(self.variables, {}, ()).size_names()
        for name in self.sets.keys() & self.derived.keys():
            span, sets = self.derived[name].span, self.sets[name]
            found = values_of(sets[0]) if sets and t.names(self.derived[name]) - known else None
            if found is not None:  # of `a = y - z ∈ ℝ` a is drawn, if nothing says y
                self.variables[name] = found
                del self.derived[name]
            for each in sets if found is None else ():
                if not isinstance(each, t.Name):
                    self.conditions.append(t.Comparison((t.Name(name, span), each), ("in",), span))
        for values in tuple(self.variables.values()):
            if values.whole and not values.listed and isinstance(values.low, t.Number):
                for name in sorted(frozenset() if values.high is None else t.names(values.high)):
                    if name not in known and isinstance(values.high, t.Name | t.Binary):
                        low = t.Number(1, values.high.span)
                        self.variables[name] = Values(whole=True, low=low)

    def adjective(self, name: str, function: str, said: t.Node) -> None:
        """Keep what is said of a variable in a word: values are drawn so that it holds."""
        already = self.variables[name].said
        self.variables[name] = self.variables[name]._replace(said=(*already, function))
        self.conditions.append(said)


def _kind_of_texts(operands: Iterable[t.Node]) -> str:
    """Return what is compared with texts: "date", "datetime", "string", or "" for none of them."""
    texts = [each.value for each in operands if isinstance(each, t.String)]
    found = INSTANT.fullmatch(texts[0]) if texts else None
    return ("datetime" if found[1] else "date") if found else "string" if texts else ""


def _bound(
    operands: tuple[t.Node, ...],
    operators: tuple[str, ...],
    variables: dict[str, Values],
    objects: Collection[str],
) -> set[str]:
    """Let `n >= 1`, `0 < p < 1` declare what was not declared before, and end what has no end.

    Returns what it declares; `objects` are no numbers.
    """
    new: set[str] = set()
    pairs = [*zip(operands, operators, operands[1:], strict=False)]
    sides = [*pairs, *((right, _FLIPPED.get(word, ""), left) for left, word, right in pairs)]
    numbers = [each for each in operands if isinstance(each, t.Number)]
    integral = all(isinstance(number.value, int) for number in numbers)
    for node in operands:
        if not isinstance(node, t.Name) or node.name in objects:
            continue
        name = node.name
        if name not in variables and (base := _array(name, variables)) in variables:
            if name[-1] not in {*"ijk"} - variables.keys():
                continue  # a condition on one item
            name = base or name  # `x_i > 0` says it of every item of x
        elif name not in variables:
            new.add(name)
            variables[name] = Values(whole=integral and name.partition("_")[0] in _WHOLE)
        waiting = {each.name for each in operands if isinstance(each, t.Name)} - variables.keys()
        for _, word, end in (side for side in sides if side[0] is node):
            if infinity(end):
                continue  # `x < ∞` says nothing of a number
            if not t.names(end) or (name in new and not t.names(end) & waiting):
                variables[name] = _limited(variables[name], word, end)
    return new


def _limited(values: Values, word: str, end: t.Node) -> Values:
    """Give values an end, if they have none there."""
    no_low, no_high = (each is None or infinity(each) for each in (values.low, values.high))
    if word in {">", ">="} and no_low and not values.listed:
        return values._replace(low=end, open_low=word == ">")
    if word in {"<", "<="} and no_high and not values.listed:
        return values._replace(high=end, open_high=word == "<")
    return values


def _whole(values: Values) -> Values:
    """Return the whole numbers among values, none of which is infinite."""
    low = None if infinity(values.low) < 0 else values.low
    high = None if infinity(values.high) > 0 else values.high
    return values._replace(whole=True, low=low, high=high)


def _is_not_negative(values: Values) -> bool:
    low = values.listed or (values.low,)
    return all(isinstance(each, t.Number) and each.value >= 0 for each in low)


def _summed(total: t.Node, variables: Mapping[str, Values]) -> str:
    """Return what the sum of all items is of: `sum(p)`, `Σ_i p_i`, `Σ p`."""
    match total:
        case t.Call("sum", (t.Name(name),)) | t.Binder("sum", _, None, t.Name(name)):
            return _array(name, variables) or name
        case t.Binder("sum", (t.Variable(letter),), None, t.Index(t.Name(name), (t.Name(index),))):
            return name if letter == index else ""
    return ""


def _by_its_transpose(product: t.Node) -> str:
    """Return Q for `Q^T Q` and `Q @ Q^T`."""
    match product:
        case t.Binary("@" | "·" | "*", t.Unary("transpose", t.Name(one)), t.Name(other)) | t.Binary(
            "@" | "·" | "*", t.Name(one), t.Unary("transpose", t.Name(other))
        ):
            return one if one == other else ""
    return ""


def _array(name: str, variables: Mapping[str, Values]) -> str | None:
    """Return what `p_i` is an item of, if it is one of something."""
    base, mark, subscript = name.rpartition("_")
    if not mark or len(subscript) != 1 or name in variables:
        return None
    if is_size(name) and base not in variables:
        return None
    return base if base in variables or subscript in "ijk" else None


def _names_a_size(name: str, values: Values) -> bool:
    """Return whether `W_k ∈ ℝ^{d×k}` names its own size: a matrix called W_k, and no item of W."""
    subscript = name.rpartition("_")[2]
    return any(subscript in t.names(size) for size in values.sizes)
