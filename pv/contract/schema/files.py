"""Find the JSON Schemas: inside an installed package, or beside it in a checkout."""

from pathlib import Path

_INSTALLED = Path(__file__).parents[2] / "schemas"
_CHECKOUT = Path(__file__).parents[3] / "schemas"
_SUFFIX = ".schema.json"


def schema_text(name: str) -> str:
    """Return the text of a schema, such as `contract` or `binding`."""
    return (_home() / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def schema_names() -> tuple[str, ...]:
    """Return the names of all schemas."""
    return tuple(sorted(file.name.removesuffix(_SUFFIX) for file in _home().glob(f"*{_SUFFIX}")))


def _home() -> Path:
    return _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
