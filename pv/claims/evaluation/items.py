"""Ask of a value what items it has: of a number, a list, or an array of NumPy, by its attributes.

So nothing but `evaluation.arrays` imports NumPy, and each question is answered once.
"""

from collections.abc import Iterable
from numbers import Integral

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
        if isinstance(each, bool) or (sizes(each) == () and _kind(each) == "b"):
            raise TypeError("a truth value is no index")
        if isinstance(each, Integral) and not 0 <= each < size:  # type: ignore[operator]
            raise IndexError(f"there is no item {each}; there are {size}")
    found = array[keys]
    return found.item() if sizes(found) == () and _kind(found) in {"i", "u", "b"} else found


def _kind(value: Value) -> str:
    return value.dtype.kind if is_array(value) else ""


def settled(found: Value) -> bool:
    """Return whether an answer is true, or that of every item is."""
    if found is True or found is False:
        return found
    return bool(found.all() if sizes(found) else found)


def opposite(found: Value) -> Value:
    """Return whether an answer is false, item by item."""
    return found == 0 if sizes(found) else not found
