"""Paths inside a document."""

PathInside = tuple[str | int, ...]


def json_path(path: PathInside) -> str:
    """Write a path as JSON path: `$.equations.softmax.formula`, `$.tests[0]`."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
