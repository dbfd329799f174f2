"""Functions that a reproduced machine calls: their source is copied into the test."""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import date
from typing import Any


def call_by_name(function: Callable[..., Any], given: Mapping[str, Any], **also: Any) -> Any:
    """Give values to the parameters of their names, or in their order where none is named so."""
    parameters: Mapping[str, inspect.Parameter] = {}
    with suppress(TypeError, ValueError):  # some built-in functions have no signature
        parameters = inspect.signature(function).parameters
    if not given.keys() <= parameters.keys():
        return function(*given.values(), **also)
    only = [name for name in given if parameters[name].kind is inspect.Parameter.POSITIONAL_ONLY]
    rest = {name: value for name, value in given.items() if name not in only}
    return function(*(given[name] for name in only), **rest, **also)


def must_work(function: Callable[..., Any], given: Mapping[str, Any], **also: Any) -> Any:
    """Call a function that has no reason to raise."""
    try:
        return call_by_name(function, given, **also)
    except Exception as fault:
        raise AssertionError(f"REFUTED: {function.__name__} raised {fault!r}") from fault


def is_refused(function: Callable[..., Any], given: Mapping[str, Any], pattern: str) -> bool:
    """Return whether a call raises what says so."""
    try:
        call_by_name(function, given)
    except Exception as fault:  # noqa: BLE001 - it may be of any type
        return re.search(pattern, str(fault)) is not None
    return False


def asked(made: Any, name: str, *given: Any) -> Any:
    """Return an attribute of an object, or what a method returns."""
    try:
        found = getattr(made, name)
        return found(*given) if callable(found) else found
    except Exception as fault:
        raise AssertionError(f"REFUTED: {name} raised {fault!r}") from fault


def is_same(found: Any, wanted: Any) -> bool:
    """Compare values; a mapping with the set, or the list, of its pairs."""
    if isinstance(found, Mapping) and isinstance(wanted, list | tuple | AbstractSet):
        pairs = as_plain([*found.items()])
        found = frozenset(pairs) if isinstance(wanted, AbstractSet) else pairs
    return bool(as_plain(found) == as_plain(wanted))


def as_plain(value: Any) -> Any:
    """Return tuples for lists, frozen sets for sets, and texts for dates."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, AbstractSet):
        return frozenset(map(as_plain, value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(map(as_plain, value))
    return value


def size_of(value: Any) -> Any:
    """Return how many items there are, or the absolute value of a number."""
    return len(value) if hasattr(value, "__len__") else abs(value)


def joined(*parts: Any) -> Any:
    """Return one list, or one text, of several."""
    if isinstance(parts[0], str):
        return "".join(parts)
    return tuple(each for part in parts for each in part)


def backwards(items: Any) -> Any:
    """Return a list, or a text, from its end to its beginning."""
    return items[::-1] if isinstance(items, str) else tuple(items)[::-1]


def distinct(items: Any) -> Any:
    """Return a list in which each item is once, where it was first."""
    found: list[Any] = []
    for each in items:
        if not is_among(each, found):
            found.append(each)
    return tuple(found)


def is_among(item: Any, items: Any) -> bool:
    """Return whether a text has a part, or one of some items is the same."""
    return item in items if isinstance(items, str) else any(is_same(each, item) for each in items)


def union_of(some: Any, others: Any) -> Any:
    """Return the set of what is in either."""
    return as_plain({*some}) | as_plain({*others})


def common_of(some: Any, others: Any) -> Any:
    """Return the set of what is in both."""
    return as_plain({*some}) & as_plain({*others})


def rest_of(some: Any, others: Any) -> Any:
    """Return the set of what is in the one and not in the other."""
    return as_plain({*some}) - as_plain({*others})


_OF_CALLS = (call_by_name,)
_OF_VALUES = (as_plain,)
NEEDED: Mapping[Callable[..., Any], Sequence[Callable[..., Any]]] = {
    call_by_name: (), must_work: _OF_CALLS, is_refused: _OF_CALLS, asked: (),
    is_same: _OF_VALUES, as_plain: (), size_of: (), joined: (), is_among: (is_same, as_plain),
    backwards: (), distinct: (is_among, is_same, as_plain),
    union_of: _OF_VALUES, common_of: _OF_VALUES, rest_of: _OF_VALUES,
}  # fmt: skip
"""Function -> those that it calls, or that these call."""
