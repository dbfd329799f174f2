"""Tell lists from intervals: `[a, b]` is an interval where a set is meant, else a list."""

from pv.claims import tree as t

_SET_OPERATORS = frozenset({"∪", "∩", "\\", "^", "->"})


def listed(node: t.Node) -> t.Node:
    """Turn closed intervals that do not stand for a set into lists of two."""
    match node:
        case t.Interval(low, high, False, False, span):
            return t.Tuple((listed(low), listed(high)), span)
        case t.Comparison(operands=operands, operators=operators, span=span):
            behind = ("", *operators)
            parts = [
                _in_set(each) if word in {"in", "not in", "⊆"} else listed(each)
                for each, word in zip(operands, behind, strict=True)
            ]
            return t.Comparison(tuple(parts), operators, span)
        case t.Binder(kind, variables, condition, body, span):
            over = tuple(t.rebuild(each, _in_set) for each in variables)
            return t.Binder(kind, over, condition and listed(condition), listed(body), span)
    return t.rebuild(node, listed)


def _in_set(node: t.Node) -> t.Node:
    match node:
        case t.Interval():
            return t.rebuild(node, listed)
        case t.Binary(operator=word, left=left, right=right, span=span) if word in _SET_OPERATORS:
            return t.Binary(
                word, _in_set(left), listed(right) if word == "^" else _in_set(right), span
            )
    return listed(node)
