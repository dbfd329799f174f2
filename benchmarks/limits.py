"""Measure how the time of pv grows with a contract, at 1, 2 and 4 times a size.

Linear growth doubles the time from column to column; a quadratic one makes it four times as long.
Then, what it costs `pv validate` to look at each file before it is read: whether it is a regular
one, and where its links lead. All figures are seconds of a processor.

    python benchmarks/limits.py [SIZE]
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from pv.contract.discovery.read_bytes import read_bytes

SIZE = 400
SIZES = (1, 2, 4)
HEAD = "metadata: {version: 1.0.0, kind: pattern, description: d, references: [r]}\n"


def ignore_comments(count: int) -> str:
    """Return a contract that has nothing but comments, each about the next line that has text."""
    comment = "# pv: ignore[SCHEMA-012] as it is\n"
    return f"{HEAD}{comment * (10 * count)}equations: {{}}\n"


def titles(count: int) -> str:
    """Return a contract of obligations, each with a title."""
    entries = (
        f"  - {{id: O-{n}, type: invariant, property: The title of {n}, formal: {n} = {n}}}\n"
        for n in range(count)
    )
    return f"{HEAD}proof_obligations:\n{''.join(entries)}"


def unknown_names(count: int) -> str:
    """Return a contract of tests that name obligations which there are not."""
    obligations = (
        f"  - {{id: OB-NAME-{n:05}, type: invariant, property: p, formal: 1 = 1}}\n"
        for n in range(count)
    )
    tests = (
        f"  - {{id: FT-{n}, rule: r, prediction: p, if_fails: f, obligation: BO-MANE-{n:05}}}\n"
        for n in range(count)
    )
    blocks = f"proof_obligations:\n{''.join(obligations)}falsification_tests:\n{''.join(tests)}"
    return f"{HEAD}{blocks}"


def unknown_values(count: int) -> str:
    """Return a contract whose claims name values that there are not."""
    entries = (
        f"  - {{id: O-{n}, type: invariant, property: p, formal: some_value_{n} = {n}}}\n"
        for n in range(count)
    )
    return f"{HEAD}{_chain(count)}proof_obligations:\n{''.join(entries)}"


def chained_equations(count: int) -> str:
    """Return a contract whose equations each call the one before."""
    return f"{HEAD}{_chain(count)}"


def _chain(count: int) -> str:
    first = "  f0: {formula: f0(x) = x, domain: {x: 0..3}, invariants: [f0(x) >= 0]}\n"
    more = (
        f"  f{n}: {{formula: f{n}(x) = f{n - 1}(x) + 1, domain: {{x: 0..3}},"
        f" invariants: [f{n}(x) >= 0]}}\n"
        for n in range(1, count)
    )
    return f"equations:\n{first}{''.join(more)}"


BINDING = "version: 1.0.0\ntarget: code\nbindings:\n"
CASES: dict[str, tuple[Callable[[int], str], tuple[str, ...]]] = {
    "ignore comments": (ignore_comments, ("validate", "--no-cache")),
    "titles": (titles, ("list",)),
    "unknown obligations": (unknown_names, ("validate", "--no-cache")),
    "unknown values": (unknown_values, ("validate", "--no-cache")),
    "chained equations, validate": (chained_equations, ("validate", "--no-cache")),
    "chained equations, list": (chained_equations, ("list",)),
    "chained equations, status": (chained_equations, ("status",)),
}


def seconds(text: str, words: tuple[str, ...]) -> float:
    """Run pv on a contract whose equations are all bound."""
    with tempfile.TemporaryDirectory() as folder:
        contracts = Path(folder) / "contracts"
        (contracts / "bindings").mkdir(parents=True)
        (contracts / "hostile-v1.yaml").write_text(text, encoding="utf-8")
        names = [line.split(":")[0].strip() for line in text.splitlines() if line[:3] == "  f"]
        entries = (
            f"  - {{contract: hostile-v1, equation: {name}, callable: 'code:{name}',"
            " status: implemented}\n"
            for name in names
        )
        binding = "".join((BINDING, *entries)) if names else "version: 1.0.0\ntarget: code\n"
        (contracts / "bindings/code.yaml").write_text(
            binding if names else f"{binding}bindings: []\n", encoding="utf-8"
        )
        (Path(folder) / "code.py").write_text(
            "".join(f"def {name}(x):\n    return x\n" for name in names), encoding="utf-8"
        )
        return seconds_of_pv(words, folder)


def seconds_of_pv(words: tuple[str, ...], folder: str) -> float:
    """Run pv in a folder; returns how long it kept a processor busy."""
    before = os.times()
    command = [sys.executable, "-m", "pv", *words]
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def looks_at_files(files: int = 500, rounds: int = 9) -> str:
    """Return what looking at files costs beyond reading them, and its share of `pv validate`."""
    with tempfile.TemporaryDirectory() as folder:
        contracts = Path(folder) / "contracts"
        contracts.mkdir()
        for n in range(files):
            (contracts / f"looked-at-{n}-v1.yaml").write_text(titles(10), encoding="utf-8")
        os.chdir(folder)  # the project is that of the current folder
        paths = sorted(Path("contracts").iterdir())
        looked = [busy(read_bytes, paths) - busy(Path.read_bytes, paths) for _ in range(rounds)]
        cold = seconds_of_pv(("validate", "--no-cache"), folder)
        seconds_of_pv(("validate",), folder)
        unchanged = median(seconds_of_pv(("validate",), folder) for _ in range(3))
    took = median(looked)
    return (
        f"looking at {files} files: {took * 1000:.0f} ms; `pv validate` of them: {cold:.2f} s"
        f" ({took / cold:.1%}), unchanged {unchanged:.2f} s ({took / unchanged:.1%})"
    )


def busy(read: Callable[[Path], object], paths: list[Path]) -> float:
    """Return how long reading some files keeps a processor busy."""
    started = time.process_time()
    for path in paths:
        read(path)
    return time.process_time() - started


def main() -> None:
    """Print a table of seconds."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("| what | " + " | ".join(f"{size * times:,}" for times in SIZES) + " |")
    print("|---|" + "---|" * len(SIZES))
    for what, (make, words) in CASES.items():
        taken = (seconds(make(size * times), words) for times in SIZES)
        print(f"| {what} | " + " | ".join(f"{each:.1f} s" for each in taken) + " |", flush=True)
    print(f"\n{looks_at_files()}")


if __name__ == "__main__":
    main()
