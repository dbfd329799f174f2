"""Tell mathematics with a slip from prose, by whether the text can be read once it is mended."""

import re
from collections.abc import Iterator

from pv.claims import Fault, read_field

_LONGEST = 250
"""Characters of a text in which every place is tried for a bracket."""
_MARKS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_LATIN = str.maketrans("АВЕКМНОРСТХаеорсухіјΟο", "ABEKMHOPCTXaeopcyxijOo")
_COMBINING = re.compile("[\u0300-\u036f]")
_OPERATORS = re.compile("=[<!]")
_PLACES = re.compile(r"(?<=[^\s([{⟨⌊⌈])(?![\w.])")
"""Behind a word or a closing bracket."""
_OPENING, _CLOSING = "([{⟨⌊⌈", ")]}⟩⌋⌉"


def is_mendable(field: str, text: str) -> bool:
    """Return whether a text can be read once one slip is mended wherever it was made."""
    return any(not isinstance(read_field(field, mended), Fault) for mended in _mended(text))


def _mended(text: str) -> Iterator[str]:
    """Yield the texts that a slip may have been made of."""
    spelt = _OPERATORS.sub(lambda found: found[0][::-1], text).translate(_LATIN).translate(_MARKS)
    spelt = _COMBINING.sub("", spelt)
    yield spelt
    if len(text) > _LONGEST:
        return
    lacking = sum((sign in _OPENING) - (sign in _CLOSING) for sign in spelt)
    if lacking == -1:
        surplus = (at for at, sign in enumerate(spelt) if sign in _CLOSING)
        yield from (spelt[:at] + spelt[at + 1 :] for at in surplus)
    elif lacking == 1:
        places = [place.start() for place in _PLACES.finditer(spelt)]
        signs = [close for start, close in zip(_OPENING, _CLOSING, strict=True) if start in spelt]
        yield from (spelt[:at] + sign + spelt[at:] for sign in signs for at in places)
