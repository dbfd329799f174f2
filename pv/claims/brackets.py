"""Square brackets: `[a, b]` is an interval where a set is meant, and a list everywhere else."""

from pv.claims.tree import Binary, Binder, Comparison, Interval, Node, Tuple, rebuild

_SET_OPERATORS = frozenset({"∪", "∩", "\\", "^", "->"})


def listed(node: Node) -> Node:
    """Turn closed intervals that do not stand for a set into lists of two."""
    match node:
        case Interval(low, high, False, False, span):
            return Tuple((listed(low), listed(high)), span)
        case Comparison(operands=operands, operators=operators, span=span):
            behind = ("", *operators)
            parts = [
                _in_set(each) if word in {"in", "not in", "⊆"} else listed(each)
                for each, word in zip(operands, behind, strict=True)
            ]
            return Comparison(tuple(parts), operators, span)
        case Binder(kind, variables, condition, body, span):
            over = tuple(
                type(each)(each.name, each.domain and _in_set(each.domain), each.span)
                for each in variables
            )
            return Binder(kind, over, condition and listed(condition), listed(body), span)
    return rebuild(node, listed)


def _in_set(node: Node) -> Node:
    match node:
        case Interval():
            return rebuild(node, listed)
        case Binary(operator=word, left=left, right=right, span=span) if word in _SET_OPERATORS:
            return Binary(
                word, _in_set(left), listed(right) if word == "^" else _in_set(right), span
            )
    return listed(node)
