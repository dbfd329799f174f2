"""Resolve the names of a claim, once it is known which ones there are.

`x_i` becomes the i-th item of x, `QK` the product of Q and K,
`sum(x_i)` a sum over i, and indices that nothing binds are quantified: `x_i > 0` is said of all i.
"""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from pv.claims import tree as t
from pv.claims.text.symbols import is_sign, is_size

_LETTERS = frozenset("abcdehijklmnopqrstuvwxyz")
_TITLED = frozenset({"var", "mean", "std", "max", "min", "sum", "exp", "log", "sqrt", "abs"})
"""Functions whose names are also written with a capital: `Var(y)`."""
_BAR = "\u0304"
_PAIRED = frozenset("ijklmnst")
"""Letters of which two make two subscripts."""
_REDUCED = frozenset({"sum", "prod", "max", "min", "mean"})


def resolve(
    node: t.Node,
    known: Collection[str],
    functions: Collection[str] = (),
    indices: Collection[str] = (),
) -> t.Node:
    """Return a claim in which subscripts, products and sums are written out.

    `known` are the parameters, constants and functions that the claim may use; `functions` are
    those of them that can be called, so that `δ(a + b)` of another is a product. `indices` are
    known too, and a sum that names no index may use them for its own.
    """
    everything = frozenset(known) | frozenset(indices)
    resolved = _Resolver(everything, frozenset(functions), frozenset(indices)).node(node)
    return _quantified(resolved, everything)


def _quantified(node: t.Node, known: frozenset[str]) -> t.Node:
    """Say of every index what is said of an open one; in `a iff b` where it is said."""
    free = _free_indices(node, known)
    if not free:
        return node
    if isinstance(node, t.Binary) and node.operator == "iff":
        both = _free_indices(node.left, known) & _free_indices(node.right, known)
        if not both:
            left, right = _quantified(node.left, known), _quantified(node.right, known)
            return t.Binary("iff", left, right, node.span)
    claim = _subscripted(node, free, known)
    return t.Binder("forall", _over(free, node.span), None, claim, node.span)


def _over(letters: Iterable[str], span: t.Span) -> tuple[t.Variable, ...]:
    return tuple(t.Variable(letter, None, span) for letter in sorted(letters))


def _subscripted(node: t.Node, free: Collection[str], known: Collection[str]) -> t.Node:
    """Write `h_l` as an item of h in `h_{l + 1} = h_l`, which is said of every l."""

    def change(part: t.Node) -> t.Node:
        match part:
            case t.Name(name, span) if name not in known:
                base, _, subscript = name.rpartition("_")
                paired = len(subscript) == 2 and {*subscript} <= _PAIRED  # noqa: PLR2004 - _ij
                letters = tuple(subscript) if paired else (subscript,)
                if base and {*letters} & {*free}:
                    items = tuple(t.Name(each, span) for each in letters)
                    return t.Index(t.Name(base, span), items, span, subscript=True)
        return t.rebuild(part, change)

    return change(node)


@dataclass(frozen=True, slots=True)
class _Resolver:
    known: frozenset[str]
    functions: frozenset[str]
    indices: frozenset[str]
    bound: frozenset[str] = frozenset()
    """Variables of the binders around a name."""

    def node(self, node: t.Node) -> t.Node:
        match node:
            case t.Name():
                return self.name(node)
            case t.Unary("transpose", t.Name(name), span) if self.factors(name):
                *first, last = self.factors(name)
                turned: t.Node = t.Unary("transpose", t.Name(last, span), span)
                return _product([*(t.Name(each, span) for each in first), turned])
            case t.Call(function, (argument,), span) if self.is_factor(function):
                return t.Binary("*", t.Name(function, span), self.node(argument), span)
            case t.Call("‖", (inner, t.Name("F" | "fro" | "inf" as order, place)), span):
                return t.Call("‖", (self.node(inner), t.String(order, place)), span)
            case t.Call(function, (argument,), span) if function in _REDUCED:
                inner = self.node(argument)
                if open_ones := _free_indices(inner, self.known):
                    return t.Binder(function, _over(open_ones, span), None, inner, span)
                return t.Call(function, (inner,), span)
            case t.Call(function, arguments, span) if (
                function not in self.functions
                and (plain := function.lower()) in self.functions & _TITLED
            ):
                return self.node(t.Call(plain, arguments, span))
            case t.Call("count", (t.Comparison() as claim,), span) if open_ones := _free_indices(
                self.node(claim), self.known
            ):
                one, none = t.Number(1, span), t.Number(0, span)
                held = t.Conditional(self.node(claim), one, none, span)
                return t.Binder("sum", _over(open_ones, span), None, held, span)
            case t.Member(record, "shape", span):
                return t.Call("shape", (self.node(record),), span)
            case t.Binary(
                "·" | "*", t.Binary("/", t.Number(1), t.Name(n)), t.Binder("sum") as total
            ) if n not in self.known and len(n) == 1:  # `1/n Σ x_i`: n is the number of terms
                return self.binder(replace(total, kind="mean"))
            case t.Binder():
                return self.binder(node)
            case t.Where():
                return replace(self, known=self.known | t.defined(node)).parts(node)
        return self.parts(node)

    def parts(self, node: t.Node) -> t.Node:
        return t.rebuild(node, self.node)

    def name(self, node: t.Name) -> t.Node:
        if node.name in self.known:
            return node
        if not node.name.isascii() and (averaged := _below_a_bar(node.name)) in self.known:
            return t.Call("mean", (t.Name(averaged, node.span),), node.span)
        base, mark, subscript = node.name.rpartition("_")
        if mark and (self.is_counted(node.name, base, subscript) or self.is_bound(subscript)):
            items = self.subscripts(subscript, node)
            return t.Index(t.Name(base, node.span), items, node.span, subscript=True)
        factors = self.factors(node.name)
        return _product([t.Name(each, node.span) for each in factors]) if factors else node

    def is_counted(self, whole: str, base: str, subscript: str) -> bool:
        """Return whether a name is an item of a known array; `lm_head_t` is a name of its own."""
        words = "_" in base and not subscript.isdigit() and not is_sign(base)
        two = subscript.isdigit() and len(subscript) > 1  # `A_12` may be in row 1 and column 2
        counted = base in self.known and self.is_subscript(subscript)
        return counted and not (words or two or is_size(whole))

    def is_bound(self, text: str) -> bool:
        """Return whether a subscript is a variable of a binder around it, as i in `Σ_i p_i`."""
        return text in self.bound or (
            len(text) == 2 and {*text} <= _PAIRED and bool({*text} & self.bound)  # noqa: PLR2004
        )

    def is_subscript(self, text: str) -> bool:
        letters = (len(text) == 1 and text in _LETTERS) or (
            len(text) == 2 and {*text} <= _PAIRED  # noqa: PLR2004 - _ij
        )
        return text.isdigit() or letters or text in self.known - self.functions

    def subscripts(self, text: str, node: t.Name) -> tuple[t.Node, ...]:
        if text.isdigit():
            return (t.Number(int(text), node.span),)
        if text in self.known:
            return (t.Name(text, node.span),)
        return tuple(t.Name(letter, node.span) for letter in text)

    def factors(self, name: str) -> tuple[str, ...]:
        """Return the known one-letter names that a word such as QK is made of."""
        split = len(name) > 1 and name.isalpha() and all(each in self.known for each in name)
        return tuple(name) if split and name not in self.known else ()

    def is_factor(self, function: str) -> bool:
        """Return whether `δ(…)` is a product: δ is a known number and no function."""
        single = len(function) == 1 and not function.isascii()
        return single and function in self.known - self.functions

    def binder(self, node: t.Binder) -> t.Node:
        names = {variable.name for variable in node.variables}
        inside = replace(self, known=self.known | names, bound=self.bound | names)
        found = t.rebuild(node, inside.node)
        if node.variables:
            return found
        over = _over(_free_indices(found.body, self.known - self.indices), node.span)
        if not over:  # `Σ r`: the items of r
            return t.Call(node.kind, (found.body,), node.span)
        return replace(found, variables=over)


def _below_a_bar(name: str) -> str:
    """Return `y` for `ȳ`, the mean of y; nothing for a name without a bar."""
    plain = unicodedata.normalize("NFD", name)
    return plain.removesuffix(_BAR) if plain.endswith(_BAR) else ""


def _free_indices(node: t.Node, known: frozenset[str]) -> set[str]:
    """Return the one-letter subscripts in a tree that nothing binds."""
    if isinstance(node, t.Binder):
        known |= {variable.name for variable in node.variables}
    if isinstance(node, t.Where):
        known |= t.defined(node)
        return _free_indices(node.body, known).union(
            *(_free_indices(each, known | _parameters(each)) for each in node.clauses)
        )
    found: set[str] = set()
    if isinstance(node, t.Index):
        for index in node.indices:
            found |= {
                each for each in _one_letter_names(index) if each not in known and each in _LETTERS
            }
    return found.union(*(_free_indices(child, known) for child in t.children(node)))


def _parameters(clause: t.Node) -> frozenset[str]:
    found = t.definition_of(clause)
    return frozenset() if found is None else frozenset((*found.parameters, *found.indices))


def _one_letter_names(node: t.Node) -> set[str]:
    """Return the letters that a subscript counts with; in `mu_{c_i}` that is i, and c an array."""
    if isinstance(node, t.Index):
        return set().union(*map(_one_letter_names, node.indices))
    if isinstance(node, t.Binder):
        bound = {variable.name for variable in node.variables}
        return set().union(*map(_one_letter_names, t.children(node))) - bound
    own = {node.name} if isinstance(node, t.Name) and len(node.name) == 1 else set()
    return own.union(*(_one_letter_names(child) for child in t.children(node)))


def _product(factors: list[t.Node]) -> t.Node:
    whole, *rest = factors
    for each in rest:
        whole = t.Binary("@", whole, each, whole.span)
    return whole
