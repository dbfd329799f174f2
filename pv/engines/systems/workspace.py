"""Fresh folders for the systems under test, and what may be observed in them afterwards."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pv.contract.discovery.regular_file import read_regular

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_MAX_READ = 4 * 1024 * 1024  # bytes of a file that claims may look into
_MAX_DEPTH = 100  # of lists and objects in each other


class Unreadable(Exception):  # noqa: N818 - what a system left
    """A system left what cannot be looked into; the message names it."""


def observe_files(folder: Path, glob: str) -> dict[str, object]:
    """Map each file that a glob matches to its size, sha256, lines and, for JSON, content.

    Keys are paths relative to the fixed part of the glob: `output/**` gives `model.safetensors`.
    Raises Unreadable.
    """
    base = folder.joinpath(*_fixed_part(glob))
    try:
        return {
            file.relative_to(base).as_posix(): _described(file, folder)
            for file in sorted(folder.glob(_every_file(glob)))
            if file.is_file()
        }
    except RecursionError:
        raise Unreadable(f"{glob}: the folders are nested too deep") from None
    except OSError as fault:
        raise Unreadable(f"{glob}: {fault.strerror}") from fault


def _described(file: Path, folder: Path) -> dict[str, object]:
    """Describe a file; a link that leaves the working folder is named, and not followed."""
    real = file.resolve()
    if not real.is_relative_to(folder.resolve()):
        return {"link": str(real)}
    return _describe(real)


def read_json(file: Path) -> object:
    """Return the content of a JSON file; None when it is missing, too large or not JSON.

    Raises Unreadable where it is nested too deep.
    """
    data = _content(file)
    try:
        return None if data is None else _shallow(json.loads(data))
    except RecursionError:
        raise Unreadable(f"{file.name}: its JSON is nested too deep") from None
    except ValueError:  # absence is an observation here: claims see `null`
        return None


def merge(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """Merge configurations: mappings key by key, everything else replaced."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        merged[key] = merge(below, value) if both else value  # type: ignore[arg-type]
    return merged


def fill(value: object, names: Mapping[str, object]) -> object:
    """Replace `{name}` in every string below a value.

    A string that is nothing but a placeholder becomes the value itself, with its type. A
    placeholder without a name stands as it is: braces may be part of the text.
    """
    match value:
        case str():
            return _fill_text(value, names)
        case Mapping():
            return {key: fill(item, names) for key, item in value.items()}
        case list() | tuple():
            return [fill(item, names) for item in value]
    return value


def _fill_text(text: str, names: Mapping[str, object]) -> object:
    whole = _PLACEHOLDER.fullmatch(text)
    if whole and whole[1] in names:
        return names[whole[1]]
    return _PLACEHOLDER.sub(lambda found: str(names.get(found[1], found[0])), text)


def _describe(file: Path) -> dict[str, object]:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    described: dict[str, object] = {"size": file.stat().st_size, "sha256": digest}
    if file.stat().st_size <= _MAX_READ:
        described["lines"] = file.read_bytes().count(b"\n")
    if file.suffix == ".json":
        described["json"] = read_json(file)
    if file.suffix == ".jsonl":
        described["json"] = _read_json_lines(file)
    return described


def _read_json_lines(file: Path) -> object:
    """Return the records of a JSON Lines file; None and Unreadable like `read_json`."""
    data = _content(file)
    try:
        return None if data is None else _shallow([json.loads(each) for each in data.splitlines()])
    except RecursionError:
        raise Unreadable(f"{file.name}: its JSON is nested too deep") from None
    except ValueError:
        return None


def _content(file: Path) -> bytes | None:
    """Return the bytes of a file; None where there is none, no regular one, or too much.

    A link is no file here: the process that left it may not let pv read what it could not.
    """
    try:
        data = read_regular(file, _MAX_READ, follow=False)
    except PermissionError as fault:
        raise Unreadable(f"{file.name}: {fault.strerror}") from fault
    except OSError:
        return None
    return data if len(data) <= _MAX_READ else None


def _shallow(value: object) -> object:
    """Return a value that nothing here is too deep for; raises RecursionError otherwise."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        inner = (_inside(each) for each in level)
        level = [each for values in inner for each in values]
    if level:
        raise RecursionError
    return value


def _inside(value: object) -> Iterable[object]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
    return ()


def _fixed_part(glob: str) -> list[str]:
    fixed: list[str] = []
    for part in Path(glob).parts[:-1]:
        if any(sign in part for sign in "*?["):
            break
        fixed.append(part)
    return fixed


def _every_file(glob: str) -> str:
    """Let a trailing `**` mean every file below, as people write it."""
    return f"{glob}/*" if glob.endswith("**") else glob
