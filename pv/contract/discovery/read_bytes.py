"""Read the bytes of a file up to a limit."""

from pathlib import Path
from stat import S_ISREG

from pv.contract.finding import Finding, in_file

MAX_BYTES = 4 * 1024 * 1024


def read_bytes(file: Path) -> bytes | Finding:
    """Return the bytes of a file, or the finding that says why it cannot be read."""
    try:
        status = file.stat()
        if not S_ISREG(status.st_mode):  # a pipe would be waited for, a device has no end
            return in_file("READ-001", "is no file", "name a file", str(file))
        size = status.st_size
        data = file.read_bytes() if size <= MAX_BYTES else b""
    except OSError as fault:
        message = f"cannot be read: {fault.strerror}"
        return in_file("READ-001", message, "check the path and its permissions", str(file))
    if size > MAX_BYTES:
        message = f"{size:,} bytes; a contract has at most {MAX_BYTES:,}"
        return in_file("READ-004", message, "split it into contracts of one subject", str(file))
    return data
