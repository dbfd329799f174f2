"""Turn strategies of Hypothesis into domains, where they have a counterpart."""

import ast
from collections.abc import Callable, Mapping

from pv.claims import render
from pv.claims import tree as t
from pv.proposals.source.conditions import number_of
from pv.proposals.source.hints import Imports, qualified

_HOME = "hypothesis.strategies."
_NOWHERE = t.Span(0, 0)
_Options = Mapping[str, ast.expr]
_FLOATS = (
    "min_value", "max_value", "allow_nan", "allow_infinity", "allow_subnormal", "exclude_min",
    "exclude_max",
)  # fmt: skip


class NoCounterpart(Exception):  # noqa: N818 - it names a strategy, not an error
    """Raised for a strategy that draws what no domain has."""


def domain_of_strategy(name: str, size: str, node: ast.expr, imports: Imports) -> str:
    """Return what a strategy draws for a name; a list has `size` items. Raises NoCounterpart."""
    strategy, options = _read(node, imports)
    if strategy != "lists":
        return f"{name} in {_values(node, imports)}"
    elements = options.get("elements")
    if elements is None or options.keys() - {"elements", "min_size", "max_size"}:
        raise NoCounterpart(ast.unparse(node))
    fewest, most = _number(options.get("min_size")) or 0, _number(options.get("max_size"))
    items = _values(elements, imports)
    if ".." in items:
        items = f"{{{items.replace('..', ', ..., ')}}}"
    sizes = f"{size} >= {fewest}" if most is None else f"{size} in {fewest}..{most}"
    return f"{name} ∈ {items}^{size}, {sizes}"


def _values(node: ast.expr, imports: Imports) -> str:
    """Return the set that a strategy of single values draws from."""
    strategy, options = _read(node, imports)
    if strategy in _SINGLE:
        found = _SINGLE[strategy](options)
        if found is not None:
            return found
    raise NoCounterpart(ast.unparse(node))


def _read(node: ast.expr, imports: Imports) -> tuple[str, _Options]:
    """Return the name of a strategy and what it is given, by name."""
    match node:
        case ast.Call(func=ast.Name() | ast.Attribute() as function, args=given, keywords=named):
            name = qualified(function, imports)
            short = name.removeprefix(_HOME)
            places = _PLACES.get(short, ()) if name.startswith(_HOME) else ()
            by_name = {str(each.arg): each.value for each in named}
            if len(given) <= len(places) and by_name.keys() <= {*places}:
                return short, dict(zip(places, given, strict=False)) | by_name
    raise NoCounterpart(ast.unparse(node))


_PLACES: Mapping[str, tuple[str, ...]] = {
    "booleans": (),
    "floats": _FLOATS,
    "integers": ("min_value", "max_value"),
    "just": ("value",),
    "lists": ("elements", "min_size", "max_size"),
    "sampled_from": ("elements",),
}
"""Strategies that are read -> their arguments; one that is given others has no counterpart."""


def _integers(options: _Options) -> str:
    low, high = _number(options.get("min_value")), _number(options.get("max_value"))
    if low is None and high is None:
        return "ℤ"
    return f"{'-∞' if low is None else low}..{'∞' if high is None else high}"


def _floats(options: _Options) -> str:
    """Return an interval: NaN is in none, and infinity only where it is allowed."""
    low, high = _number(options.get("min_value")), _number(options.get("max_value"))
    left, right = (
        "(" if _flag(options.get("exclude_min")) or low is None else "[",
        ")" if _flag(options.get("exclude_max")) or high is None else "]",
    )
    if low is None and high is None:
        return "ℝ"
    return f"{left}{'-∞' if low is None else low}, {'∞' if high is None else high}{right}"


def _listed(options: _Options) -> str | None:
    match options.get("elements"):
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items) if items:
            return _set(items)
    return None


def _set(items: list[ast.expr]) -> str | None:
    known = [found for each in items if (found := _literal(each)) is not None]
    return render(t.Set(tuple(known), _NOWHERE)) if len(known) == len(items) else None


def _literal(node: ast.expr) -> t.Node | None:
    match node:
        case ast.Constant(value=str(text)) if text.isprintable():
            return t.String(text, _NOWHERE)
        case ast.Constant(value=bool(truth)):
            return t.Constant(truth, _NOWHERE)
    number = number_of(node)
    return None if number is None else t.Number(number, _NOWHERE)


def _only(options: _Options) -> str | None:
    return _set([options["value"]]) if "value" in options else None


_SINGLE: Mapping[str, Callable[[_Options], str | None]] = {
    "booleans": lambda _: "bool",
    "floats": _floats,
    "integers": _integers,
    "just": _only,
    "sampled_from": _listed,
}


def _number(node: ast.expr | None) -> int | float | None:
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return None
    found = number_of(node)
    if found is None:
        raise NoCounterpart(ast.unparse(node))
    return found


def _flag(node: ast.expr | None) -> bool:
    if node is None or (isinstance(node, ast.Constant) and isinstance(node.value, bool)):
        return isinstance(node, ast.Constant) and bool(node.value)
    raise NoCounterpart(ast.unparse(node))
