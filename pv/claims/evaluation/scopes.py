"""Scopes in which some names are computed when they are first asked for."""

from collections.abc import Callable, Mapping
from typing import Any

Lazy = Mapping[str, Callable[["LazyScope"], Any]]


class LazyScope(dict[str, Any]):
    """Values by name; `lazy` ones are computed here, from the values that stand here."""

    def __init__(self, values: Mapping[str, Any], lazy: Lazy) -> None:
        super().__init__(values)
        self.lazy = lazy

    def __missing__(self, name: str) -> Any:
        if name not in self.lazy:
            raise KeyError(name)
        self[name] = self.lazy[name](self)
        return self[name]


def extended(scope: Mapping[str, Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a scope with more values; what was computed lazily may differ there."""
    if isinstance(scope, LazyScope):
        kept = {name: value for name, value in scope.items() if name not in scope.lazy}
        return LazyScope({**kept, **values}, scope.lazy)
    return {**scope, **values}
