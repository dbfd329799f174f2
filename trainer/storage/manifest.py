"""A folder's manifest: size and SHA-256 of every file, to detect damage before loading.

Free of torch.
"""

import hashlib
import json
from pathlib import Path

from trainer.storage.atomic_files import write_json

MANIFEST = "manifest.json"


def write_manifest(folder: Path) -> None:
    """Write the manifest of all files in `folder`; written last, it marks a complete folder."""
    files = {path.name: _facts(path) for path in sorted(folder.iterdir())}
    write_json(folder / MANIFEST, {"format": "trainer.manifest/1", "files": files})


def find_damage(folder: Path) -> str | None:
    """Return the first deviation of `folder` from its manifest, or None."""
    try:
        described = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        return f"{MANIFEST} cannot be read ({fault})"
    for name, facts in described.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if _facts(path) != facts:
            return f"{name} is not what {MANIFEST} says it was"
    return None


def _facts(path: Path) -> dict[str, int | str]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}
