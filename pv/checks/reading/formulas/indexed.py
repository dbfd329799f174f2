"""Formulas that give one item at a time: `m[h] = 2^(-h)` defines m as a function of h."""

from collections.abc import Mapping
from dataclasses import replace

from pv.claims import Definition, Node, names
from pv.claims import tree as t

_LETTERS = frozenset("abcdehijklmnopqrst")


def definition_by_index(statement: Node) -> Definition | None:
    """Return what `C[i, j] = …`, `C_{ij} = …` or `m_h = …` defines.

    Where every index counts the items of an array in the body, C is an array too; elsewhere it is
    a function of its indices.
    """
    match statement:
        case t.Comparison(operands=(head, body), operators=("=",)):
            found = _head(head, body)
        case t.Where(body=body, clauses=clauses, span=span):
            inner = definition_by_index(body)
            if inner is None:
                return None
            whole = t.Where(inner.body, clauses, span)
            return replace(inner, body=whole)
        case t.Binder("forall", variables, None, body) if (inner := definition_by_index(body)) and {
            each.name for each in variables
        } == {*inner.indices, *inner.parameters}:
            return inner
        case _:
            return None
    if found is None or found[0] in bases_of(body):
        return None
    name, letters = found
    if all(_counts(body, letter) for letter in letters):
        return Definition(name, (), body, letters)
    return Definition(name, letters, body, by_index=True)


def called_by_index(tree: Node, definitions: Mapping[str, Definition]) -> Node:
    """Write `m[h]`, `m_h` and `m_{h + 1}` as calls, where m is a function of its index."""
    used = bases_of(tree)
    indexed = {name: definitions[name] for name in used & definitions.keys()}
    indexed = {name: found for name, found in indexed.items() if found.by_index}

    def change(node: Node) -> Node:
        match node:
            case t.Index(t.Name(name), indices, span) if name in indexed:
                if len(indices) == len(indexed[name].parameters):
                    return t.Call(name, tuple(map(change, indices)), span)
            case t.Name(name, span) if name not in definitions:
                base, _, subscript = name.rpartition("_")
                if base in indexed:
                    items = _items(subscript, len(indexed[base].parameters), span)
                    return node if items is None else t.Call(base, items, span)
        return t.rebuild(node, change)

    return change(tree) if indexed else tree


def bases_of(node: Node) -> frozenset[str]:
    """Return the free names of a tree, and the arrays that subscripted ones are items of."""
    free = names(node) | t.called(node)
    return free | {name.rpartition("_")[0] for name in free if "_" in name}


def _head(head: Node, body: Node) -> tuple[str, tuple[str, ...]] | None:
    match head:
        case t.Index(t.Name(name), indices) if all(isinstance(each, t.Name) for each in indices):
            letters = tuple(each.name for each in indices if isinstance(each, t.Name))
        case t.Name(whole):
            name, _, subscript = whole.rpartition("_")
            letters = tuple(subscript) if len(subscript) <= 2 else ()  # noqa: PLR2004 - i, or ij
            if not name or not letters or not all(_used(body, each) for each in letters):
                return None
        case _:
            return None
    return (name, letters) if {*letters} <= _LETTERS and len({*letters}) == len(letters) else None


def _used(body: Node, letter: str) -> bool:
    return letter in names(body) or _counts(body, letter)


def _counts(body: Node, letter: str) -> bool:
    """Whether a letter is the index of an array in a body, which then says how many there are."""
    for part in t.walk(body):
        match part:
            case t.Index(indices=indices) if any(
                isinstance(each, t.Name) and each.name == letter for each in indices
            ):
                return True
            case t.Name(name) if name.endswith(f"_{letter}"):
                return True
    return False


def _items(subscript: str, count: int, span: t.Span) -> tuple[Node, ...] | None:
    if count == 1:
        return (t.Number(int(subscript), span) if subscript.isdigit() else t.Name(subscript, span),)
    if len(subscript) != count or not subscript.isalpha():
        return None
    return tuple(t.Name(letter, span) for letter in subscript)
