"""The tree of a claim on one line, every construct in brackets: what binds what is plain to see."""

from pv.claims import tree as t
from pv.claims.rendering import render


def outline(node: t.Node) -> str:
    """Write a tree operator first: `a + b * 2 < c` is `(< (+ a (* b 2)) c)`."""
    match node:
        case t.Number() | t.String() | t.Constant() | t.Name():
            return render(node)
        case t.Member(record, key):
            return _list(".", outline(record), key)
        case t.Index(collection, indices):
            return _list("item", outline(collection), *map(outline, indices))
        case t.Slice(low, high):
            return _list(":", *(outline(end) for end in (low, high) if end is not None))
        case t.Call(function, arguments):
            return _list(function, *map(outline, arguments))
        case t.Unary(word, operand):
            return _list(word, outline(operand))
        case t.Binary(word, left, right):
            return _list(word, outline(left), outline(right))
        case t.Comparison(operands, (word,)):
            return _list(word, *map(outline, operands))
        case t.Comparison(operands, words):
            first, *rest = map(outline, operands)
            behind = (part for pair in zip(words, rest, strict=True) for part in pair)
            return _list("chain", first, *behind)
        case t.Conditional(condition, then, otherwise):
            return _list("if", *map(outline, (condition, then, otherwise)))
        case t.Tuple(items):
            return _list("list", *map(outline, items))
        case t.Set(items):
            return _list("set", *map(outline, items))
        case t.Range(low, high):
            return _list("..", outline(low), outline(high))
        case t.Interval(low, high, open_low, open_high):
            brackets = f"{'(' if open_low else '['}{')' if open_high else ']'}"
            return _list(f"interval {brackets}", outline(low), outline(high))
        case t.Binder(kind, variables, condition, body):
            given = () if condition is None else (_list("given", outline(condition)),)
            return _list(kind, *map(_variable, variables), *given, outline(body))
        case t.Where(body, clauses):
            return _list("where", outline(body), *map(outline, clauses))


def _variable(variable: t.Variable) -> str:
    if variable.domain is None:
        return variable.name
    return _list("over", variable.name, outline(variable.domain))


def _list(*parts: str) -> str:
    return f"({' '.join(parts)})"
