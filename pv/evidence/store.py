"""Evidence on disk: an SQLite file that survives a kill at any instant and parallel writers."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pv.evidence.dependencies import Dependencies
from pv.evidence.errors import StoreError
from pv.evidence.folder import make_folder
from pv.evidence.record import Digests, Evidence, Key, from_json, to_json

_WAIT_FOR_OTHER_WRITERS = 30.0  # seconds
_PAUSE = 0.01

# A table of its own for each format of records: those of an older pv are stale in any case.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS evidence_4 (
    number INTEGER PRIMARY KEY,
    contract TEXT NOT NULL,
    id TEXT NOT NULL,
    target TEXT NOT NULL,
    variant TEXT NOT NULL,
    contract_digest TEXT NOT NULL,
    claim_digest TEXT NOT NULL,
    code_digest TEXT NOT NULL,
    dependencies TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS dependencies_4 (digest TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS by_claim_4
    ON evidence_4 (contract, id, target, variant, contract_digest, claim_digest, code_digest);
"""
_RECORDS = "SELECT record, content FROM evidence_4 JOIN dependencies_4 ON dependencies = digest"
_IS_OF = "contract = ? AND id = ? AND target = ? AND variant = ?"


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL; SQLite's own patience does not cover this one statement."""
    end = time.monotonic() + _WAIT_FOR_OTHER_WRITERS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_PAUSE)
        else:
            return


@lru_cache(64)
def _read(content: str) -> Dependencies:
    """Read what many records of one command have in common."""
    return Dependencies.from_json(content)


@dataclass(frozen=True, slots=True)
class Store:
    """The evidence of one project."""

    file: Path

    def find(
        self, check: Key, digests: Digests, is_fresh: Callable[[Dependencies], bool]
    ) -> tuple[Evidence, ...]:
        """Return the fresh records of a check with exactly these digests, newest first."""
        if not self.file.exists():
            return ()
        with self._connection() as connection:
            rows = connection.execute(
                f"{_RECORDS} WHERE {_IS_OF} AND contract_digest = ?"
                " AND claim_digest = ? AND code_digest = ? ORDER BY number DESC",
                (*check, digests.contract, digests.claim, digests.code),
            ).fetchall()
            return tuple(from_json(record) for record, needs in rows if is_fresh(_read(needs)))

    def latest(self, check: Key) -> Evidence | None:
        """Return the newest record of a check, whatever has changed since."""
        if not self.file.exists():
            return None
        with self._connection() as connection:
            row = connection.execute(
                f"SELECT record FROM evidence_4 WHERE {_IS_OF} ORDER BY number DESC LIMIT 1",  # noqa: S608 - our own words
                check,
            ).fetchone()
            return from_json(row[0]) if row else None

    def add(self, evidence: Evidence, needs: Dependencies) -> None:
        """Add one record, and what it depends on."""
        evidence = replace(evidence, dependencies=needs.digest)
        dated = evidence.digests
        with self._connection() as connection, connection:
            connection.execute(
                "INSERT OR IGNORE INTO dependencies_4 VALUES (?, ?)",
                (needs.digest, needs.to_json()),
            )
            connection.execute(
                "INSERT INTO evidence_4 (contract, id, target, variant,"
                " contract_digest, claim_digest, code_digest, dependencies, record)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *evidence.key,
                    dated.contract,
                    dated.claim,
                    dated.code,
                    needs.digest,
                    to_json(evidence),
                ),
            )

    def all(self) -> tuple[Evidence, ...]:
        """Return every record, oldest first."""
        if not self.file.exists():
            return ()
        with self._connection() as connection:
            rows = connection.execute("SELECT record FROM evidence_4 ORDER BY number").fetchall()
            return tuple(from_json(row[0]) for row in rows)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            make_folder(self.file.parent)
            with closing(sqlite3.connect(self.file, timeout=_WAIT_FOR_OTHER_WRITERS)) as connection:
                _write_ahead(connection)
                connection.executescript(_SCHEMA)
                yield connection
        except (sqlite3.Error, OSError, ValueError, KeyError, TypeError) as fault:
            raise StoreError(
                f"{self.file}: the evidence cannot be used ({fault}); "
                "make the folder writable, or move the file away to start afresh"
            ) from fault
