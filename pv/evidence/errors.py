"""Errors of evidence on disk."""

import errno
import sqlite3

_MAKE_ROOM = "make room on its disk"
_PERMISSION = "give yourself permission to write there, or work in a copy"
_START_AFRESH = "move the file away to start afresh"
_REMEDIES = {
    sqlite3.SQLITE_FULL: _MAKE_ROOM,
    sqlite3.SQLITE_IOERR: "see whether its disk is full or broken",
    sqlite3.SQLITE_BUSY: "another process holds it: run again when that has ended",
    sqlite3.SQLITE_LOCKED: "another process holds it: run again when that has ended",
    sqlite3.SQLITE_READONLY: _PERMISSION,
    sqlite3.SQLITE_CANTOPEN: _PERMISSION,
    sqlite3.SQLITE_PERM: _PERMISSION,
}
_OF_THE_SYSTEM = {
    errno.ENOSPC: _MAKE_ROOM,
    errno.EDQUOT: _MAKE_ROOM,
    errno.EACCES: _PERMISSION,
    errno.EPERM: _PERMISSION,
    errno.EROFS: _PERMISSION,
}


class StoreError(Exception):
    """The evidence file cannot be read or written; the message names it and the remedy."""


def code_of(fault: Exception) -> int | None:
    """Return what an error of SQLite is, without its details; None where it is none of SQLite's."""
    code: int | None = getattr(fault, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def because(fault: Exception) -> str:
    """Return why the evidence cannot be used, and the remedy for that."""
    code = code_of(fault)
    if code is not None:
        remedy = _REMEDIES.get(code, _START_AFRESH)
    elif isinstance(fault, OSError):
        remedy = _OF_THE_SYSTEM.get(fault.errno or 0, "move away what lies there")
    else:
        remedy = _START_AFRESH
    return f"the evidence cannot be used ({fault}); {remedy}"
