"""Read the bytes of a file of the project up to a limit."""

from pathlib import Path

from pv.contract.discovery.regular_file import read_regular
from pv.contract.discovery.way_out import way_out
from pv.contract.finding import Finding, in_file

MAX_BYTES = 4 * 1024 * 1024


def read_bytes(file: Path) -> bytes | Finding:
    """Return the bytes of a file, or the finding that says why it cannot be read."""
    if (target := way_out(file)) is not None:
        message = f"it leads out of the project, to {target}"
        return in_file("READ-013", message, "name that file itself, or put a copy here", str(file))
    try:
        data = read_regular(file, MAX_BYTES)
    except OSError as fault:
        message = f"cannot be read: {fault.strerror}"
        return in_file("READ-001", message, "check the path and its permissions", str(file))
    if len(data) > MAX_BYTES:
        message = f"more than {MAX_BYTES:,} bytes, which a contract has at most"
        return in_file("READ-004", message, "split it into contracts of one subject", str(file))
    return data
