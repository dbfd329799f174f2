"""What the tests of one module share, each under a name of its own."""

import re
from dataclasses import dataclass, field


@dataclass(slots=True)
class Registry:
    """Module-level definitions in the order in which they were needed."""

    _texts: dict[str, str] = field(default_factory=dict)
    """Name -> text, in which `{name}` stands for the name."""
    _imports: dict[str, str] = field(default_factory=dict)
    """Name -> `module:attribute`."""

    def constant(self, wanted: str, source: str) -> str:
        """Return the name under which a value stands."""
        return self.name_of(re.sub(r"\W", "_", wanted).upper(), f"{{name}} = {source}")

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
        """Return the texts: values in one block, then functions."""
        texts = [text.replace("{name}", name, 1) for name, text in self._texts.items()]
        functions = [text for text in texts if text.startswith("def ")]
        values = [text for text in texts if not text.startswith("def ")]
        return ["\n".join(values)] * bool(values) + functions
