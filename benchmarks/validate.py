"""How long `pv validate` takes, as whole processes, beside check-jsonschema with our schema.

    python benchmarks/validate.py CORPUS [--files 2000] [--rounds 7] [--table FILE]

CORPUS is a folder of contracts. Its files are copied until there are enough; each round of copies
gets file names and ids of its own, as a folder of so many contracts would have, so that no two
files are equal. Cold runs read every file; the files themselves are in the operating system's
cache. Every figure is the median of the rounds; the least is in brackets.
"""

import argparse
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
PV = (sys.executable, "-m", "pv", "validate")
PEER = (
    sys.executable, "-m", "check_jsonschema", "--schemafile",
    str(HOME / "schemas/contract.schema.json"),
)  # fmt: skip
HOOK = """\
repos:
- repo: local
  hooks:
  - {{id: timed, name: timed, language: system, files: contracts/, entry: '{entry}'}}
"""


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--table", type=Path, help="write the table there too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows = measured(arguments.corpus, arguments.files, arguments.rounds, Path(scratch))
    table = "\n".join(["| what | seconds |", "|---|---|", *rows])
    print(f"{machine()}\n\n{table}")
    if arguments.table:
        text = f"# Speed of `pv validate`\n\n{__doc__}\n{machine()}\n\n{table}\n"
        arguments.table.write_text(text, encoding="utf-8")


def measured(corpus: Path, files: int, rounds: int, scratch: Path) -> list[str]:
    """Return the rows of the table."""
    many = replicated(corpus, files, scratch / "many")
    one = replicated(corpus, 1, scratch / "one")
    repository = a_repository(one, scratch / "repository")
    fresh = ("--no-cache",)

    def timed(*command: str, cwd: Path = scratch, rounds: int = rounds) -> str:
        return seconds(command, cwd, rounds)

    rows = {
        "floor: `python -c pass`": timed(sys.executable, "-c", "pass"),
        "pv, one file, nothing cached": timed(*PV, str(one), *fresh),
        "pv, one file, unchanged": timed(*PV, str(one)),
        f"pv, {files} files, nothing cached, one process": timed(
            *PV, str(many), *fresh, "--jobs", "1"
        ),
        f"pv, {files} files, nothing cached, all cores": timed(*PV, str(many), *fresh),
        f"pv, {files} files, unchanged": timed(*PV, str(many)),
        "check-jsonschema, one file": timed(*PEER, str(next(one.glob("*.yaml")))),
        f"check-jsonschema, {files} files": timed(
            *PEER, *map(str, sorted(many.glob("*.yaml"))), rounds=1
        ),
        "pre-commit with a hook that does nothing": in_hook(repository, "true", rounds),
        "pre-commit with pv validate, unchanged file": in_hook(
            repository, " ".join(PV), rounds
        ),
        "pre-commit with pv validate, nothing cached": in_hook(
            repository, " ".join((*PV, *fresh)), rounds
        ),
    }  # fmt: skip
    return [f"| {name} | {value} |" for name, value in rows.items()]


def replicated(corpus: Path, count: int, folder: Path) -> Path:
    """Copy contracts into one folder; names of contracts and ids end in the number of the round."""
    folder.mkdir(parents=True)
    by_stem = {file.stem: file for file in sorted(corpus.rglob("*.yaml"))}
    found = [file for file in by_stem.values() if b"metadata:" in file.read_bytes()]
    names = re.compile(r"\b(?:[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+|[a-z0-9]+(?:-[a-z0-9]+)*-v\d+)\b")
    for n in range(count):
        turn, file = n // len(found), found[n % len(found)]
        text = names.sub(rf"\g<0>-{turn}", file.read_text(encoding="utf-8"))
        (folder / f"{file.stem}-{turn}.yaml").write_text(text, encoding="utf-8")
    return folder


def a_repository(one: Path, folder: Path) -> Path:
    """Make a git repository with one staged contract."""
    (folder / "contracts").mkdir(parents=True)
    for file in one.iterdir():
        (folder / "contracts" / file.name).write_bytes(file.read_bytes())
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)  # noqa: S607 - found on the path
    return folder


def in_hook(repository: Path, entry: str, rounds: int) -> str:
    """Time `pre-commit run` with one local hook."""
    configuration = HOOK.format(entry=entry)
    (repository / ".pre-commit-config.yaml").write_text(configuration, encoding="utf-8")
    subprocess.run(["git", "add", "-A"], cwd=repository, check=True)  # noqa: S607 - likewise
    return seconds((sys.executable, "-m", "pre_commit", "run", "--all-files"), repository, rounds)


def seconds(command: Sequence[str], cwd: Path, rounds: int) -> str:
    """Run a command some times, once more to warm up; returns the median and the least time."""
    taken = []
    for _ in range(rounds + (rounds > 1)):
        started = time.perf_counter()
        subprocess.run(command, cwd=cwd, capture_output=True, check=False)
        taken.append(time.perf_counter() - started)
    kept = taken[-rounds:]
    return f"{statistics.median(kept):.3f} ({min(kept):.3f})"


def machine() -> str:
    """Say in words where this ran."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"Python {platform.python_version()}, {platform.system()}, {model}"


if __name__ == "__main__":
    main()
