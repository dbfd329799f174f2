"""Read type hints: which values of the claim language they stand for."""

import ast
from collections.abc import Iterator, Mapping
from typing import TypeGuard

from pv.proposals.model import Kind, Sort

Imports = Mapping[str, str]
"""Name in a module -> what it stands for: `np` -> `numpy`, `Seq` -> `typing.Sequence`."""

_SINGLE = {"bool": Sort.TRUTH, "int": Sort.WHOLE, "float": Sort.REAL, "str": Sort.TEXT}
_OF_NUMPY = {"int": Sort.WHOLE, "uint": Sort.WHOLE, "float": Sort.REAL}
_SEQUENCES = frozenset({"list", "List", "Sequence", "Iterable", "Collection", "MutableSequence"})
_NO_CLASSES = frozenset({"numpy", "torch", "pandas", "types", "collections"})
"""Packages whose classes Hypothesis derives nothing useful from."""
_HOMES = frozenset({"typing", "typing_extensions", "collections.abc"})
_NAMED = {
    "bytes": Kind(Sort.OBJECT, named="bytes"),
    "datetime.date": Kind(Sort.OBJECT, named="date"),
    "datetime.datetime": Kind(Sort.OBJECT, named="datetime"),
    "datetime.timedelta": Kind(Sort.OBJECT, named="duration"),
    "decimal.Decimal": Kind(Sort.REAL, named="decimal"),
    "fractions.Fraction": Kind(Sort.REAL, named="fraction"),
}
"""Types that Hypothesis draws; of numbers, claims compute with the exact values."""
_ARRAYS = {
    "numpy.ndarray": "numpy",
    "numpy.typing.NDArray": "numpy",
    "numpy.typing.ArrayLike": "numpy",
    "torch.Tensor": "torch",
}


def imports_of(tree: ast.Module, module: str = "") -> Imports:
    """Return what the names stand for that the top of a module imports, or defines as classes."""
    found = {
        node.name: f"{module}.{node.name}" for node in tree.body if isinstance(node, ast.ClassDef)
    }
    for node in tree.body:
        match node:
            case ast.Import(names=aliases):
                found |= {each.asname or each.name: each.name for each in aliases}
            case ast.ImportFrom(module=str(home), names=aliases, level=0):
                found |= {each.asname or each.name: f"{home}.{each.name}" for each in aliases}
    return found


def kind_of(hint: ast.expr | None, imports: Imports) -> Kind | None:
    """Return what values a type hint stands for; None where the language draws none of them."""
    match hint:
        case ast.Constant(value=str(text)):
            return kind_of(parsed(text), imports)
        case ast.BinOp(op=ast.BitOr()):
            return _only([*_joined(hint)], imports)
        case ast.Name() | ast.Attribute():
            known = ast.unparse(hint).partition(".")[0] in imports
            name = qualified(hint, imports)
            return _plain(name) or (_class(name) if known else None)
        case ast.Subscript(value=ast.Name() | ast.Attribute() as home, slice=inner):
            return _of_parts(qualified(home, imports), inner, imports)
    return None


def parsed(text: str) -> ast.expr | None:
    """Return the expression that a text is, if it is one."""
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None


def qualified(node: ast.expr, imports: Imports) -> str:
    """Return the whole name of a dotted name, without the home of what is in `typing`."""
    written = ast.unparse(node)
    first, _, rest = written.partition(".")
    whole = imports.get(first, first) + (f".{rest}" if rest else "")
    home, _, name = whole.rpartition(".")
    return name if home in _HOMES else whole


def _plain(name: str) -> Kind | None:
    if name in _SINGLE:
        return Kind(_SINGLE[name])
    if name in _ARRAYS:
        return Kind(Sort.REAL, _ARRAYS[name])
    return _NAMED.get(name)


def _class(name: str) -> Kind | None:
    """Return what a class stands for, from which Hypothesis may derive what draws its objects."""
    home, _, last = name.rpartition(".")
    own = home and home.partition(".")[0] not in _NO_CLASSES and last[:1].isupper()
    return Kind(Sort.OBJECT, named=last, draws=f"{home}:{last}") if own else None


def _of_parts(home: str, inner: ast.expr, imports: Imports) -> Kind | None:
    if home == "Literal":
        return _choice(inner)
    if home == "Optional":
        return kind_of(inner, imports)
    if home == "Union" and isinstance(inner, ast.Tuple):
        return _only(inner.elts, imports)
    if home in {"Annotated", "Final"}:
        return kind_of(inner.elts[0] if isinstance(inner, ast.Tuple) else inner, imports)
    if home in _ARRAYS:
        name = qualified(inner, imports).removeprefix("numpy.").rstrip("0123456789_")
        return Kind(_OF_NUMPY.get(name, Sort.REAL), _ARRAYS[home])
    item = kind_of(inner, imports) if home in _SEQUENCES else None
    return Kind(item.sort, "list") if item is not None and item.is_number else None


def _choice(inner: ast.expr) -> Kind | None:
    nodes = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    values = tuple(each.value for each in nodes if isinstance(each, ast.Constant))
    listed = tuple(each for each in values if _is_sayable(each))
    whole = len(listed) == len(nodes) and len({type(each) for each in listed}) == 1
    return Kind(Sort.CHOICE, choices=listed) if whole else None


def _is_sayable(value: object) -> TypeGuard[str | int]:
    """Return whether a claim can write a choice out."""
    return type(value) is int or (isinstance(value, str) and value.isprintable())


def result_of(hint: ast.expr | None, imports: Imports) -> Kind | None:
    """Return what a function returns; None where nothing says it."""
    if hint is None:
        return None
    return kind_of(hint, imports) or Kind(Sort.OTHER)


def _joined(hint: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of `a | b | c`."""
    if isinstance(hint, ast.BinOp) and isinstance(hint.op, ast.BitOr):
        yield from _joined(hint.left)
        yield from _joined(hint.right)
    else:
        yield hint


def _only(parts: list[ast.expr], imports: Imports) -> Kind | None:
    """Return the one kind of a union beside None; an integer may be a real number."""
    given = [each for each in parts if not (isinstance(each, ast.Constant) and each.value is None)]
    kinds = {kind_of(each, imports) for each in given}
    if kinds == {Kind(Sort.WHOLE), Kind(Sort.REAL)}:
        return Kind(Sort.REAL)
    return kinds.pop() if len(kinds) == 1 else None
