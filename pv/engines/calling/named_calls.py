"""Give values to a constructor or a method by the names that the contract has for them."""

import inspect
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pv.claims.values import Assignment, Implementation, Value
from pv.engines.calling.foreign_callables import Unusable

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class Given(NamedTuple):
    """The arguments of one call."""

    positional: tuple[Value, ...]
    named: Assignment


def giving(
    function: Implementation, what: str, names: Sequence[str], also: Assignment
) -> Callable[[Assignment], Given]:
    """Return how values go to a function: by name if its parameters have these names.

    Otherwise they go in the order of the contract; `also` is given as well. Raises Unusable where a
    call cannot fit, or where only some names are those of parameters that stand elsewhere.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # built-in functions may have none
        return lambda values: Given(tuple(values[name] for name in names), {})
    parameters = signature.parameters
    first = [name for name, each in parameters.items() if each.kind in _POSITIONAL]
    if set(names) <= parameters.keys():
        only = [name for name in first if parameters[name].kind is _POSITIONAL[0] and name in names]
        rest = [name for name in names if name not in only]
    else:
        only, rest = [*names], []
        _require_order(what, names, first)
    try:
        signature.bind(*only, **dict.fromkeys(rest), **also)
    except TypeError as fault:
        told = f"the machine gives ({', '.join(names)})"
        raise Unusable(f"{what}{signature} does not fit: {told}: {fault}") from fault
    return lambda values: Given(
        tuple(values[name] for name in only), {name: values[name] for name in rest}
    )


def _require_order(what: str, names: Sequence[str], first: Sequence[str]) -> None:
    """Raise Unusable where the order of the contract contradicts the names of parameters."""
    for at, name in enumerate(names):
        if name in first and first.index(name) != at:
            raise Unusable(
                f"{what}({', '.join(first)}) does not fit: the machine gives ({', '.join(names)}), "
                f"and `{name}` is another parameter; use the names of the parameters"
            )
