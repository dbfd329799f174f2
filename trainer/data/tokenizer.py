"""Encode text to tokens and back: by bytes, or by the tokenizer of a Hugging Face model.

The only module that imports tokenizers. A folder without a tokenizer.json is read by way of
transformers, which converts the older formats.
"""

import hashlib
import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from trainer.data.compare_vocabularies import Vocabulary
from trainer.data.long_texts import Ids, cut, groups
from trainer.errors import UserError
from trainer.storage.file_names import TOKENIZER
from trainer.storage.json_files import JsonObject, read_json

_AT_ONCE = 4_000_000  # characters that are tokenized together
_RULES = ("normalizer", "pre_tokenizer")
_ANY_TEXT = "a"  # to see what is put around it
_OLDER = ("tokenizer.model", "vocab.json", "vocab.txt")


class Tokenizer(Protocol):
    """Encodes text to tokens and decodes them."""

    @property
    def size(self) -> int:
        """One more than the largest id."""

    @property
    def end(self) -> int | None:
        """The token that ends a document, or None."""

    @property
    def beginning(self) -> tuple[int, ...]:
        """The tokens that come before each text."""

    @property
    def digest(self) -> str:
        """Identifies the tokenizer; empty for bytes."""

    def encode(self, texts: Sequence[bytes]) -> list[Ids]:
        """Return the tokens of each text; UnicodeDecodeError where one has to be UTF-8."""

    def decode(self, ids: Sequence[int]) -> bytes:
        """Return the text of tokens."""


class ByteTokenizer:
    """A tokenizer for which each byte is a token."""

    size = 256
    end = None
    beginning: tuple[int, ...] = ()
    digest = ""

    def encode(self, texts: Sequence[bytes]) -> list[Ids]:
        """Return the bytes of each text."""
        return [np.frombuffer(text, dtype=np.uint8).astype(np.uint32) for text in texts]

    def decode(self, ids: Sequence[int]) -> bytes:
        """Return the bytes; ids past 255, which padded vocabularies have, are dropped."""
        return bytes(number for number in ids if number < self.size)


class HuggingFaceTokenizer:
    """The tokenizer of a model folder. `inner` is a `tokenizers.Tokenizer`."""

    def __init__(self, folder: Path, inner: Any) -> None:
        self.folder = folder
        self._inner = inner
        self._described: JsonObject = json.loads(inner.to_str())
        self._special = _special_tokens(folder)
        self.size = 1 + max(inner.get_vocab(with_added_tokens=True).values(), default=-1)
        end = self._special.get("eos_token")
        self.end: int | None = None if end is None else inner.token_to_id(end)
        self.beginning = _beginning(inner, folder, self._special.get("bos_token"))
        """The tokens that come before each text."""

    @property
    def digest(self) -> str:
        """The SHA-256 of its definition, special tokens and what it begins a text with."""
        text = json.dumps([self._described, self._special, *self.beginning], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def frame(self) -> str:
        """What each document begins and ends with, as text."""
        begins = self._names(self.beginning) if self.beginning else "no token"
        ends = "no token" if self.end is None else self._names((self.end,))
        return f"each document begins with {begins} and ends with {ends}"

    def _names(self, ids: Sequence[int]) -> str:
        return " ".join(f"{self._inner.id_to_token(number)} ({number})" for number in ids)

    def vocabulary(self) -> Vocabulary:
        """Return its vocabulary, to compare with another tokenizer's."""
        tokens = [""] * self.size
        for token, number in self._inner.get_vocab(with_added_tokens=True).items():
            tokens[number] = token
        model = self._described["model"]
        rules = {name: json.dumps(self._described.get(name), sort_keys=True) for name in _RULES}
        rules |= {"model": str(model.get("type")), "merges": json.dumps(model.get("merges"))}
        added = self._described["added_tokens"]
        reserved = frozenset(int(each["id"]) for each in added if each["special"])
        return Vocabulary(tokens, reserved, self._special, rules)

    def encode(self, texts: Sequence[bytes]) -> list[Ids]:
        """Return the tokens of each text, after those that begin it, without those behind it.

        Raises UnicodeDecodeError if it is not UTF-8.
        """
        cuts = [cut(text.decode(), self.ids) for text in texts]
        pieces = [piece for each in cuts for piece in each]
        found = (ids for group in groups(pieces, _AT_ONCE) for ids in self.ids(group))
        beginning = np.asarray(self.beginning, dtype=np.uint32)
        return [np.concatenate([beginning, *islice(found, len(each))]) for each in cuts]

    def ids(self, texts: Sequence[str]) -> list[Ids]:
        """Return the tokens of each text alone."""
        found = self._inner.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.asarray(each.ids, dtype=np.uint32) for each in found]

    def encode_with_places(self, text: str) -> tuple[Ids, npt.NDArray[np.int64]]:
        """Return the tokens (N,) of a text alone, and where each begins and ends there (N, 2)."""
        found = self._inner.encode(text, add_special_tokens=False)
        places = np.asarray(found.offsets, dtype=np.int64).reshape(-1, 2)
        return np.asarray(found.ids, dtype=np.uint32), places

    def decode(self, ids: Sequence[int]) -> bytes:
        """Return the text of tokens in UTF-8, without special ones."""
        text: str = self._inner.decode(list(ids), skip_special_tokens=True)
        return text.encode()


def find_tokenizer(folder: Path) -> HuggingFaceTokenizer | None:
    """Return the tokenizer in a model folder, or None if it has none.

    Raises UserError: one that cannot be read, or the extra `hf` is not installed.
    """
    present = [name for name in (TOKENIZER, *_OLDER) if (folder / name).is_file()]
    if not present:
        return None
    try:
        import tokenizers  # noqa: PLC0415 - optional
    except ModuleNotFoundError as missing:
        raise UserError(
            f"{folder / present[0]}: reading a tokenizer needs an extra: "
            "pip install 'pv-contracts[trainer,hf]'"
        ) from missing
    if present[0] != TOKENIZER:
        from trainer.models.hugging_face import convert_tokenizer  # noqa: PLC0415 - transformers takes seconds

        return HuggingFaceTokenizer(folder, convert_tokenizer(folder))
    try:
        inner = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as fault:
        raise UserError(
            f"{folder / TOKENIZER}: not a tokenizer ({fault}); copy the model again"
        ) from fault
    inner.no_padding()
    inner.no_truncation()
    return HuggingFaceTokenizer(folder, inner)


def load_tokenizer(folder: Path) -> HuggingFaceTokenizer:
    """Return the tokenizer in a folder; UserError if it has none."""
    found = find_tokenizer(folder)
    if found is None:
        names = ", ".join((TOKENIZER, *_OLDER))
        raise UserError(f"{folder}: has no tokenizer (none of {names}); name a folder with one")
    return found


def _beginning(inner: Any, folder: Path, bos: str | None) -> tuple[int, ...]:
    """Return the tokens that a tokenizer puts before a text.

    What `add_bos_token` states decides; without it the post-processor of tokenizer.json does.
    """
    config = folder / "tokenizer_config.json"
    stated = read_json(config).get("add_bos_token") if config.is_file() else None
    if stated is False:
        return ()
    found = inner.encode(_ANY_TEXT)
    places = enumerate(found.sequence_ids)
    first = next((at for at, sequence in places if sequence is not None), 0)
    number = inner.token_to_id(bos) if stated and bos is not None else None
    return tuple(found.ids[:first]) or (() if number is None else (number,))


def _special_tokens(folder: Path) -> dict[str, str]:
    """Return the special tokens by name, from whichever file of the folder has them."""
    special: dict[str, str] = {}
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        path = folder / name
        if path.is_file():
            for key, value in read_json(path).items():
                text = value.get("content") if isinstance(value, dict) else value
                if key.endswith("_token") and isinstance(text, str):
                    special[key] = text
    return special
