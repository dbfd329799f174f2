"""Suggest remedies where reading stops, from the tokens around the place."""

from collections.abc import Sequence

from pv.claims.text.lexer import Token

_PAIRS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉"}
_UNITS = frozenset({
    "ns", "us", "µs", "ms", "s", "sec", "min", "h",
    "B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "bytes", "bits", "tokens",
    "Hz", "kHz", "MHz", "GHz", "GFLOPS", "TFLOPS", "W", "kW", "ULP", "ULPs", "ulp", "ulps",
})  # fmt: skip


def for_a_value(tokens: Sequence[Token], position: int) -> str:
    """Say what to write where a value is expected, before the token at `position`."""
    if tokens[position].text == "...":
        return "write the whole as `Σ_{i=1}^{n} x_i` or `for all i in 1..n`"
    left_open = _left_open(tokens[:position])
    if left_open is not None and left_open is not tokens[position - 1]:
        sign = left_open.text
        return f"close the `{sign}` at character {left_open.start + 1} with `{_PAIRS[sign]}`"
    return "write a number, a name or a call"


def for_going_on(tokens: Sequence[Token], position: int) -> tuple[str, str] | None:
    """Say what is wrong with a word behind what could be all of a claim, and what to write."""
    token, before = tokens[position], tokens[position - 1] if position else None
    if token.text in _UNITS and before is not None and before.kind == "number":
        message = f"`{token.text}` is a unit, and numbers have none here"
        return message, f"leave it out, and say it behind the claim: `({token.text})`"
    return None


def _left_open(tokens: Sequence[Token]) -> Token | None:
    """Return the last bracket that nothing closes."""
    opened: list[Token] = []
    for token in tokens:
        if token.text in _PAIRS:
            opened.append(token)
        elif opened and token.text == _PAIRS[opened[-1].text]:
            opened.pop()
    return opened[-1] if opened else None
