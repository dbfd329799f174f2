import errno
import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from pv.evidence import store as store_module
from pv.evidence.dependencies import Dependencies
from pv.evidence.errors import StoreError, because
from pv.evidence.record import Digests, Evidence, Key, from_json, to_json
from pv.evidence.store import Store
from pv.evidence.verdict import Verdict, worst

DIGESTS = Digests(contract="c", claim="l", code="o")
KEY = Key("k", "FT-1", "", "")
NEEDS = Dependencies(files={"m.py": "1"})


def always(_):
    return True


def evidence(name="FT-1", digests=DIGESTS, verdict=Verdict.SURVIVED, cases=4):
    return Evidence(
        id=name, contract="k", claim="x > 0", subject="system s", engine="experiment",
        verdict=verdict, cases=cases, seconds=1.5, digests=digests,
        counterexample={"x": 1}, observation=("a", "b"),
    )  # fmt: skip


def test_records_with_the_same_digests_come_newest_first(tmp_path):
    store = Store(tmp_path / ".pv" / "evidence.db")
    store.add(evidence(cases=1), NEEDS)
    store.add(evidence(cases=2), NEEDS)
    assert [each.cases for each in store.find(KEY, DIGESTS, always)] == [2, 1]


@pytest.mark.parametrize("part", ["contract", "id", "target", "variant"])
def test_a_record_belongs_to_one_contract_id_target_and_variant(tmp_path, part):
    store = Store(tmp_path / "evidence.db")
    store.add(replace(evidence(), **{part: "other"}), NEEDS)
    assert store.find(KEY, DIGESTS, always) == ()
    assert len(store.find(KEY._replace(**{part: "other"}), DIGESTS, always)) == 1


@pytest.mark.parametrize("field", ["contract", "claim", "code"])
def test_a_changed_digest_makes_evidence_stale(tmp_path, field):
    store = Store(tmp_path / "evidence.db")
    store.add(evidence(), NEEDS)
    changed = Digests(**{"contract": "c", "claim": "l", "code": "o", field: "changed"})
    assert store.find(KEY, changed, always) == ()


def test_a_record_answers_only_while_what_it_depends_on_is_fresh(tmp_path):
    store = Store(tmp_path / "evidence.db")
    store.add(evidence(cases=1), NEEDS)
    store.add(evidence(cases=2), Dependencies(files={"m.py": "2"}))
    assert [each.cases for each in store.find(KEY, DIGESTS, NEEDS.__eq__)] == [1]
    assert store.find(KEY, DIGESTS, lambda _: False) == ()
    assert store.latest(KEY).cases == 2


def test_an_absent_file_answers_nothing_and_is_not_created(tmp_path):
    store = Store(tmp_path / "evidence.db")
    assert store.find(KEY, DIGESTS, always) == ()
    assert store.all() == ()
    assert not store.file.exists()


def test_a_file_that_is_no_database_is_named(tmp_path):
    file = tmp_path / "evidence.db"
    file.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match=r"evidence.db.*move the file away"):
        Store(file).find(KEY, DIGESTS, always)


def test_a_tampered_record_is_refused(tmp_path):
    store = Store(tmp_path / "evidence.db")
    store.add(evidence(), NEEDS)
    with sqlite3.connect(store.file) as connection:
        connection.execute("UPDATE evidence_4 SET record = '{}'")
    with pytest.raises(StoreError):
        store.find(KEY, DIGESTS, always)


def test_a_file_of_an_older_pv_answers_nothing_and_is_not_an_error(tmp_path):
    file = tmp_path / "evidence.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE evidence (number INTEGER, id TEXT, record TEXT)")
        connection.execute("""INSERT INTO evidence VALUES (1, 'FT-1', '{"teeth": "1 of 7"}')""")
    store = Store(file)
    assert (store.latest(KEY), store.all()) == (None, ())
    store.add(evidence(), NEEDS)
    assert store.latest(KEY) == from_json(to_json(replace(evidence(), dependencies=NEEDS.digest)))


def test_records_of_a_newer_pv_are_passed_over(tmp_path):
    store = Store(tmp_path / "evidence.db")
    store.add(evidence(cases=1), NEEDS)
    store.add(evidence(cases=2), NEEDS)
    with sqlite3.connect(store.file) as connection:
        connection.execute(
            "UPDATE evidence_4 SET record = json_set(record, '$.later', 1) WHERE number = 2"
        )
    assert [each.cases for each in store.find(KEY, DIGESTS, always)] == [1]
    assert [each.cases for each in store.all()] == [1]
    assert store.latest(KEY).cases == 1


def test_the_file_has_the_version_of_its_format_and_never_a_lower_one(tmp_path):
    store = Store(tmp_path / "evidence.db")
    for already, later in ((0, 4), (3, 4), (99, 99)):
        with sqlite3.connect(store.file) as connection:
            connection.execute(f"PRAGMA user_version = {already}")
        store.add(evidence(), NEEDS)
        with sqlite3.connect(store.file) as connection:
            assert connection.execute("PRAGMA user_version").fetchall() == [(later,)]


def test_the_newest_record_is_found_by_an_index(tmp_path):
    store = Store(tmp_path / "evidence.db")
    store.add(evidence(), NEEDS)
    with sqlite3.connect(store.file) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT record FROM evidence_4 WHERE contract = 'k' AND id = 'x'"
            " AND target = '' AND variant = '' ORDER BY number DESC"
        ).fetchall()
    assert [step[3] for step in plan] == [
        "SEARCH evidence_4 USING INDEX by_number_4 (contract=? AND id=? AND target=? AND variant=?)"
    ]


def test_reading_writes_nothing(tmp_path):
    store = Store(tmp_path / "evidence.db")
    store.add(evidence(), NEEDS)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    store.find(KEY, DIGESTS, always)
    store.latest(KEY)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (OSError(errno.ENOSPC, "no room"), "make room"),
        (OSError(errno.EROFS, "read-only"), "permission to write"),
        (FileExistsError(errno.EEXIST, "a file"), "move away what lies there"),
        (KeyError("id"), "start afresh"),
    ],
)
def test_the_remedy_is_that_of_the_cause(fault, remedy):
    assert remedy in because(fault)


def test_a_store_that_somebody_holds_is_told_as_such(tmp_path, monkeypatch):
    monkeypatch.setattr(store_module, "_WAIT_FOR_OTHER_WRITERS", 0.1)
    store = Store(tmp_path / "evidence.db")
    store.add(evidence(), NEEDS)
    with sqlite3.connect(store.file, isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="run again when that has ended"):
            store.add(evidence(), NEEDS)
        assert len(store.all()) == 1


def test_pruning_keeps_what_is_fresh_and_the_newest_of_each_claim(tmp_path):
    store = Store(tmp_path / "evidence.db")
    other = Dependencies(files={"m.py": "2"})
    for cases, needs in ((1, NEEDS), (2, other), (3, other), (4, NEEDS), (5, other)):
        store.add(evidence(cases=cases), needs)
    store.add(evidence("FT-2"), other)
    with sqlite3.connect(store.file) as connection:
        for table in ("evidence", "evidence_3", "dependencies_3", "evidence_99", "notes"):
            connection.execute(f"CREATE TABLE {table} (record TEXT)")
    assert store.prune(lambda _key, _digests, needs: needs == NEEDS) == (2, 4)
    assert [each.cases for each in store.all() if each.id == "FT-1"] == [1, 4, 5]
    assert [each.id for each in store.all()].count("FT-2") == 1
    with sqlite3.connect(store.file) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert {name for (name,) in tables} == {
            "evidence_4", "dependencies_4", "evidence_99", "notes",
        }  # fmt: skip
    assert store.prune(lambda *_: False) == (2, 2)
    with sqlite3.connect(store.file) as connection:
        assert connection.execute("SELECT count(*) FROM dependencies_4").fetchall() == [(1,)]


def _write_many(file, name):
    for _ in range(20):
        Store(file).add(evidence(name), NEEDS)


def test_parallel_writers_lose_nothing(tmp_path):
    file = tmp_path / "evidence.db"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(file, f"FT-{n}")) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert len(Store(file).all()) == 60


def test_verdicts_are_ordered_worst_first():
    assert worst([Verdict.PROVED, Verdict.REFUTED, Verdict.PROSE]) is Verdict.REFUTED
    assert worst([]) is None
    assert [v.name for v in Verdict if v.fails] == ["REFUTED", "ERROR", "VACUOUS", "UNKNOWN"]


def test_writers_that_find_no_file_all_get_their_record_in(tmp_path):
    for attempt in range(60):
        store, together = Store(tmp_path / f"{attempt}.db"), Barrier(2)

        def write(number, store=store, together=together):
            together.wait()
            store.add(evidence(f"FT-{number}"), NEEDS)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(write, range(2)))
        assert len(store.all()) == 2
