"""Views of a prompt with its completion by numbers."""

import json
from collections.abc import Sequence

import numpy as np

from trainer.data.encoders import CompletionEncoder, Encoded
from trainer.data.long_texts import Ids
from trainer.data.tokenizer import ByteTokenizer, Tokenizer

_END = 256


class _Framed(ByteTokenizer):
    """Bytes between some tokens that begin each text and one that ends a document."""

    size = 300
    end = _END  # type: ignore[assignment]
    digest = "framed"

    def __init__(self, beginning: int) -> None:
        self.beginning = tuple(range(_END + 1, _END + 1 + beginning))

    def encode(self, texts: Sequence[bytes]) -> list[Ids]:
        """Return the bytes of each text, behind the tokens that begin it."""
        first = np.array(self.beginning, dtype=np.uint32)
        return [np.concatenate([first, ids]) for ids in super().encode(texts)]


def learned(at: int, prompt: int, completion: int, beginning: int) -> bool:
    """Return whether the token at a place of such a document is learned; of none, it is not."""
    found = _encoded(prompt, completion, beginning)
    return at < len(found.ids) and found.learned is not None and bool(found.learned[at])


def tokens_of(prompt: int, completion: int, beginning: int) -> int:
    """Return how many tokens such a document has."""
    return len(_encoded(prompt, completion, beginning).ids)


def _encoded(prompt: int, completion: int, beginning: int) -> Encoded:
    record = {"prompt": "p" * prompt, "completion": "c" * completion}
    tokenizer: Tokenizer = _Framed(beginning) if beginning else ByteTokenizer()
    (found,) = CompletionEncoder(tokenizer).encode([json.dumps(record).encode()])
    return found
