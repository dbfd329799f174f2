"""The type of each variable of a space, in words: what kind of number, of which shape."""

from collections.abc import Mapping

from pv.claims.domains.space import Space, Values
from pv.claims.rendering import render
from pv.claims.tree import Node, Number, String
from pv.claims.types import ANY, INT, REAL, STRING, Type, spell

_SHAPES = {0: "", 1: "Vector", 2: "Matrix"}


def kind_of(values: Values) -> str:
    """Name the type of a variable: `Int`, `Vector(n) of Real in [0, 1]`."""
    item = spell(scalar_type(values))
    if values.simplex:
        item = f"{item}, not negative, of sum 1"
    elif values.listed:
        item = f"{item} in {{{', '.join(map(render, values.listed))}}}"
    elif values.low is not None or values.high is not None:
        first, last = "(" if values.open_low else "[", ")" if values.open_high else "]"
        item = f"{item} in {first}{_end(values.low, '-∞')}, {_end(values.high, '∞')}{last}"
    if not values.sizes:
        return item
    shape = _SHAPES.get(len(values.sizes), "Array")
    return f"{shape}({', '.join(map(render, values.sizes))}) of {item}"


def scalar_type(values: Values) -> Type:
    """Return the type of one item."""
    if values.listed:
        if all(isinstance(each, String) for each in values.listed):
            return STRING
        numbers = [each for each in values.listed if isinstance(each, Number)]
        return INT if all(isinstance(each.value, int) for each in numbers) else REAL
    return INT if values.whole else REAL


def scope_of(space: Space) -> Mapping[str, Type]:
    """Return the types of a space's names; those of arrays are only known when it runs."""
    sizes = dict.fromkeys(space.size_names(), INT)
    derived = dict.fromkeys(space.derived, ANY)
    numbers = {n: ANY if each.sizes else scalar_type(each) for n, each in space.variables.items()}
    return {**sizes, **derived, **numbers}


def _end(node: Node | None, otherwise: str) -> str:
    return otherwise if node is None else render(node)
