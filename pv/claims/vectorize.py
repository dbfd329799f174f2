"""Take an index out of a body, so that arithmetic runs over whole arrays at once."""

from pv.claims.tree import Binary, Binder, Index, Name, Node, Where, children, names, rebuild


def without_index(node: Node, letter: str) -> Node | None:
    """Return a body in which every `x_i` is all of x, or None if the index is used otherwise."""
    if isinstance(node, Binder | Where) and letter in names(node):
        return None
    if isinstance(node, Index) and node.indices == (Name(letter, node.indices[0].span),):
        return None if letter in names(node.collection) else node.collection
    if isinstance(node, Name):
        return None if node.name == letter else node
    if letter not in names(node):
        return node
    parts = {id(part): without_index(part, letter) for part in children(node)}
    if any(part is None for part in parts.values()):
        return None
    changed = rebuild(node, lambda part: parts[id(part)] or part)
    if isinstance(changed, Binary) and changed.operator == "·":  # of items, so of numbers
        return Binary("*", changed.left, changed.right, changed.span)
    return changed
