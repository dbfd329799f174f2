"""The functions and strategies that the tests of one module share, each under a name of its own."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Registry:
    """Module-level definitions in the order in which they were needed."""

    _texts: dict[str, str] = field(default_factory=dict)
    """Name -> text, in which `{name}` stands for the name."""
    _imports: dict[str, str] = field(default_factory=dict)
    """Name -> `module:attribute`."""
    _adapted: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name of an adapted callable -> how it is made, but for the type of numbers; and that."""

    def adapted(self, wanted: str, made: str, dtype: str) -> str:
        """Return the name of a callable that `implementation(made, dtype=…)` gives."""
        said = f", dtype={dtype!r}" if dtype != "float64" else ""
        text = f"{{name}} = implementation({made}{said})"
        name = self.name_of(wanted, text, f"{wanted}_{dtype}")
        self._adapted[name] = (made, dtype)
        return name

    def tables(self) -> dict[str, tuple[str, str]]:
        """Map the name of each callable that comes in several types to a shared one, and its type.

        The shared name is that of the first.
        """
        kinds: dict[str, list[str]] = {}
        for name, (made, _) in self._adapted.items():
            kinds.setdefault(made, []).append(name)
        several = [names for names in kinds.values() if len(names) > 1]
        return {name: (names[0], self._adapted[name][1]) for names in several for name in names}

    def name_of(self, wanted: str, text: str, *others: str) -> str:
        """Return the name under which a definition stands: the wanted one, or one of the others."""
        numbered = (f"{wanted}_{number}" for number in range(2, 10_000))
        for name in (wanted, *others, *numbered):
            if name not in self._imports and self._texts.setdefault(name, text) == text:
                return name
        raise AssertionError(wanted)  # ten thousand different definitions of one name

    def import_of(self, module: str, attribute: str) -> str:
        """Return the name under which something is imported."""
        source = f"{module}:{attribute}"
        numbered = (f"{attribute}_{number}" for number in range(2, 10_000))
        for name in (attribute, *numbered):
            if name not in self._texts and self._imports.setdefault(name, source) == source:
                return name
        raise AssertionError(source)

    def import_lines(self) -> list[str]:
        """Return the import statements."""
        found = []
        for name, source in self._imports.items():
            module, _, attribute = source.partition(":")
            alias = f" as {name}" if name != attribute else ""
            found.append(f"from {module} import {attribute}{alias}")
        return found

    def definitions(self) -> list[str]:
        """Return the texts: implementations in one block, then formulas, then strategies."""
        tables = self.tables()
        texts = {
            name: text.replace("{name}", name)
            for name, text in self._texts.items()
            if name not in tables
        }
        assigned = [text for text in texts.values() if not text.startswith(("def ", "@"))]
        assigned += self._of_several_types(tables)
        block = ["\n".join(assigned)] if assigned else []
        formulas = [text for text in texts.values() if text.startswith("def ")]
        return [*block, *formulas, *(text for text in texts.values() if text.startswith("@"))]

    def _of_several_types(self, tables: dict[str, tuple[str, str]]) -> list[str]:
        """Return the callables that come in several types: dictionaries by the type's name."""
        found: dict[str, list[str]] = {}
        for shared, dtype in tables.values():
            found.setdefault(shared, []).append(dtype)
        common = {tuple(dtypes) for dtypes in found.values()}
        head = [f"TYPES = {common.copy().pop()!r}"] if len(common) == 1 else []
        return head + [
            f"{shared} = implementations({self._adapted[shared][0]}, dtypes="
            f"{'TYPES' if head else repr(tuple(dtypes))})"
            for shared, dtypes in found.items()
        ]
