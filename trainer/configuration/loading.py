"""Load configuration files and overrides into one `Configuration`; each error names its key."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from trainer.configuration.schema import Configuration
from trainer.configuration.yaml_loader import load_yaml
from trainer.errors import UserError

Override = tuple[str, object]
_BOUNDS = {
    "greater_than": (">", "gt"),
    "greater_than_equal": (">=", "ge"),
    "less_than": ("<", "lt"),
    "less_than_equal": ("<=", "le"),
}


def load_configuration(name_or_path: str, overrides: Sequence[Override]) -> Configuration:
    """Read a bundled configuration or a file, apply `overrides` in order, and validate it.

    Raises UserError: no such configuration, unreadable YAML, an unknown key, a wrong value.
    """
    return configure(_mapping(_text(name_or_path), name_or_path), overrides, name_or_path)


def configure(
    tree: Mapping[str, object], overrides: Sequence[Override], place: str
) -> Configuration:
    """Apply `overrides` to a tree of plain values and validate it; UserError lists every fault."""
    for key, value in overrides:
        tree = _with_value(tree, key.split("."), value)
    try:
        return Configuration.model_validate(tree)
    except ValidationError as refused:
        faults = [_message(error) for error in refused.errors(include_url=False)]
    raise UserError("\n".join(f"configuration {place}: {fault}" for fault in faults))


def parse_override(text: str) -> Override:
    """Read `KEY=VALUE`; the value is YAML."""
    key, separator, value = text.partition("=")
    if not separator or not key:
        raise UserError(f"--set {text}: expected KEY=VALUE, such as training.epochs=3")
    try:
        return key, load_yaml(value)
    except yaml.YAMLError as fault:
        raise UserError(f"--set {text}: the value is not YAML: {_flat(fault)}") from fault


def bundled_names() -> list[str]:
    """Return the names of the configurations inside the package."""
    folder = files("trainer.configuration") / "presets"
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir())


def _text(name_or_path: str) -> str:
    if name_or_path in bundled_names():
        bundled = files("trainer.configuration") / "presets" / f"{name_or_path}.yaml"
        return bundled.read_text(encoding="utf-8")
    try:
        return Path(name_or_path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        known = ", ".join(bundled_names())
        raise UserError(
            f"--config {name_or_path}: cannot be read ({_flat(fault)}); "
            f"give a YAML file or one of {known}"
        ) from fault


def _mapping(text: str, place: str) -> dict[str, object]:
    try:
        tree = load_yaml(text)
    except yaml.YAMLError as fault:
        raise UserError(f"configuration {place}: not YAML: {_flat(fault)}") from fault
    if not isinstance(tree, dict):
        raise UserError(f"configuration {place}: expected sections with keys, such as training:")
    return tree


def _with_value(
    tree: Mapping[str, object], path: Sequence[str], value: object
) -> dict[str, object]:
    first, *rest = path
    if not rest:
        return {**tree, first: value}
    inner = tree.get(first)
    return {**tree, first: _with_value(inner if isinstance(inner, dict) else {}, rest, value)}


def _message(error: ErrorDetails) -> str:
    """Return one of pydantic's errors as a message."""
    key = ".".join(str(part) for part in error["loc"])
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return _unknown(key)
    if kind in _BOUNDS:
        sign, bound = _BOUNDS[kind]
        limit = error["ctx"][bound]
        return f"{key} must be {sign} {int(limit) if limit == int(limit) else limit}, got {value}"
    if kind == "value_error":
        fault = str(error["ctx"]["error"])
        return f"{key} {fault}" if fault.startswith("must") else fault
    if kind == "missing":
        return f"{key} is required"
    if kind == "literal_error":
        return f"{key} must be {error['ctx']['expected']}, got {value!r}"
    return f"{key}: {error['msg'][:1].lower()}{error['msg'][1:]}, got {value!r}"


def _unknown(key: str) -> str:
    known = list(known_keys())
    near = difflib.get_close_matches(key, [*known, *Configuration.model_fields], 1, 0.6)
    remedy = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(known)}"
    return f"unknown key {key}; {remedy}"


def known_keys(model: type[BaseModel] = Configuration, prefix: str = "") -> Iterator[str]:
    """Yield the dotted name of every key of the schema."""
    for name, field in model.model_fields.items():
        section = next((t for t in (field.annotation, *get_args(field.annotation)) if _is(t)), None)
        if section is None:
            yield prefix + name
        else:
            yield from known_keys(section, f"{prefix}{name}.")


def _is(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _flat(fault: Exception) -> str:
    return " ".join(str(fault).split())
