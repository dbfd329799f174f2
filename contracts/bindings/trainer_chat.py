"""Views of conversations by numbers: user and assistant in turn, each with so many letters."""

import json
from collections.abc import Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

from trainer.data.encoders import ConversationEncoder
from trainer.data.tokenizer import HuggingFaceTokenizer
from trainer.storage.json_files import JsonObject


class _Pieces:
    """A tokenizer whose tokens are pieces of so many characters, whatever they are."""

    folder = "pieces"
    digest = ""

    def __init__(self, size: int) -> None:
        self._size = size

    def encode_with_places(self, text: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
        """Return a token for each piece, and where it begins and ends."""
        starts = np.arange(0, len(text), self._size)
        places = np.stack((starts, np.minimum(starts + self._size, len(text))), axis=1)
        return np.zeros(len(starts), dtype=np.uint32), places


def learned(at: int, turns: int, letters: int, piece: int) -> bool:
    """Return whether the token at a place of a conversation is learned; of none, it is not."""
    encoder = ConversationEncoder(cast("HuggingFaceTokenizer", _Pieces(piece)), "", _render)
    talk = [
        {"role": ("user", "assistant")[turn % 2], "content": "x" * letters} for turn in range(turns)
    ]
    (found,) = encoder.encode([json.dumps(talk).encode()])
    return at < len(found.ids) and found.learned is not None and bool(found.learned[at])


def _render(messages: Sequence[JsonObject], *, begun: bool) -> str:
    """Write two characters before what is said, and one behind it."""
    said = "".join(f"{each['role'][0]}:{each['content']};" for each in messages)
    return said + ("a:" if begun else "")
