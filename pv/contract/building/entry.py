"""A mapping of a document, whose values are asked for by the type that the schema gives them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pv.contract.document_path import PathInside
from pv.contract.finding import Location
from pv.contract.text import Text
from pv.contract.yaml.core_schema import Value
from pv.contract.yaml.document import Document


@dataclass(frozen=True, slots=True)
class Entry:
    """A mapping of the document and its path."""

    document: Document
    path: PathInside
    value: Mapping[str, Value]

    @property
    def location(self) -> Location:
        """The place of the whole mapping."""
        return self.document.place(self.path)

    @property
    def id(self) -> str:
        """The key of the mapping, or what its `id` says."""
        return self.word("id") or ""

    def text(self, *names: str) -> Text | None:
        """Return the first of some keys as text; numbers and booleans as they are written."""
        for name in names:
            value = self.value.get(name)
            if value is not None:
                return self.document.text((*self.path, name), value)
        return None

    def needed(self, *names: str) -> Text:
        """Return a text that the schema requires, or an empty one at this place."""
        return self.text(*names) or Text("", self.location)

    def texts(self, name: str) -> tuple[Text, ...]:
        """Return a list of texts."""
        path = (*self.path, name)
        return tuple(
            self.document.text((*path, n), item) for n, item in enumerate(self._list(name))
        )

    def table(self, name: str) -> dict[str, Text]:
        """Return a mapping to texts."""
        path = (*self.path, name)
        items = self.mapping(name).items()
        return {key: self.document.text((*path, key), item) for key, item in items}

    def word(self, name: str) -> str | None:
        """Return a text that needs no place."""
        value = self.value.get(name)
        return value if isinstance(value, str) else None

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list of texts that need no place."""
        return tuple(item for item in self._list(name) if isinstance(item, str))

    def whole(self, name: str) -> int | None:
        """Return a whole number; to the schema 4.0 is one."""
        value = self.value.get(name)
        return int(value) if isinstance(value, int | float) else None

    def number(self, name: str) -> float:
        """Return a number, or 0 if there is none."""
        value = self.value.get(name)
        return value if isinstance(value, int | float) else 0.0

    def mapping(self, name: str) -> Mapping[str, Value]:
        """Return a mapping, or an empty one if there is none."""
        value = self.value.get(name)
        return value if isinstance(value, dict) else {}

    def inner(self, name: str) -> "Entry | None":
        """Return a mapping as an entry."""
        value = self.value.get(name)
        return Entry(self.document, (*self.path, name), value) if isinstance(value, dict) else None

    def entries(self, name: str) -> Iterator["Entry"]:
        """Yield the entries of a list or of a mapping; a mapping's keys become ids."""
        path, found = (*self.path, name), self.value.get(name)
        if isinstance(found, dict):
            for key, value in found.items():
                fields = value if isinstance(value, dict) else {}
                yield Entry(self.document, (*path, key), {"id": key, **fields})
        else:
            for n, value in enumerate(self._list(name)):
                if isinstance(value, dict):
                    yield Entry(self.document, (*path, n), value)

    def _list(self, name: str) -> list[Value]:
        value = self.value.get(name)
        return value if isinstance(value, list) else []
