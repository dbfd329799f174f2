"""What no output may hold."""

import re
import unicodedata

ALLOWED = "\n\t"
_COMMAND = re.compile(r"^\s*::|##(?:\[|vso\[)", re.MULTILINE)
_ACTING = re.compile("[\u2028\u2029\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")


def acting(text):
    """Return the characters of a text that act on a terminal, or on how it is read."""
    control = {sign for sign in text if unicodedata.category(sign) == "Cc"} - {*ALLOWED}
    return control | {*_ACTING.findall(text)}


def commands(text):
    """Return what a runner of workflows would take for a command."""
    return _COMMAND.findall(text)
