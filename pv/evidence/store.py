"""Evidence on disk: an SQLite file that survives a kill at any instant and parallel writers."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from pv.evidence.dependencies import Dependencies
from pv.evidence.errors import StoreError, because, code_of
from pv.evidence.folder import make_folder
from pv.evidence.record import Digests, Evidence, Key, NewerRecord, from_json, to_json

T = TypeVar("T")

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
CREATE INDEX IF NOT EXISTS by_number_4 ON evidence_4 (contract, id, target, variant, number);
"""
_VERSION = 4
_RECORDS = "SELECT record, content FROM evidence_4 JOIN dependencies_4 ON dependencies = digest"
_IS_OF = "contract = ? AND id = ? AND target = ? AND variant = ?"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_DATED = (
    "SELECT number, contract, id, target, variant, contract_digest, claim_digest, code_digest,"
    " content FROM evidence_4 JOIN dependencies_4 ON dependencies = digest ORDER BY number"
)
_DELETE_UNUSED = (
    "DELETE FROM dependencies_4 WHERE digest NOT IN (SELECT dependencies FROM evidence_4)"
)
_NOT_OURS_TO_WRITE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}


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


class Pruned(NamedTuple):
    """What became of the records of a store."""

    deleted: int
    kept: int


@dataclass(frozen=True, slots=True)
class Store:
    """The evidence of one project."""

    file: Path

    def find(
        self, check: Key, digests: Digests, is_fresh: Callable[[Dependencies], bool]
    ) -> tuple[Evidence, ...]:
        """Return the fresh records of a check with exactly these digests, newest first."""
        return self._ask(
            f"{_RECORDS} WHERE {_IS_OF} AND contract_digest = ?"
            " AND claim_digest = ? AND code_digest = ? ORDER BY number DESC",
            (*check, digests.contract, digests.claim, digests.code),
            lambda rows: tuple(_readable(line for line, needs in rows if is_fresh(_read(needs)))),
        )

    def latest(self, check: Key) -> Evidence | None:
        """Return the newest record of a check, whatever has changed since."""
        return self._ask(
            f"SELECT record FROM evidence_4 WHERE {_IS_OF} ORDER BY number DESC",  # noqa: S608 - our own words
            check,
            lambda rows: next(_readable(line for (line,) in rows), None),
        )

    def all(self) -> tuple[Evidence, ...]:
        """Return every record, oldest first."""
        return self._ask(
            "SELECT record FROM evidence_4 ORDER BY number",
            (),
            lambda rows: tuple(_readable(line for (line,) in rows)),
        )

    def add(self, evidence: Evidence, needs: Dependencies) -> None:
        """Add one record, and what it depends on."""
        evidence = replace(evidence, dependencies=needs.digest)
        dated = evidence.digests
        with self._writing() as connection, connection:
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

    def prune(self, is_fresh: Callable[[Key, Digests, Dependencies], bool]) -> Pruned:
        """Delete the records that are not fresh, but for the newest of each claim."""
        if not self.file.exists():
            return Pruned(0, 0)
        with self._writing() as connection:
            rows = connection.execute(_DATED).fetchall()
            newest = {row[1:5]: row[0] for row in rows}
            gone = [
                (number,)
                for number, *key, contract, claim, code, needs in rows
                if newest[tuple(key)] != number
                and not is_fresh(Key(*key), Digests(contract, claim, code), _read(needs))
            ]
            with connection:
                connection.executemany("DELETE FROM evidence_4 WHERE number = ?", gone)
                connection.execute(_DELETE_UNUSED)
                for (table,) in connection.execute(_TABLES).fetchall():
                    if _is_older(table):
                        connection.execute(f'DROP TABLE "{table}"')
            connection.execute("VACUUM")
        return Pruned(len(gone), len(rows) - len(gone))

    def _ask(self, query: str, values: tuple[str, ...], read: "_Reader[T]") -> T:
        """Ask, without a change of the file: it may be somebody else's, or on a read-only disk."""
        with self._telling():
            if not self.file.exists():
                return read(())
            address = self.file.absolute().as_uri()
            try:
                return _asked(f"{address}?mode=rw", query, values, read)
            except sqlite3.OperationalError as fault:
                if code_of(fault) not in _NOT_OURS_TO_WRITE:
                    raise
                return _asked(f"{address}?immutable=1", query, values, read)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._telling():
            make_folder(self.file.parent)
            with closing(sqlite3.connect(self.file, timeout=_WAIT_FOR_OTHER_WRITERS)) as connection:
                _write_ahead(connection)
                connection.executescript(_SCHEMA)
                _set_version(connection)
                yield connection

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, KeyError, TypeError) as fault:
            raise StoreError(f"{self.file}: {because(fault)}") from fault


_Reader = Callable[[Iterable[tuple[str, ...]]], T]


def _asked(uri: str, query: str, values: tuple[str, ...], read: _Reader[T]) -> T:
    with closing(sqlite3.connect(uri, uri=True, timeout=_WAIT_FOR_OTHER_WRITERS)) as connection:
        known = {name for (name,) in connection.execute(_TABLES)}
        if not {"evidence_4", "dependencies_4"} <= known:  # of another pv, or just being made
            return read(())
        return read(connection.execute(query, values))


def _readable(records: Iterable[str]) -> Iterator[Evidence]:
    """Read records; those of a newer pv are passed over."""
    for record in records:
        with suppress(NewerRecord):
            yield from_json(record)


def _is_older(table: str) -> bool:
    """Return whether a table is of a format before this one."""
    name, _, number = table.rpartition("_")
    if name in {"evidence", "dependencies"} and number.isdecimal():
        return int(number) < _VERSION
    return table == "evidence"


def _set_version(connection: sqlite3.Connection) -> None:
    """Write down the newest format that the file has records of."""
    ((known,),) = connection.execute("PRAGMA user_version").fetchall()
    if known < _VERSION:
        connection.execute(f"PRAGMA user_version = {_VERSION}")
