"""Judge documents by the JSON Schemas, every fault at its place."""

import difflib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from pv.contract.finding import Finding, Severity
from pv.contract.yaml_reader import Document, PathInside, json_path

_HOME = Path(__file__).parents[1] / "schemas"  # inside an installed package
_CHECKOUT = Path(__file__).parents[2] / "schemas"


def schema_text(name: str) -> str:
    """Return the text of a schema, such as `contract` or `binding`."""
    home = _HOME if _HOME.is_dir() else _CHECKOUT
    return (home / f"{name}.schema.json").read_text(encoding="utf-8")


@cache
def _validator(name: str) -> Any:
    return jsonschema_rs.validator_for(json.loads(schema_text(name)))


@cache
def known_blocks(name: str) -> tuple[str, ...]:
    """Return the top-level keys that a schema knows."""
    return tuple(json.loads(schema_text(name))["properties"])


def judge_document(document: Document, name: str) -> Iterator[Finding]:
    """Yield what a schema says against a document."""
    for error in _validator(name).iter_errors(document.value):
        yield from _findings(error, document, name)


def _findings(error: Any, document: Document, name: str) -> Iterator[Finding]:
    path: PathInside = tuple(error.instance_path)
    kind = error.kind
    match kind.name:
        case "additionalProperties":
            known = list(_part(name, error.schema_path[:-1])["properties"])
            for key in kind.unexpected:
                near = difflib.get_close_matches(key, known, n=1)
                remedy = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
                yield _at_key(document, (*path, key), f"the key `{key}` is not known", remedy)
        case "required":
            message = f"the key `{kind.property}` is missing"
            yield _at(document, path, message, f"add `{kind.property}:`")
        case "type":
            wanted = " or ".join(_spell_type(each) for each in kind.types if each != "null")
            yield _at(document, path, f"{_subject(path)} must be {wanted}", "change it to that")
        case "enum":
            options = [str(option) for option in kind.options if option is not None]
            near = difflib.get_close_matches(str(error.instance), options, n=1)
            remedy = f"did you mean `{near[0]}`?" if near else f"one of: {', '.join(options)}"
            message = f"{_subject(path)} is `{error.instance}`, which is not known"
            yield _at(document, path, message, remedy)
        case "falseSchema":
            message = f"`{path[-1]}` does not go with what is beside it"
            yield _at_key(document, path, message, "keep one of the two")
        case "oneOf":
            message = "an experiment has either `system` or `runs`"
            yield _at(document, path, message, "with `runs`, every run has its own settings")
        case _:
            yield _at(document, path, f"{_subject(path)}: {error.message}", "change it to fit")


def _subject(path: PathInside) -> str:
    keys = [step for step in path if isinstance(step, str)]
    return f"`{keys[-1]}`" if keys else "the document"


def _at(document: Document, path: PathInside, message: str, remedy: str) -> Finding:
    place = document.place(path)
    return Finding("SCHEMA-000", Severity.ERROR, message, remedy, place, json_path(path))


def _at_key(document: Document, path: PathInside, message: str, remedy: str) -> Finding:
    place = document.key_place(path)
    return Finding("SCHEMA-000", Severity.ERROR, message, remedy, place, json_path(path))


def _part(name: str, steps: list[str | int]) -> Any:
    found: Any = json.loads(schema_text(name))
    for step in steps:
        found = found[step]
    return found


def _spell_type(kind: str) -> str:
    return {"object": "a mapping", "array": "a list", "string": "a text"}.get(kind, f"a {kind}")
