"""Find unknown keys: a near miss of a known one is an error, any other a note."""

import difflib
import json
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from pv.contract.document_path import PathInside, json_path
from pv.contract.finding import Finding, Severity
from pv.contract.schema.files import schema_text
from pv.contract.yaml.core_schema import Value
from pv.contract.yaml.document import Document

_CLOSE = 0.85  # `kani_harness` for `kani_harnesses` is 0.92; `notes` for anything is far below

_BLOCKS = {
    "metadata": "metadata",
    "equations": "equation",
    "proof_obligations": "obligation",
    "falsification_tests": "test",
    "symbolic_checks": "symbolic",
    "kani_harnesses": "symbolic",
    "qa_gate": "gate",
    "qa_gates": "gate",
}
"""Top-level key -> the definition in the schema that its entries follow."""


@cache
def _schema() -> Any:
    return json.loads(schema_text("contract"))


def judge_keys(document: Document) -> Iterator[Finding]:
    """Yield a finding for every key of a contract that nothing reads."""
    yield from _unread(document, (), document.value, tuple(_schema()["properties"]), "SCHEMA-019")
    for block, definition in _BLOCKS.items():
        known = tuple(_schema()["$defs"][definition]["properties"])
        for path, entry in _entries(block, document.value.get(block)):
            yield from _unread(document, path, entry, known, "SCHEMA-000")


@lru_cache(maxsize=4096)  # the same keys come up in every entry
def nearest_key(key: str, known: tuple[str, ...]) -> str | None:
    """Return the known key that an unknown one is a near miss of."""
    spelt = key.replace("-", "_")
    return next(iter(difflib.get_close_matches(spelt, known, n=1, cutoff=_CLOSE)), None)


def unread_key(document: Document, path: PathInside) -> Finding:
    """Return the note that nothing reads a key."""
    message = f"the key `{path[-1]}` is not read"
    remedy = "nothing is checked in it; leave it if it is meant for people"
    place = document.key_place(path)
    return Finding("KEY-001", Severity.NOTE, message, remedy, place, json_path(path))


def _entries(block: str, value: Value) -> Iterator[tuple[PathInside, dict[str, Value]]]:
    found: list[tuple[PathInside, Value]]
    if block in {"metadata", "qa_gate"}:
        found = [((block,), value)]
    elif isinstance(value, dict):
        found = [((block, key), entry) for key, entry in value.items()]
    else:
        items = value if isinstance(value, list) else ()
        found = [((block, n), entry) for n, entry in enumerate(items)]
    return ((path, entry) for path, entry in found if isinstance(entry, dict))


def _unread(
    document: Document, path: PathInside, entry: dict[str, Value], known: tuple[str, ...], code: str
) -> Iterator[Finding]:
    for key in entry:
        if key in known:
            continue
        inside = (*path, key)
        place = document.key_place(inside)
        near = nearest_key(key, known)
        if code == "SCHEMA-019" and key == "kind":
            message, remedy = "`kind` stands at the top", "move it below `metadata:`"
            yield Finding("SCHEMA-018", Severity.ERROR, message, remedy, place, json_path(inside))
        elif near and near not in entry:
            message = f"the key `{key}` is not known"
            remedy = f"did you mean `{near}`?"
            yield Finding(code, Severity.ERROR, message, remedy, place, json_path(inside))
        else:
            yield unread_key(document, inside)
