"""A cache of file summaries, keyed by content.

An SQLite file: safe against parallel runs and against a kill at any instant. A record counts only
if its checksum is right; a file that is no cache is discarded, and the run goes on without.
"""

import hashlib
import json
import os
import sqlite3
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pv
from pv.evidence.folder import make_folder
from pv.rules.model.summary import Summary
from pv.rules.running.summary_records import packed, unpacked

_SCHEMA = """
CREATE TABLE IF NOT EXISTS summaries (
    key BLOB PRIMARY KEY, used INTEGER NOT NULL, checksum INTEGER NOT NULL, record BLOB NOT NULL
) STRICT, WITHOUT ROWID
"""
_KEPT = 30 * 24 * 3600  # seconds that a record is kept without being used
_WAIT = 5.0  # seconds for a parallel run that writes


class Cache:
    """An SQLite file of summaries; `notes` has a sentence for each problem with it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.notes: list[str] = []
        self._new: dict[bytes, Summary] = {}
        self._used: list[bytes] = []
        self._maker = _maker()

    def key(self, file: Path, data: bytes) -> bytes:
        """Digest all that a summary depends on: pv itself, the file's stem and its bytes."""
        digest = hashlib.sha256(self._maker)
        digest.update(file.stem.encode(errors="surrogateescape") + b"\0")
        digest.update(data)
        return digest.digest()

    def find(self, keys: Mapping[Path, bytes]) -> dict[Path, Summary]:
        """Return the kept summaries of some files; copies of a file share a key."""
        try:
            return dict(self._find(keys))
        except sqlite3.OperationalError as fault:  # locked, or not ours to open
            self.notes.append(f"{self.file}: not used: {fault}")
        except (sqlite3.DatabaseError, ValueError, KeyError, TypeError) as fault:
            self._discard(fault)
        return {}

    def add(self, key: bytes, summary: Summary) -> None:
        """Keep a summary; it is written by `save`."""
        self._new[key] = summary

    def save(self) -> None:
        """Write new summaries, and drop those that were not used for a month."""
        if not self._new:
            return
        now = int(time.time())
        rows = ((key, now, *packed(summary)) for key, summary in self._new.items())
        try:
            make_folder(self.file.parent)
            with closing(self._connect()) as connection, connection:
                connection.execute(_SCHEMA)
                connection.executemany("INSERT OR REPLACE INTO summaries VALUES (?,?,?,?)", rows)
                old = "UPDATE summaries SET used = ? WHERE key = ?"
                connection.executemany(old, ((now, key) for key in self._used))
                connection.execute("DELETE FROM summaries WHERE used < ?", (now - _KEPT,))
        except (sqlite3.OperationalError, OSError) as fault:
            self.notes.append(f"{self.file}: nothing could be cached: {fault}")
        except sqlite3.DatabaseError as fault:
            self._discard(fault)

    def _find(self, keys: Mapping[Path, bytes]) -> Iterator[tuple[Path, Summary]]:
        if not self.file.exists():
            return
        with closing(self._connect()) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                return  # another run has just begun to make it
            for file, key in keys.items():
                query = "SELECT checksum, record FROM summaries WHERE key = ?"
                row = connection.execute(query, (key,)).fetchone()
                if row is None:
                    continue
                if zlib.crc32(row[1]) != row[0]:
                    raise ValueError("a record is damaged")
                self._used.append(key)
                yield file, unpacked(json.loads(row[1]), str(file))

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, timeout=_WAIT)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _discard(self, fault: Exception) -> None:
        self.notes.append(f"{self.file}: discarded, for it was not a usable cache ({fault})")
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)


def _maker() -> bytes:
    """Digest pv: its version and, for a checkout that is being worked on, its files' state."""
    digest = hashlib.sha256(pv.__version__.encode())
    home = Path(pv.__file__).parent
    for folder in (home, home.parent / "schemas"):
        for here, folders, names in os.walk(folder):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".py", ".json")):
                    state = os.stat(os.path.join(here, name))  # noqa: PTH116, PTH118 - many files
                    digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.digest()
