"""Views of a prompt with its completion by numbers."""

import json

from trainer.data.encoders import CompletionEncoder, Encoded
from trainer.data.tokenizer import ByteTokenizer


def learned(at: int, prompt: int, completion: int) -> bool:
    """Return whether the token at a place of such a document is learned; of none, it is not."""
    found = _encoded(prompt, completion)
    return at < len(found.ids) and found.learned is not None and bool(found.learned[at])


def tokens_of(prompt: int, completion: int) -> int:
    """Return how many tokens such a document has."""
    return len(_encoded(prompt, completion).ids)


def _encoded(prompt: int, completion: int) -> Encoded:
    record = {"prompt": "p" * prompt, "completion": "c" * completion}
    (found,) = CompletionEncoder(ByteTokenizer()).encode([json.dumps(record).encode()])
    return found
