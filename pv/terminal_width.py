"""Count the columns of a terminal that a text takes, so that a caret stands where it should."""

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
