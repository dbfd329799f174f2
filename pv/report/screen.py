"""The one place through which everything shown passes: no text in it acts on what shows it.

A contract, a file name or the output of a system may hold escapes that colour a terminal, marks
that turn the direction of reading, a line that looks like a verdict, or an order to a runner of
workflows.
"""

import json
import re
from threading import Lock
from typing import TextIO

from pv.contract.hidden_characters import HIDDEN, spelled

_ORDERS = ((re.compile(r"^(\s*):(?=:)"), r"\1\\x3a"), (re.compile(r"##(?=\[|vso\[)"), r"#\\x23"))
"""What begins a command to a runner: `::` behind spaces, `##[` and `##vso[` anywhere."""
_WRITING = Lock()


def line(text: str) -> str:
    """Return a text as one line that acts on nothing."""
    text = HIDDEN.sub(_spelled, text).replace("\n", "\\n")
    for order, harmless in _ORDERS:
        text = order.sub(harmless, text)
    return text


def lines(*texts: str) -> str:
    """Return texts one below the other, each as one line."""
    return "\n".join(map(line, texts))


def as_json(value: object) -> str:
    """Return a value as JSON, with the same characters escaped; programs read what was there."""
    text = HIDDEN.sub(_escaped, json.dumps(value, ensure_ascii=False, indent=2))
    return text.replace("##[", "#\\u0023[").replace("##vso[", "#\\u0023vso[")


def say(stream: TextIO, *texts: str) -> None:
    """Write texts for people, in one piece: several threads have results to show."""
    hand_over(stream, *(lines(*text.split("\n")) for text in texts))


def hand_over(stream: TextIO, *texts: str) -> None:
    """Write texts for programs, whose parts were escaped when they were put together."""
    with _WRITING:
        stream.write("".join(f"{text}\n" for text in texts))
        stream.flush()


def _spelled(found: re.Match[str]) -> str:
    return spelled(found[0])


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
