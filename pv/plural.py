"""Write numbers of things: `1 test`, `2 tests`."""


def number_of(count: int, noun: str) -> str:
    """Return `1 test`, `0 tests`, `1,200 processes`."""
    ending = "" if count == 1 else "es" if noun.endswith("s") else "s"
    return f"{count:,} {noun}{ending}"
