"""Ask of a value what items it has: of a number, a list, or an array of NumPy, by its attributes.

So nothing but `evaluation.arrays` imports NumPy, and each question is answered once.
"""

from collections.abc import Iterable

from pv.claims.values import Value


def is_array(value: Value) -> bool:
    """Return whether a value is an array, or a number of NumPy's, which has no axis."""
    return hasattr(value, "dtype")


def sizes(value: Value) -> tuple[int, ...]:
    """Return the sizes along each axis; a number has none, nor a list whose items differ in it."""
    if is_array(value):
        shape: tuple[int, ...] = value.shape
        return shape
    if not isinstance(value, tuple | list):
        return ()
    inner = {sizes(each) for each in value}
    return (len(value), *(inner.pop() if len(inner) == 1 else ()))


def items(value: Value) -> Iterable[Value]:
    """Return every item of an array, of whatever shape; a number is its own only item."""
    if is_array(value):
        every: list[Value] = value.ravel().tolist()
        return every
    return value if isinstance(value, tuple | list) else (value,)


def item(array: Value, key: Value) -> Value:
    """Return an item or a slice of an array; raises IndexError outside of it, from 0 on."""
    keys = key if isinstance(key, tuple) else (key,)
    for each, size in zip(keys, array.shape, strict=False):
        kind = _kind(each)
        if kind == "b":
            raise TypeError("a truth value is no index")
        if kind in {"i", "u"} and not 0 <= each < size:
            raise IndexError(f"there is no item {each}; there are {size}")
    found = array[keys]
    return found.item() if is_array(found) and _kind(found) in {"b", "i", "u"} else found


def _kind(value: Value) -> str:
    """Return b for one truth value, i or u for one integer, as NumPy does; nothing for an array."""
    if is_array(value):
        return "" if value.shape else value.dtype.kind
    return "b" if isinstance(value, bool) else "i" if isinstance(value, int) else ""


def settled(found: Value) -> bool:
    """Return whether an answer is true, or that of every item is."""
    if found is True or found is False:
        return found
    return bool(found.all() if sizes(found) else found)


def opposite(found: Value) -> Value:
    """Return whether an answer is false, item by item."""
    return found == 0 if sizes(found) else not found
