"""Write files whole or not at all, and over none that pv did not write."""

import os
from pathlib import Path

from pv.commands.shared.errors import UserFault
from pv.contract.discovery.regular_file import read_regular

_MOST = 64 << 20  # bytes


def make_folder(folder: Path) -> None:
    """Make a folder for what is written; raises UserFault."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UserFault(f"{folder}: no folder can be made here: {fault.strerror}") from fault


def text_there(file: Path) -> str | None:
    """Return the text of a file that stands there, or ""; None where nothing does."""
    if not os.path.lexists(file):
        return None
    try:
        return read_regular(file, _MOST, follow=False).decode("utf-8", "replace")
    except OSError:  # a link, a pipe or a folder
        return ""


def write_whole(file: Path, text: str) -> None:
    """Write a file aside and rename it, so that at no instant a part of it stands there.

    Raises UserFault where that cannot be done.
    """
    aside = file.with_name(f".pv-{os.getpid()}.tmp")
    try:
        with aside.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(file)
    except OSError as fault:
        raise UserFault(f"{file}: cannot be written: {fault.strerror}") from fault
    finally:
        aside.unlink(missing_ok=True)
