"""Characters that a reader does not see, and that act on what shows them."""

import re

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters; a tab and a new line are what they seem
    "\xad\u180e\u200b\u2060-\u2064\ufeff"  # without width
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # they turn the direction of reading
    "\u2028\u2029\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def spelled(sign: str) -> str:
    r"""Return a character as Python spells it: `\n`, `\x1b`, `\u202e`."""
    return repr(sign)[1:-1]
