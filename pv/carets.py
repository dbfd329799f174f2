"""Point at a place in a text with carets, by the columns of a terminal that it takes."""

import unicodedata


def columns(text: str) -> int:
    """Count columns: none for a combining mark, two for a wide character (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(_width(each) for each in text)


def blank(text: str) -> str:
    """Return spaces as wide as a text; tabs stay, for they are as wide as the terminal says."""
    return "".join(each if each == "\t" else " " * _width(each) for each in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pointed(text: str, first: int, last: int) -> str:
    """Return the line of a place, from its first character to behind its last, with carets."""
    start = text.rfind("\n", 0, first) + 1
    stop = text.find("\n", first)
    line = text[start : stop if stop >= 0 else len(text)]
    width = max(1, columns(text[first : min(last, start + len(line))]))
    return f"{line}\n{blank(text[start:first])}{'^' * width}"
