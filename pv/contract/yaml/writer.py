"""Write values as YAML that reads as the same values; whatever a text holds, it stays a text."""

import yaml

from pv.contract.yaml.core_schema import Value, resolve

_WIDTH = 100


def write(value: Value) -> str:
    """Return a value as a document: lists of words stand on one line, all else below each other."""
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=_WIDTH,
    )
    return text


class _Dumper(yaml.SafeDumper):
    """PyYAML writes by YAML 1.1, to which `1e-6` is a text; what pv would read is what counts."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature of PyYAML
        """Write each value out."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None if _is_text(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list(dumper: _Dumper, items: list[Value]) -> yaml.SequenceNode:
    plain = not any(isinstance(each, dict | list) for each in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=plain)


def _is_text(text: str) -> bool:
    """Return whether a text may stand without quotes: it is read as it is, and as no number."""
    try:
        return text.isprintable() and isinstance(resolve(text), str)
    except ValueError:
        return False


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
