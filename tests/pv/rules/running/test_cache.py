"""The cache answers as reading afresh would, damaged and shared as it may be."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pv.rules.running import cache, validation
from pv.rules.running.cache import Cache
from pv.rules.running.validation import validate

TEXT = """\
metadata: {version: 1.0.0, description: d%d, references: [r], depends_on: [gone]}
equations: {f: {formula: f(x) is prose}}  # pv: ignore[META-001] stale
proof_obligations: [{id: O-%d, type: invariant, property: p, formal: f(x) = x}]
falsification_tests: [{id: T-%d, prediction: f(1) = 1, if_fails: look}]
symbolic_checks: [{id: S-%d, obligation: O-%d}]
"""


@pytest.fixture
def files(tmp_path):
    made = [tmp_path / f"c{n}.yaml" for n in range(8)]
    for n, file in enumerate(made):
        file.write_text(TEXT % (n, n, n, n, n))
    (tmp_path / "broken.yaml").write_text("a: [")
    (tmp_path / "other.yaml").write_text("a: 1")
    return [*made, tmp_path / "broken.yaml", tmp_path / "other.yaml"]


def kept(tmp_path, files):
    """Validate with a cache and save it; returns the cache and the result."""
    store = Cache(tmp_path / "pv/cache.db")
    result = validate(files, store, 1)
    store.save()
    return store, result


def test_what_is_kept_is_what_reading_gives(tmp_path, files, monkeypatch):
    fresh = validate(files, None, 1)
    assert kept(tmp_path, files)[1] == fresh
    monkeypatch.setattr(validation, "import_module", lambda name: pytest.fail(f"reads: {name}"))
    assert kept(tmp_path, files)[1] == fresh


def test_a_changed_file_is_read_again_and_a_renamed_one_too(tmp_path, files):
    kept(tmp_path, files)
    files[0].write_text(files[0].read_text().replace("prose", "f(1)"))
    renamed = files[1].rename(files[1].with_name("renamed.yaml"))
    changed = [files[0], renamed, *files[2:]]
    assert kept(tmp_path, changed)[1] == validate(changed, None, 1)


def test_copies_of_a_file_are_told_apart(tmp_path, files):
    (tmp_path / "copies").mkdir()
    copy = tmp_path / "copies" / files[0].name
    copy.write_bytes(files[0].read_bytes())
    kept(tmp_path, [files[0], copy])
    assert kept(tmp_path, [files[0], copy])[1] == validate([files[0], copy], None, 1)


def test_another_pv_does_not_believe_it(tmp_path, files, monkeypatch):
    kept(tmp_path, files)
    monkeypatch.setattr(cache, "_maker", lambda: b"another version")
    store = Cache(tmp_path / "pv/cache.db")
    keys = {file: store.key(file, file.read_bytes()) for file in files}
    assert store.find(keys) == {}


@pytest.mark.parametrize("damage", ["garbage", "empty", "truncated", "flipped"])
def test_a_damaged_cache_is_discarded_with_a_note(tmp_path, files, damage):
    fresh = validate(files, None, 1)
    kept(tmp_path, files)
    file = tmp_path / "pv/cache.db"
    data = file.read_bytes()
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"pv/cache.db{suffix}").unlink(missing_ok=True)
    flipped = data.replace(b"f(x) is prose", b"f(x) is verse").replace(b"no gate", b"no gaet")
    broken = {
        "garbage": b"x" * 5000, "empty": b"", "truncated": data[: len(data) // 2],
        "flipped": flipped,
    }  # fmt: skip
    file.write_bytes(broken[damage])
    assert broken[damage] != data
    store, result = kept(tmp_path, files)
    assert result == fresh
    assert any("discarded" in note for note in store.notes) == (damage != "empty")
    again, result = kept(tmp_path, files)
    assert (again.notes, result) == ([], fresh)


def test_parallel_runs_do_not_disturb_each_other(tmp_path, files):
    def run(_):
        return subprocess.run(
            [sys.executable, "-m", "pv", "validate", *map(str, files[:8])],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(run, range(12)))
    assert {(ran.returncode, ran.stderr) for ran in results} == {(0, "")}
    assert len({ran.stdout for ran in results}) == 1


def test_a_kill_while_it_is_written_leaves_a_cache_that_is_right(tmp_path, files):
    fresh = validate(files, None, 1)
    script = (
        "import sys\nfrom pathlib import Path\nfrom pv.rules.running.cache import Cache\n"
        "from pv.rules.running.validation import validate\n"
        "files = [Path(name) for name in sys.argv[2:]]\n"
        "print('go', flush=True)\n"
        "for n in range(10000):\n"
        "    store = Cache(Path(sys.argv[1]))\n"
        "    store._maker = str(n).encode()\n"
        "    validate(files, store, 1)\n"
        "    store.save()\n"
    )
    for delay in (0.02, 0.05, 0.11):
        child = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "pv/cache.db"), *map(str, files)],
            stdout=subprocess.PIPE,
        )
        child.stdout.readline()
        time.sleep(delay)
        child.kill()
        child.communicate()
        store, result = kept(tmp_path, files)
        assert (store.notes, result) == ([], fresh)


def test_a_folder_that_cannot_be_written_is_noted(tmp_path, files):
    (tmp_path / "pv").write_text("a file")
    store, result = kept(tmp_path, files)
    assert result == validate(files, None, 1)
    assert "nothing could be cached" in store.notes[0]


def test_several_processes_give_the_same_result(tmp_path, monkeypatch):
    files = [tmp_path / f"c{n}.yaml" for n in range(70)]
    for n, file in enumerate(files):
        file.write_text(TEXT % (n, n, n, n, n))
    monkeypatch.setattr(validation, "PAYS_FROM", 1)
    assert validate(files, None, 3) == validate(files, None, 1)
