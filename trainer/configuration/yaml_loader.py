"""Read YAML 1.2, in which `010` is ten, and `no`, `1:30` and dates are texts. Free of torch."""

import re
from collections.abc import Hashable

import yaml
from yaml.constructor import ConstructorError

_TAG = "tag:yaml.org,2002:"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_SCALARS = {
    "null": (r"~|null|Null|NULL|", "~nN\0"),
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (rf"{_FLOAT}|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+.0123456789"),
}
"""Type of a plain scalar -> what it is like, and its first characters (YAML 1.2, core schema)."""


class _Core(yaml.SafeLoader):
    """A safe loader that refuses a key given twice, where PyYAML takes the last one."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 - PyYAML's signature
    ) -> dict[Hashable, object]:
        """Build a mapping; raise ConstructorError, with its place, at a key that occurs twice."""
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value
            if key in seen:
                raise ConstructorError(
                    None, None, f"the key {key} occurs twice; keep one", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)

    def construct_integer(self, node: yaml.ScalarNode) -> int:
        """Return a whole number; one that begins with 0 is decimal."""
        based = node.value[1:2] in {"o", "x"}
        return int(node.value, 0) if based else int(node.value)


_Core.yaml_implicit_resolvers = {}
for _type, (_pattern, _first) in _SCALARS.items():
    _Core.add_implicit_resolver(
        f"{_TAG}{_type}", re.compile(rf"(?:{_pattern})$"), ["" if c == "\0" else c for c in _first]
    )
_Core.add_implicit_resolver(f"{_TAG}merge", re.compile("<<$"), ["<"])
_Core.add_constructor(f"{_TAG}int", _Core.construct_integer)


def load_yaml(text: str) -> object:
    """Return the value of a document; raises yaml.YAMLError."""
    return yaml.load(text, Loader=_Core)  # noqa: S506 - a SafeLoader
