"""Read the statements of a domain as the space of values that they describe.

`x in ℝ^n, n >= 1, p_i in [0, 1], sum(p) = 1` gives x and p as arrays of reals and n as a size; what
is left are conditions.
"""

from collections.abc import Iterable, Mapping

from pv.claims import tree as t
from pv.claims.domains.number_sets import values_of
from pv.claims.domains.space import Space, Values
from pv.claims.evaluation.scalars.builtins import CONSTANTS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from pv.claims.text.symbols import is_size

_WHOLE = frozenset("ijkhtnmdqsNKLHTBCVWDSMbcl")
"""Letters that stand for whole numbers where nothing else is said: `n >= 1`."""
_RELATIONS = frozenset({"<", "<=", ">", ">=", "=", "!=", "≈"})


def space_of(statements: Iterable[t.Node]) -> Space:
    """Read the statements of a domain."""
    read = _Reading()
    for statement in _flat(statements):
        read.statement(statement)
    read.ends()
    sizes = Space(read.variables, {}, ()).size_names()
    for name in sizes & read.variables.keys():  # in `x in R^p, p >= 1` p is a whole number
        read.variables[name] = read.variables[name]._replace(whole=True)
    known = {*read.variables, *read.derived, *FUNCTIONS} | sizes
    meant = tuple(resolve(each, known, FUNCTIONS) for each in read.conditions)
    return Space(read.variables, read.derived, meant, tuple(read.conventions))


class _Reading:
    """Collects variables and conditions from the statements of a domain."""

    def __init__(self) -> None:
        self.variables: dict[str, Values] = {}
        self.derived: dict[str, t.Node] = {}
        self.conditions: list[t.Node] = []
        self.conventions: list[t.Node] = []

    def statement(self, said: t.Node) -> None:
        """Take one statement in; what declares nothing is a condition."""
        match said:
            case _ if not t.names(said):
                self.conventions.append(said)
            case t.Comparison(operands=(t.Name(name), inner), operators=("in",)) if (
                found := values_of(inner)
            ) is not None:
                self.member(name, found, said.span)
            case t.Comparison(operands=(t.Name(name), value, *_), operators=("=",) | ("=", "in")):
                self.derived[name] = value
            case t.Comparison(operands=(total, t.Number(1)), operators=("=",)) if (
                base := _summed(total, self.variables)
            ) in self.variables:
                self.variables[base] = self.variables[base]._replace(simplex=True)
            case t.Call(function, (t.Name(name),)) if name in self.variables:
                self.adjective(name, function, said)
            case t.Comparison(operands=(product, t.Name("I")), operators=("=",)) if (
                name := _by_its_transpose(product)
            ) in self.variables:
                self.variables[name] = self.variables[name]._replace(said=("is_orthogonal",))
                orthogonal = t.Call("is_orthogonal", (t.Name(name, said.span),), said.span)
                self.conditions.append(orthogonal)
            case t.Comparison(operands=operands, operators=operators) if _RELATIONS.issuperset(
                operators
            ):
                _bound(operands, operators, self.variables)
                self.conditions.append(said)
            case _:
                self.conditions.append(said)

    def member(self, name: str, found: Values, span: t.Span) -> None:
        """Declare a variable; `p_i in [0, 1]` says it of the items of p."""
        base = None if _names_a_size(name, found) else _array(name, self.variables)
        if base is None:
            self.variables[name] = found
            return
        sizes = self.variables[base].sizes if base in self.variables else ()
        unnamed = (t.Name(f"{base}'s size", span),)
        self.variables[base] = found._replace(sizes=sizes or unnamed)

    def ends(self) -> None:
        """Let C of `y in 0..C - 1` be a whole number from 1 on, if nothing else is said of it."""
        known = {*self.variables, *self.derived, *CONSTANTS}
        known |= Space(self.variables, {}, ()).size_names()
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


def _bound(
    operands: tuple[t.Node, ...], operators: tuple[str, ...], variables: dict[str, Values]
) -> None:
    """Let `n >= 1`, `0 < p < 1` declare what was not declared before."""
    for at, node in enumerate(operands):
        if not isinstance(node, t.Name) or node.name in variables:
            continue
        if _array(node.name, variables) in variables:  # `x_i > 0`: a condition on the items of x
            continue
        numbers = [each for each in operands if isinstance(each, t.Number)]
        integral = all(isinstance(number.value, int) for number in numbers)
        whole = integral and node.name.partition("_")[0] in _WHOLE
        found = Values(whole=whole)
        if at > 0 and operators[at - 1] in {"<", "<="}:
            found = found._replace(low=operands[at - 1], open_low=operators[at - 1] == "<")
        if at > 0 and operators[at - 1] in {">", ">="}:
            found = found._replace(high=operands[at - 1], open_high=operators[at - 1] == ">")
        if at < len(operators) and operators[at] in {">", ">="}:
            found = found._replace(low=operands[at + 1], open_low=operators[at] == ">")
        if at < len(operators) and operators[at] in {"<", "<="}:
            found = found._replace(high=operands[at + 1], open_high=operators[at] == "<")
        variables[node.name] = found


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
        case t.Binary("@" | "·" | "*", t.Unary("transpose", t.Name(one)), t.Name(other)):
            return one if one == other else ""
        case t.Binary("@" | "·" | "*", t.Name(one), t.Unary("transpose", t.Name(other))):
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


def _flat(statements: Iterable[t.Node]) -> Iterable[t.Node]:
    for statement in statements:
        if isinstance(statement, t.Binary) and statement.operator == "and":
            yield from _flat((statement.left, statement.right))
        else:
            yield statement
