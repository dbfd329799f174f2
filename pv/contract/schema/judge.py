"""Judge documents by the JSON Schemas, every fault at its place."""

import difflib
import json
from collections.abc import Iterator
from functools import cache

from jsonschema_rs import ValidationError, Validator, validator_for
from jsonschema_rs import ValidationErrorKind as Kind

from pv.contract.document_path import PathInside, json_path
from pv.contract.finding import Finding, Severity
from pv.contract.schema.files import schema_text
from pv.contract.yaml.core_schema import Value
from pv.contract.yaml.document import Document


@cache
def _validator(name: str) -> Validator:
    return validator_for(json.loads(schema_text(name)))


def judge_document(document: Document, name: str) -> Iterator[Finding]:
    """Yield a finding for each violation of a schema."""
    for error in _validator(name).iter_errors(document.value):
        yield from _findings(error, document, name)


def _findings(error: ValidationError, document: Document, name: str) -> Iterator[Finding]:
    path: PathInside = tuple(error.instance_path)
    match error.kind:
        case Kind.AdditionalProperties(unexpected):
            known = list(_mapping(_part(name, error.schema_path[:-1]), "properties"))
            for key in unexpected:
                near = difflib.get_close_matches(key, known, n=1)
                remedy = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
                yield _at_key(document, (*path, key), f"the key `{key}` is not known", remedy)
        case Kind.Required(key):
            yield _at(document, path, f"the key `{key}` is missing", f"add `{key}:`")
        case Kind.Type(types):
            wanted = " or ".join(_spell_type(each) for each in types if each != "null")
            yield _at(document, path, f"{_subject(path)} must be {wanted}", "change it to that")
        case Kind.Enum(values):
            options = [str(option) for option in values if option is not None]
            near = difflib.get_close_matches(str(error.instance), options, n=1)
            remedy = f"did you mean `{near[0]}`?" if near else f"one of: {', '.join(options)}"
            message = f"{_subject(path)} is `{error.instance}`, which is not known"
            yield _at(document, path, message, remedy)
        case Kind.FalseSchema():
            message = f"`{path[-1]}` does not go with what is beside it"
            yield _at_key(document, path, message, "keep one of the two")
        case Kind.AnyOf(context) | Kind.OneOfNotValid(context) | Kind.OneOfMultipleValid(context):
            branches = [branch for branch in context if branch]
            if branches:
                for each in _likeliest(branches, len(path)):
                    yield from _findings(each, document, name)
            else:
                yield _several(error, document, name)
        case Kind.PropertyNames(wrong):
            key = str(wrong.instance)
            remedy = f"{_like_the_example(wrong, name)}: letters, digits and underscores"
            yield _at_key(document, (*path, key), f"`{key}` is no name", remedy)
        case Kind.Pattern():
            message = f"{_subject(path)} is `{error.instance}`, which has another form than it must"
            yield _at(document, path, message, _like_the_example(error, name))
        case _:
            message = f"{_subject(path)}: {error.message}"
            yield _at(document, path, message, _like_the_example(error, name))


def _like_the_example(error: ValidationError, name: str) -> str:
    """Return the remedy for a value that breaks a limit: the example that the schema gives."""
    part = _part(name, error.schema_path[:-1])
    examples = part.get("examples") if isinstance(part, dict) else None
    if not isinstance(examples, list) or not examples:
        return "change it to fit"
    first = examples[0]
    shown = first if isinstance(first, str) else json.dumps(first, ensure_ascii=False)
    return f"write it like `{shown}`"


def _several(error: ValidationError, document: Document, name: str) -> Finding:
    """Return the finding that keys are given of which one is allowed."""
    path = tuple(error.instance_path)
    forms = _part(name, error.schema_path)
    required = [form.get("required") for form in forms if isinstance(form, dict)]
    keys = [f"`{each[0]}`" for each in required if isinstance(each, list) and each]
    message = f"{_subject(path)} has {' and '.join(keys)}, of which one is allowed"
    return _at(document, path, message, "keep one of them")


def _likeliest(branches: list[list[ValidationError]], depth: int) -> list[ValidationError]:
    """Return the errors of the branch that the author most likely meant.

    That is one whose type is right and whose keys are there, then the one that went deepest before
    it failed, then the one with the fewest errors.
    """
    return min(
        branches,
        key=lambda branch: (
            _asks(branch, Kind.Type, depth),
            _asks(branch, Kind.Required, depth),
            -max(len(each.instance_path) for each in branch),
            len(branch),
        ),
    )


def _asks(branch: list[ValidationError], kind: type[Kind], depth: int) -> bool:
    """Return whether a branch fails for the outermost value by an error of this kind."""
    return any(isinstance(each.kind, kind) and len(each.instance_path) == depth for each in branch)


def _subject(path: PathInside) -> str:
    keys = [step for step in path if isinstance(step, str)]
    return f"`{keys[-1]}`" if keys else "the document"


def _at(document: Document, path: PathInside, message: str, remedy: str) -> Finding:
    place = document.place(path)
    return Finding("SCHEMA-000", Severity.ERROR, message, remedy, place, json_path(path))


def _at_key(document: Document, path: PathInside, message: str, remedy: str) -> Finding:
    place = document.key_place(path)
    return Finding("SCHEMA-000", Severity.ERROR, message, remedy, place, json_path(path))


def _part(name: str, steps: list[str | int]) -> dict[str, Value] | list[Value]:
    """Return the part of a schema at some steps."""
    found = json.loads(schema_text(name))
    for step in steps:
        found = found[step]
    part: dict[str, Value] | list[Value] = found
    return part


def _mapping(part: dict[str, Value] | list[Value], key: str) -> dict[str, Value]:
    value = part.get(key) if isinstance(part, dict) else None
    return value if isinstance(value, dict) else {}


def _spell_type(kind: str) -> str:
    return {"object": "a mapping", "array": "a list", "string": "a text"}.get(kind, f"a {kind}")
