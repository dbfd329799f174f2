"""Ordered sets to which items were appended and from which some were popped."""

from hypothesis import strategies as st
from ordered_set import OrderedSet

steps = st.lists(
    st.tuples(st.just("append"), st.integers(0, 9)) | st.tuples(st.just("pop"), st.integers(0, 9))
)


def after(done: list[tuple[str, int]]) -> OrderedSet[int]:
    """Return a set after some steps; a pop beyond the end does nothing."""
    items: OrderedSet[int] = OrderedSet()
    for verb, value in done:
        if verb == "append":
            items.append(value)
        elif value < len(items):
            items.pop(value)
    return items


ordered_sets = steps.map(after)
