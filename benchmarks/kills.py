"""Kill every verb at random instants, and tell what was found intact afterwards.

python benchmarks/kills.py [KILLS] [SEED]
"""

import os
import random
import runpy
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

KILLS = 200
PATIENCE = 15.0  # seconds in which what was started has to be gone
HOME = Path(__file__).parents[1]
VERBS = [
    ["validate"], ["lint"], ["list"], ["status"], ["equations"], ["generate"],
    ["falsify", "--fresh"], ["prove", "--fresh"], ["gate", "--fresh"], ["evidence", "prune"],
]  # fmt: skip
SIGNALS = [signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
CHECKS = ["ended", "store", "printed kept", "modules whole", "processes", "folders", "next run"]


def make_project(folder: Path) -> None:
    """Write the project of the tests."""
    texts = runpy.run_path(str(HOME / "tests/conftest.py"))
    for name, text in {
        "pyproject.toml": "",
        "contracts/counter-v1.yaml": texts["CONTRACT"],
        "contracts/bindings/counting.yaml": texts["BINDING"],
        "counting/__init__.py": "",
        "counting/rule.py": texts["RULE"],
        "counting/__main__.py": texts["MAIN"],
    }.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def start(folder: Path, words: list[str], output: Path) -> subprocess.Popen[bytes]:
    """Start pv with a temporary folder of its own, and with what a shell would let it hear."""
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    with output.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "pv", *words],
            cwd=folder, stdout=stream, stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(temporary)},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )  # fmt: skip


def processes(folder: Path) -> list[str]:
    """Return the processes that were started with the temporary folder of a project."""
    mark = f"TMPDIR={folder / 'temporary'}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().decode())
        except OSError:
            continue
    return found


def records(folder: Path) -> Counter[str]:
    """Return how many records of each claim a store has; raises sqlite3.Error if it is damaged."""
    file = folder / ".pv/evidence.db"
    if not file.exists():
        return Counter()
    with closing(sqlite3.connect(file)) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            return Counter()
        return Counter(name for (name,) in connection.execute("SELECT id FROM evidence_4"))


def printed(output: Path) -> Counter[str]:
    """Return the claims of which a whole line with a verdict was printed."""
    lines = output.read_text(encoding="utf-8").split("\n")[:-1]
    verdicts = {"PROVED", "SURVIVED", "REFUTED"}
    words = (line.split() for line in lines if not line.startswith(" "))
    return Counter(each[1] for each in words if len(each) > 1 and each[0] in verdicts)


def kill_once(folder: Path, words: list[str], chance: random.Random) -> dict[str, bool]:
    """Kill one run at a random instant; returns what was as it should be."""
    output = folder / "output"
    before = records(folder)
    number = chance.choice(SIGNALS)
    running = start(folder, words, output)
    time.sleep(chance.uniform(0, DURATIONS[words[0]]))
    running.send_signal(number)
    ended = running.wait() in {-number, 128 + number, 0}
    gone = time.monotonic() + PATIENCE
    while (processes(folder) or [*(folder / "temporary").iterdir()]) and time.monotonic() < gone:
        time.sleep(0.02)
    try:
        kept = records(folder)
        store = True
    except sqlite3.Error:
        kept, store = Counter(), False
    # The verdict that was shown last may not have been stored yet, one for each thread.
    missing = sum((before + printed(output) - kept).values()) if words[0] in CHECKING else 0
    whole = all(
        compile(file.read_text(encoding="utf-8"), file.name, "exec")
        and file.read_bytes() == MODULES.get(file.name, file.read_bytes())
        for file in (folder / "tests/contracts").glob("*.py")
    )
    leftover, folders = processes(folder), [*(folder / "temporary").iterdir()]
    again = subprocess.run(
        [sys.executable, "-m", "pv", *words],
        cwd=folder, capture_output=True, check=False,
        env={**os.environ, "TMPDIR": str(folder / "temporary")},
    )  # fmt: skip
    return {
        "ended": ended,
        "store": store,
        "printed kept": missing <= os.cpu_count() if number == signal.SIGKILL else missing == 0,
        "modules whole": whole,
        "processes": not leftover,
        "folders": not folders,
        "next run": again.returncode == 0,
    }


CHECKING = {"falsify", "prove", "gate"}
DURATIONS: dict[str, float] = {}
MODULES: dict[str, bytes] = {}


def main() -> None:
    """Print a table: of each verb, how often each thing was as it should be."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)  # noqa: S311, PLR2004
    counts: dict[str, Counter[str]] = {words[0]: Counter() for words in VERBS}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make_project(folder)
        for words in VERBS:
            started = time.monotonic()
            start(folder, words, folder / "output").wait()
            DURATIONS[words[0]] = time.monotonic() - started
        for file in (folder / "tests/contracts").glob("*.py"):
            MODULES[file.name] = file.read_bytes()
        for n in range(kills):
            words = VERBS[n % len(VERBS)]
            found = kill_once(folder, words, chance)
            counts[words[0]].update(["kills", *(name for name, good in found.items() if good)])
            if not all(found.values()):
                print(words, found, file=sys.stderr, flush=True)
    print("| verb | kills | " + " | ".join(CHECKS) + " |")
    print("|---|---|" + "---|" * len(CHECKS))
    for verb, count in counts.items():
        cells = " | ".join(str(count[name]) for name in CHECKS)
        print(f"| {verb} | {count['kills']} | {cells} |")


if __name__ == "__main__":
    main()
