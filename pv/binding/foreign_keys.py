"""Keys that only the Rust tool reads in its binding files, which name a `target_crate`."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import reduce
from operator import getitem

from pv.contract.document_path import PathInside
from pv.contract.finding import Finding
from pv.contract.schema.files import schema_text
from pv.contract.schema.unknown_keys import nearest_key, unread_key
from pv.contract.yaml.document import Document


def drop_foreign_keys(document: Document) -> tuple[Document, tuple[Finding, ...]]:
    """Return a document without the keys that only the Rust tool reads, and a note for each.

    A near miss of a key that pv reads stays, so that the schema refuses it; so does any unknown
    key of a file that names no `target_crate`.
    """
    if not isinstance(document.value, dict) or "target_crate" not in document.value:
        return document, ()
    paths = tuple(_foreign_paths(document.value))
    value = deepcopy(document.value) if paths else document.value
    for *parents, key in paths:
        reduce(getitem, parents, value).pop(key, None)  # an alias may be there twice
    return replace(document, value=value), tuple(unread_key(document, path) for path in paths)


def _foreign_paths(value: dict[str, object]) -> Iterator[PathInside]:
    schema = json.loads(schema_text("binding"))
    entries = value.get("bindings")
    found: list[tuple[PathInside, object, tuple[str, ...]]] = [
        ((), value, (*schema["properties"],))
    ]
    if isinstance(entries, list):
        known = (*schema["$defs"]["binding"]["properties"],)
        found += [(("bindings", n), entry, known) for n, entry in enumerate(entries)]
    for path, mapping, known in found:
        for key in mapping if isinstance(mapping, dict) else ():
            if key not in known and nearest_key(key, known) is None:
                yield (*path, key)
