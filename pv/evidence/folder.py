"""The folder `.pv/`, where evidence and the cache lie."""

from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make the folder, and keep it out of version control; raises OSError."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
