"""Documents: what a corpus is made of, and which side of the split each is on."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_HELD_OUT = 20  # one document in so many


@dataclass(frozen=True, slots=True)
class Document:
    """One text. `name` stands in messages and the digest; `key` decides the side of the split."""

    name: str
    key: bytes
    data: bytes

    @property
    def held_out(self) -> bool:
        """By a hash of the key alone, so that other documents move none to the other side."""
        return hash_of(self.key) % _HELD_OUT == 0


def hash_of(key: bytes) -> int:
    """Return 64 bits of the key's SHA-256."""
    return int.from_bytes(hashlib.sha256(key).digest()[:8])


def limited(documents: Iterable[Document], limit_bytes: int | None) -> Iterator[Document]:
    """Yield documents until `limit_bytes`, within the last one if need be."""
    room = limit_bytes
    for document in documents:
        if room is None:
            yield document
            continue
        yield Document(document.name, document.key, document.data[:room])
        if (room := room - len(document.data)) <= 0:
            return


class Survey:
    """A digest over documents that pass by: their names, sides and texts."""

    def __init__(self) -> None:
        self.count = 0
        self._digest = hashlib.sha256()

    def add(self, document: Document) -> None:
        """Take a document into account."""
        side = "held out" if document.held_out else "train"
        self._digest.update(f"{side} {document.name} {len(document.data)}\n".encode())
        self._digest.update(hashlib.sha256(document.data).digest())
        self.count += 1

    def digest(self, *more: bytes) -> str:
        """Return the digest so far, with what else decides the tokens."""
        whole = self._digest.copy()
        for each in more:
            whole.update(each)
        return whole.hexdigest()
