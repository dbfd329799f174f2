"""Write values as YAML that reads as the same values; whatever a text holds, it stays a text."""

from collections.abc import Mapping

import yaml

from pv.contract.yaml.core_schema import Value, resolve

_WIDTH = 100


def write(value: Mapping[str, Value]) -> str:
    """Return a mapping as a document: what has but words stands on one line, all else below."""
    text: str = yaml.dump(
        _Root(value),
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=_WIDTH,
    )
    return text


class _Root(dict[str, Value]):
    """The outermost mapping, whose entries always stand below each other."""


class _Dumper(yaml.SafeDumper):
    """PyYAML writes by YAML 1.1, to which `1e-6` is a text; what pv would read is what counts."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature of PyYAML
        """Write each value out."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None if _is_text(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list(dumper: _Dumper, items: list[Value]) -> yaml.SequenceNode:
    plain = not any(isinstance(each, dict | list) for each in items) and _is_words(items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=plain)


def _mapping(dumper: _Dumper, entries: dict[str, Value]) -> yaml.MappingNode:
    flow = not isinstance(entries, _Root) and _is_words(entries)
    return dumper.represent_mapping("tag:yaml.org,2002:map", entries, flow_style=flow)


def _is_words(value: Value) -> bool:
    """Return whether no text in a value has a space."""
    if isinstance(value, dict):
        return all(map(_is_words, value.values()))
    if isinstance(value, list):
        return all(map(_is_words, value))
    return " " not in str(value)


def _is_text(text: str) -> bool:
    """Return whether a text may stand without quotes: it is read as it is, and as no number."""
    try:
        return text.isprintable() and isinstance(resolve(text), str)
    except ValueError:
        return False


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(_Root, _mapping)
