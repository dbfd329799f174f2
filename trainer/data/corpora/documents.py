"""Documents of a corpus, their train / held-out split, and the digest over them."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_HELD_OUT = 20  # one document in so many
_CONTINUES = 0x80
"""The two highest bits of a byte that is not the first of a character (RFC 3629)."""
_LONGEST = 3
"""Bytes of a character behind its first."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text. `name` is for messages and the digest; `key` decides the side of the split."""

    name: str
    key: bytes
    data: bytes

    @property
    def held_out(self) -> bool:
        """True if held out, by a hash of the key, so that other documents do not matter."""
        return hash_of(self.key) % _HELD_OUT == 0


def hash_of(key: bytes) -> int:
    """Return 64 bits of the key's SHA-256."""
    return int.from_bytes(hashlib.sha256(key).digest()[:8])


def take_bytes(
    documents: Iterable[Document], limit_bytes: int | None, *, whole: bool = False
) -> Iterator[Document]:
    """Yield documents up to `limit_bytes` in all, the last one cut between two characters.

    With `whole` it is left out instead.
    """
    room = limit_bytes
    for document in documents:
        if room is None:
            yield document
            continue
        if whole and len(document.data) > room:
            return
        yield Document(document.name, document.key, _beginning(document.data, room))
        if (room := room - len(document.data)) <= 0:
            return


def _beginning(data: bytes, room: int) -> bytes:
    """Return at most `room` bytes of a text, without a part of a character of UTF-8 at the end.

    >>> _beginning("für".encode(), 2)
    b'f'
    """
    end = room
    while end < len(data) and room - end < _LONGEST and data[end] & 0xC0 == _CONTINUES:
        end -= 1
    return data[:end]


class CorpusDigest:
    """A running digest over documents: their names, sides of the split and texts."""

    def __init__(self) -> None:
        self.count = 0
        self._digest = hashlib.sha256()

    def add(self, document: Document) -> None:
        """Add a document to the digest."""
        side = "held out" if document.held_out else "train"
        self._digest.update(f"{side} {document.name} {len(document.data)}\n".encode())
        self._digest.update(hashlib.sha256(document.data).digest())
        self.count += 1

    def digest(self, *more: bytes) -> str:
        """Return the digest so far, extended by `more`: whatever else decides the tokens."""
        whole = self._digest.copy()
        for each in more:
            whole.update(each)
        return whole.hexdigest()
