"""Scopes in which some names are computed when they are first asked for."""

from collections.abc import Callable, Mapping

from pv.claims.values import Assignment, Value

Lazy = Mapping[str, Callable[["LazyScope"], Value]]


class LazyScope(dict[str, Value]):
    """Values by name; `lazy` ones are computed from the others when first asked for."""

    def __init__(self, values: Assignment, lazy: Lazy) -> None:
        super().__init__(values)
        self.lazy = lazy

    def __missing__(self, name: str) -> Value:
        if name not in self.lazy:
            raise KeyError(name)
        self[name] = self.lazy[name](self)
        return self[name]


def extended(scope: Assignment, values: Assignment) -> Assignment:
    """Return a scope with more values; what was computed lazily may differ there."""
    if isinstance(scope, LazyScope):
        kept = {name: value for name, value in scope.items() if name not in scope.lazy}
        return LazyScope({**kept, **values}, scope.lazy)
    return {**scope, **values}
