"""Judge documents by the JSON Schemas, every fault at its place."""

import difflib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from pv.contract.document_path import PathInside, json_path
from pv.contract.finding import Finding, Severity
from pv.contract.schema.files import schema_text
from pv.contract.yaml.document import Document


@cache
def _validator(name: str) -> Any:
    return jsonschema_rs.validator_for(json.loads(schema_text(name)))


def judge_document(document: Document, name: str) -> Iterator[Finding]:
    """Yield a finding for each violation of a schema."""
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
        case "anyOf" | "oneOf":
            yield from _likeliest(error, document, name)
        case "pattern":
            message = f"{_subject(path)} is `{error.instance}`, which has another form than it must"
            yield _at(document, path, message, _like_the_example(error, name))
        case _:
            message = f"{_subject(path)}: {error.message}"
            yield _at(document, path, message, _like_the_example(error, name))


def _like_the_example(error: Any, name: str) -> str:
    """Return the remedy for a value that breaks a limit: the example that the schema gives."""
    examples = _part(name, error.schema_path[:-1]).get("examples")
    if not examples:
        return "change it to fit"
    first = examples[0]
    shown = first if isinstance(first, str) else json.dumps(first, ensure_ascii=False)
    return f"write it like `{shown}`"


def _likeliest(error: Any, document: Document, name: str) -> Iterator[Finding]:
    """Yield the findings of the branch that the author most likely meant.

    That is one whose type is right and whose keys are there, then the one that went deepest before
    it failed, then the one with the fewest errors.
    """
    branches = [branch for branch in error.kind.context if branch]
    if not branches:
        path = tuple(error.instance_path)
        forms = _part(name, error.schema_path)
        keys = [f"`{form['required'][0]}`" for form in forms if form.get("required")]
        message = f"{_subject(path)} has {' and '.join(keys)}, of which one is allowed"
        yield _at(document, path, message, "keep one of them")
        return
    depth = len(error.instance_path)
    meant = min(
        branches,
        key=lambda branch: (
            _asks(branch, "type", depth),
            _asks(branch, "required", depth),
            -max(len(each.instance_path) for each in branch),
            len(branch),
        ),
    )
    for each in meant:
        yield from _findings(each, document, name)


def _asks(branch: Any, kind: str, depth: int) -> bool:
    """Return whether a branch fails for the outermost value by an error of this kind."""
    return any(each.kind.name == kind and len(each.instance_path) == depth for each in branch)


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
