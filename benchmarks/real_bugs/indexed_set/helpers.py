"""Sets to which items were added and from which some were popped."""

from boltons.setutils import IndexedSet
from hypothesis import strategies as st


def after(added: list[str], popped: list[int]) -> IndexedSet:
    """Return a set after some additions, then pops; a pop beyond the end does nothing."""
    items = IndexedSet(added)
    for place in popped:
        if place < len(items):
            items.pop(place)
    return items


indexed_sets = st.builds(after, st.lists(st.text()), st.lists(st.integers(0, 9)))
