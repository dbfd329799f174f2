"""What the tests of one module share, each under a name of its own."""

import builtins
import unicodedata
from collections.abc import Iterable
from itertools import chain, count

from pv.evidence import digests

_LONGEST, _DIGITS = 200, 16
"""Bytes of the name of a file, of which systems of files take 255."""


def word(text: str) -> str:
    """Return a text as a part of a Python name, in the form in which Python compares names."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    parts = "".join(sign if f"a{sign}".isidentifier() else " " for sign in plain).split()
    return "_".join(parts).strip("_")


def file_name(*texts: str) -> str:
    """Return the name of the module about some things; a long one is cut, and ends in a digest."""
    name = "_".join(["test", *map(word, texts)])
    if len(name.encode()) > _LONGEST:
        start = name.encode()[: _LONGEST - _DIGITS].decode(errors="ignore")
        name = f"{start}_{digests.of_value(texts)[:_DIGITS]}"
    return f"{name}.py"


class Registry:
    """Module-level definitions in the order in which they were needed."""

    def __init__(self, imported: Iterable[str]) -> None:
        """Begin with what every module imports; what Python itself defines is not redefined."""
        self._taken = {*imported, *dir(builtins)}
        self._constants: dict[tuple[str, str], str] = {}
        """Wanted name and source -> name."""
        self._imports: dict[tuple[str, str | None], str] = {}
        """`module:attribute` and the folder of its code -> name."""

    def distinct(self, wanted: str) -> str:
        """Return a name that nothing else has: the wanted one, or one with a number."""
        numbered = (f"{wanted}_{number}" for number in count(2))
        name = next(name for name in chain([wanted], numbered) if name not in self._taken)
        self._taken.add(name)
        return name

    def constant(self, wanted: str, source: str) -> str:
        """Return the name under which a value stands."""
        key = word(wanted).upper(), source
        if key not in self._constants:
            self._constants[key] = self.distinct(key[0])
        return self._constants[key]

    def import_of(self, reference: str, root: str | None) -> str:
        """Return the name under which `module:attribute` below a folder is imported."""
        key = reference, root
        if key not in self._imports:
            self._imports[key] = self.distinct(reference.partition(":")[2])
        return self._imports[key]

    def import_lines(self) -> list[str]:
        """Return the import statements."""
        found = []
        for (reference, root), name in self._imports.items():
            module, _, attribute = reference.partition(":")
            alias = f" as {name}" if name != attribute else ""
            line = f"from {module} import {attribute}{alias}"
            found.append(line if root is None else f"with code_below({root!r}):\n    {line}")
        return found

    @property
    def imported(self) -> frozenset[str]:
        """The names of what is imported beside what every module imports."""
        return frozenset(self._imports.values())

    def definitions(self) -> list[str]:
        """Return the text of the values, as one block."""
        lines = [f"{name} = {source}" for (_, source), name in self._constants.items()]
        return ["\n".join(lines)] * bool(lines)
