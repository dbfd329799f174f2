"""Count items from 0, and find subscripts of which it is open whether they do.

Items count from 0, under a sum from 1 on from 1, and so they do over a whole array, `for all i in
1..n`. What mixes the two, or stops short of the end, may mean either.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from pv.claims import Node, names, render
from pv.claims import tree as t

_CLAIMS = frozenset({"forall", "exists"})
_LEAST = frozenset({">=", "="})
_MOST = frozenset({"<=", "="})
_FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}


class _Ranged(NamedTuple):
    """A variable that runs over a range from a number."""

    letter: str
    low: int | float
    size: t.Node
    short: int | float | None
    """So many items below the size is the last that a subscript reaches; None: it is no such."""


def from_zero(tree: Node) -> Node:
    """Let subscripts over a whole array, and those under a sum from 1 on, count from 0."""
    tree = t.rebuild(tree, from_zero)
    if not isinstance(tree, t.Binder):
        return tree
    summed = tree.kind not in _CLAIMS
    letters = {
        each.letter
        for each in _ranges(tree)
        if each.low >= 1 and ((summed and each.low == 1) or each.short == 0)
    }

    def change(part: Node) -> Node:
        part = t.rebuild(part, change)
        if not isinstance(part, t.Index) or not part.subscript:
            return part
        moved = (_one_less(each) if _counts(each, letters) else each for each in part.indices)
        return replace(part, indices=tuple(moved))

    condition = tree.condition and change(tree.condition)
    return replace(tree, condition=condition, body=change(tree.body)) if letters else tree


def _one_less(index: Node) -> Node:
    return t.Binary("-", index, t.Number(1, index.span), index.span)


def _counts(index: Node, letters: Collection[str]) -> bool:
    """Return whether a subscript is a counting letter, or some more or less than it."""
    match index:
        case t.Name(name) | t.Binary("+" | "-", t.Name(name), t.Number()):
            return name in letters
    return False


def unclear_items(tree: Node, sizes: Collection[str]) -> str | None:
    """Return why it is open which items subscripts mean; `sizes` are those of arrays, as text."""
    subscripts = [*_subscripts(tree)]
    used = {letter for part in subscripts for letter in names(part)}
    numbers = [each.value for each in subscripts if isinstance(each, t.Number)]
    found = [
        (binder.kind, each)
        for binder in _binders(tree)
        for each in _ranges(binder)
        if each.letter in used
    ]
    one = False
    for kind, each in found:
        whole = each.short == 0 and render(each.size) in sizes
        if each.low >= 1 and not whole and (kind in _CLAIMS or each.low > 1):
            return _open(each.letter)
        one |= each.low >= 1
    if one and (numbers or any(each.low == 0 for _, each in found)):
        return f"items may count from 0 here, or from 1 as under the sum; {_REMEDY}"
    for letter in sorted(used - {each.letter for _, each in found}):
        if any(_from_one(each, letter, sizes) for each in t.walk(tree)):
            return _open(letter)
    return _beside_a_sum(tree)


_REMEDY = "write `x[i]`, which counts from 0"


def _open(letter: str) -> str:
    return f"whether `{letter}` counts items from 0 or from 1 is not plain; {_REMEDY}"


def _subscripts(tree: Node) -> Iterator[Node]:
    for part in t.walk(tree):
        if isinstance(part, t.Index) and part.subscript:
            yield from part.indices


def _ranges(binder: t.Binder) -> Iterator[_Ranged]:
    """Yield the variables of a binder that run over a range from a number."""
    for variable in binder.variables:
        match variable.domain:
            case t.Range(t.Number(low), t.Binary("-", t.Name() as size, t.Number(less))):
                yield _Ranged(variable.name, low, size, less - _ahead(binder.body, variable.name))
            case t.Range(t.Number(low), t.Name() | t.Number() as size):
                yield _Ranged(variable.name, low, size, -_ahead(binder.body, variable.name))
            case t.Range(t.Number(low), high):
                yield _Ranged(variable.name, low, high, None)


def _ahead(body: t.Node, letter: str) -> int | float:
    """Return how far a subscript looks ahead: 1 for `x_{i+1}`."""
    found = [
        0,
        *(
            _plus(index, letter)
            for part in t.walk(body)
            if isinstance(part, t.Index)
            for index in part.indices
        ),
    ]
    return max(found)


def _plus(index: t.Node, letter: str) -> int | float:
    match index:
        case t.Binary("+", t.Name(name), t.Number(more)) if name == letter:
            return more
    return 0


def _binders(tree: Node) -> Iterator[t.Binder]:
    return (part for part in t.walk(tree) if isinstance(part, t.Binder))


def _from_one(part: Node, letter: str, sizes: Collection[str]) -> bool:
    """Return whether a condition is `1 <= i` or `i <= n`, as of items that count from 1."""
    if not isinstance(part, t.Comparison):
        return False
    pairs = [*zip(part.operands, part.operators, part.operands[1:], strict=False)]
    pairs += [(right, _FLIPPED.get(word, word), left) for left, word, right in pairs]
    for left, word, right in pairs:
        match left, right:
            case t.Name(name), t.Number(value) if name == letter:
                if word in _LEAST and value >= 1:
                    return True
            case t.Name(name), t.Name(end) if name == letter and end in sizes:
                if word in _MOST:
                    return True
    return False


def _beside_a_sum(tree: Node) -> str | None:
    """Return why it is open how far a sum reaches: `Σ_i x_i - x_{i-1}`, of which i the last is."""
    for outer in _binders(tree):
        implicit = {each.name for each in outer.variables if each.domain is None}
        for inner in _binders(outer.body) if outer.kind in _CLAIMS else ():
            twice = implicit & {each.name for each in inner.variables}
            if twice and inner.kind not in _CLAIMS:
                return f"how far the sum over `{min(twice)}` reaches is not plain; write brackets"
    return None
