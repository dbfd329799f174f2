"""Throw damaged contracts at the validator and count what it makes of them.

    python benchmarks/fuzz_validate.py [--inputs 200000] [--seed 0] [FOLDER]...

The seeds are the contracts and test cases of this repository and of the folders named. Each input
is a seed with a few mutations: bytes flipped, removed, repeated and exchanged, lines moved, pieces
of YAML and of the claim language put in; in every third input values are exchanged instead, so that
it stays YAML. Every input must end in a judgement: no exception, less
than 2 seconds, and a finding with a place within the file for whatever is not accepted.
"""

import argparse
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from pv.contract.finding import Severity
from pv.contract.yaml.document import Document
from pv.contract.yaml.reader import read
from pv.rules.model.catalogue import RULES
from pv.rules.policy.suppressions import apply
from pv.rules.running.examine import examine

HOME = Path(__file__).resolve().parents[1]
SLOW = 2.0  # seconds
BYTES = 2 / 3  # share of the inputs whose bytes are mutated, not their values
VALUES = (
    None, True, 0, -1, 10**30, 0.5, 1e300, "", " ", "x", "O-1", "f(x) = x", "1..3", "∀ x: x_i ≥ 0",
    [], {}, [None], [[]], {"": None}, {"id": []}, [{"id": 3}], {"a": {"b": [1]}}, "\x85", "\u2028a",
)  # fmt: skip
PIECES = [
    piece.encode()
    for piece in (
        "\n", "\t", "  ", ": ", "- ", "{", "}", "[", "]", "&a ", "*a", "!!str ", "|\n", ">-\n",
        "---\n", "...\n", "# pv: ignore[SCHEMA-012] x\n", "'", '"', "\\", "%", "@", "`", "\x00",
        "\x85", "\ufeff", "\u2028", "\ud7ff", "𝟘", "null", "true", ".nan", "1e999", "9" * 500, "0x",
        "~", "? ", "<<: *a\n", "∀ x ∈ ℝ^n: ", "Σ_i ", "|x|", "‖x‖_2", " ⟹ ", "((((((((((", "))))",
        "^^", "x_{", "√", "2x", "..", "1..999999999999", "[0, 1)", "ε", "a" * 3000, "(" * 300,
        "-" * 300, "x^" * 300, "f(x) = f(x)", "metadata:\n", "equations:\n", "version: ",
        "proof_obligations:\n", "depends_on: [a, b]\n",
    )
]  # fmt: skip


def main() -> int:
    """Fuzz, print the counts, and return 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    folders = [HOME / "contracts", HOME / "tests/cases", *arguments.folders]
    seeds = [file.read_bytes() for folder in folders for file in sorted(folder.rglob("*.yaml"))]
    shares = [(seeds, arguments.seed + n, arguments.inputs // 16) for n in range(16)]
    total: Counter[str] = Counter()
    faults: list[str] = []
    with ProcessPoolExecutor() as pool:
        for counts, found in pool.map(share, shares):
            total += counts
            faults += found
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{total.total()} inputs: {dict(total.most_common())}; peak memory {peak} MiB")
    print("\n".join(faults) or "nothing went wrong")
    return 1 if faults else 0


def share(work: tuple[Sequence[bytes], int, int]) -> tuple[Counter[str], list[str]]:
    """Judge a share of the inputs; returns how they ended, and what went wrong."""
    seeds, seed, count = work
    draw = random.Random(seed)  # noqa: S311 - reproducible, not secret
    counts: Counter[str] = Counter()
    faults = []
    for _ in range(count):
        data = mutated(draw, seeds) if draw.random() < BYTES else exchanged(draw, seeds)
        for fault in judged(data, counts):
            name = Path(f"fuzz-{seed}-{len(faults)}.yaml")
            name.write_bytes(data)
            faults.append(f"{name}: {fault}")
    return counts, faults


def judged(data: bytes, counts: Counter[str]) -> Iterator[str]:
    """Judge one input; yields what went wrong."""
    started = time.perf_counter()
    try:
        summary = examine(data, Path("fuzz.yaml")).summary
        findings = list(apply(summary.findings, summary.ignores, RULES))
    except Exception as fault:  # noqa: BLE001 - any exception is what is looked for
        counts["crashed"] += 1
        yield f"{type(fault).__name__}: {fault}"
        return
    taken = time.perf_counter() - started
    if taken > SLOW:
        yield f"took {taken:.1f} s"
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    rejected = bool(errors) or not summary.readable
    counts["unreadable" if not summary.readable else "rejected" if errors else "accepted"] += 1
    if rejected and not errors:
        yield "rejected without a finding"
    lines = data.count(b"\n") + data.count(b"\r") + data.count(b"\x85") + data.count(b"\xa8") + 2
    for finding in findings:
        place = finding.location
        start, end = (place.line, place.column), (place.end_line, place.end_column)
        if not (1 <= place.line <= lines and place.column >= 1 and end >= start):
            yield f"{finding.code} at {place} to {end}"
            return


def exchanged(draw: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Return a seed in which one to three values are exchanged for others."""
    document = read(draw.choice(seeds), "seed.yaml")
    if not isinstance(document, Document):
        return b""
    value = document.value
    for _ in range(draw.randint(1, 3)):
        holders = list(collections_in(value))
        if not holders:
            break
        holder = draw.choice(holders)
        key = draw.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        if draw.random() < BYTES:
            holder[key] = deepcopy(draw.choice(VALUES))
        else:
            del holder[key]
    return yaml.dump(value, Dumper=yaml.CSafeDumper, allow_unicode=True).encode("utf-8", "replace")


def collections_in(value: Any) -> Iterator[Any]:
    """Yield every list and mapping that holds something."""
    if isinstance(value, dict | list) and value:
        yield value
        for below in value.values() if isinstance(value, dict) else value:
            yield from collections_in(below)


def mutated(draw: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Return a seed with a few mutations; many of one keep the rest of the file readable."""
    data = bytearray(draw.choice(seeds))
    for _ in range(draw.choice((1, 1, 1, 1, 2, 3, 5))):
        at = draw.randrange(len(data) + 1)
        length = min(int(draw.expovariate(1 / 12)) + 1, 400)
        match draw.randrange(8):
            case 0:
                data[at : at + 1] = bytes([draw.randrange(256)])
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length] * draw.randint(1, 5)
            case 3:
                data[at:at] = draw.choice(PIECES) * draw.choice((1, 1, 1, 2, 30))
            case 4:
                other = draw.choice(seeds)
                start = draw.randrange(len(other) + 1)
                data[at:at] = other[start : start + 10 * length]
            case 5:
                lines = data.split(b"\n")
                lines.insert(draw.randrange(len(lines)), lines.pop(draw.randrange(len(lines))))
                data = bytearray(b"\n".join(lines))
            case 6:
                data[at : at + length] = draw.choice(PIECES)
            case 7:
                data = data[:at] if draw.random() < 0.1 else data  # noqa: PLR2004 - seldom
    return bytes(data)


if __name__ == "__main__":
    sys.exit(main())
