"""Read YAML as values with positions, in one loop over the parser's events.

No recursion, so nesting cannot exhaust the stack; no construction of objects, so a tag can run
nothing; aliases share their value and are counted, so an anchor bomb stays small.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import cast

import yaml

from pv.contract.discovery.read_bytes import read_bytes
from pv.contract.finding import Finding
from pv.contract.yaml import read_errors
from pv.contract.yaml.builder import Builder, Stop
from pv.contract.yaml.document import Document
from pv.contract.yaml.positions import Event


def read_file(file: Path) -> Document | tuple[Finding, ...]:
    """Return the document in a file, or findings that say why it cannot be read."""
    data = read_bytes(file)
    return read(data, str(file)) if isinstance(data, bytes) else (data,)


def read(data: bytes, file: str) -> Document | tuple[Finding, ...]:
    """Return the document in the bytes of a file, or all faults that can be told apart."""
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return (read_errors.not_utf8(fault, data, file),)
    builder = Builder(file)
    try:
        builder.build(_events(source))
    except yaml.MarkedYAMLError as fault:
        return (*builder.findings, read_errors.bad_syntax(fault, file))
    except yaml.reader.ReaderError as fault:
        return (read_errors.bad_character(fault, source, file),)
    except Stop:
        return tuple(builder.findings)
    if builder.findings:
        return tuple(builder.findings)
    if builder.marks is None:
        return (read_errors.without_values(source, file),)
    return Document(file, builder.root, source, builder.marks)


def _events(source: str) -> Iterable[Event]:
    """Yield the parser's events, which all have marks, although the stubs call those optional."""
    return cast("Iterable[Event]", yaml.parse(source, Loader=yaml.CSafeLoader))
