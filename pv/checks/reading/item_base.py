"""Find subscripts of which a claim does not say whether they count from 0 or from 1.

Items count from 0, under a sum from 1 on from 1, and so they do over a whole array, `for all i in
1..n`. What mixes the two, or stops short of the end, may mean either.
"""

from collections.abc import Collection, Iterator

from pv.claims import Node, names
from pv.claims import tree as t

_CLAIMS = frozenset({"forall", "exists"})
_LEAST = frozenset({">=", "="})
_MOST = frozenset({"<=", "="})
_FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}


def unclear_items(tree: Node, sizes: Collection[str]) -> str | None:
    """Return why it is open which items subscripts mean; `sizes` are those of declared arrays."""
    used = {letter for part in _subscripts(tree) for letter in names(part)}
    if not used and not any(isinstance(each, t.Number) for each in _subscripts(tree)):
        return None
    ranges = [each for each in _ranges(tree) if each[1] in used]
    zero = any(isinstance(each, t.Number) and each.value == 0 for each in _subscripts(tree))
    zero |= any(low == 0 for _, _, low, _ in ranges)
    literal = any(isinstance(each, t.Number) for each in _subscripts(tree))
    one = False
    for kind, letter, low, high in ranges:
        if low < 1:
            continue
        whole = isinstance(high, t.Name) and high.name in sizes
        if not whole and (kind in _CLAIMS or low > 1):
            return f"whether `{letter}` counts items from 0 or from 1 is not plain; {_REMEDY}"
        one = True
    if one and (zero or literal):
        return f"items may count from 0 here, or from 1 as under the sum; {_REMEDY}"
    free = used - {letter for _, letter, _, _ in ranges}
    for letter in sorted(free):
        if any(_from_one(each, letter, sizes) for each in t.walk(tree)):
            return f"whether `{letter}` counts items from 0 or from 1 is not plain; {_REMEDY}"
    return _beside_a_sum(tree)


_REMEDY = "write `x[i]`, which counts from 0"


def _subscripts(tree: Node) -> Iterator[Node]:
    for part in t.walk(tree):
        if isinstance(part, t.Index) and part.subscript:
            yield from part.indices


def _ranges(tree: Node) -> Iterator[tuple[str, str, int | float, Node]]:
    """Yield the kind of each binder over a range from a number, its variable and the ends."""
    for binder in _binders(tree):
        for variable in binder.variables:
            match variable.domain:
                case t.Range(t.Number(low), high):
                    yield binder.kind, variable.name, low, high


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
