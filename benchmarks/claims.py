"""How long reading and evaluating claims takes.

    python benchmarks/claims.py FOLDER [--rounds 7]

Reading: all the texts of each contract below FOLDER, parsed once in a process that has parsed
nothing before; per contract. Evaluating: a scalar claim at the points of a grid, and claims about
vectors of 64 numbers beside the NumPy expression that a person would write. Medians of the rounds.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pv.claims import EXACT, compile_expression, parse, read_field
from pv.claims.evaluation.arrays.arithmetic import ARRAYS
from pv.claims.semantics.function_names import FUNCTIONS
from pv.claims.semantics.names import resolve
from pv.contract.loader import load
from pv.contract.model import Contract
from pv.contract.text import Text

VECTORS: Mapping[str, Callable[[Any], Any]] = {
    "Σ_i x_i² - 1 < 64": lambda x: np.sum(x**2) - 1 < len(x),
    "exp(x_i - max(x)) / Σ_j exp(x_j - max(x)) >= 0": lambda x: np.all(
        np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x))) >= 0
    ),
    "|mean(x)| <= max(x) or min(x) < 0": lambda x: np.abs(np.mean(x)) <= np.max(x) or np.min(x) < 0,
}


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        print(*read_all(arguments.folder))
        return
    print("| what | measured |", "|---|---|", sep="\n")
    told = [once(arguments.folder) for _ in range(arguments.rounds)]
    contracts, texts = told[0][1:]
    cold = statistics.median(seconds for seconds, _, _ in told)
    per = f"{1e3 * cold / contracts:.2f} ms a contract ({texts / contracts:.0f} texts)"
    print(f"| reading {texts:.0f} texts of {contracts:.0f} contracts, cold | {per} |")
    rate = statistics.median(points_per_second() for _ in range(arguments.rounds))
    print(f"| scalar claim, points a second | {rate:,.0f} |")
    for text, by_hand in VECTORS.items():
        ratio = statistics.median(against_numpy(text, by_hand) for _ in range(arguments.rounds))
        print(f"| `{text}`, time over NumPy's by hand | {ratio:.2f} |")


def once(folder: Path) -> tuple[float, float, float]:
    """Read everything in a fresh process; returns seconds, contracts and texts."""
    command = [sys.executable, __file__, str(folder), "--once"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, contracts, texts = map(float, ran.stdout.split())
    return seconds, contracts, texts


def read_all(folder: Path) -> tuple[float, int, int]:
    """Read all texts; loading the files is not measured."""
    loaded = (load(file).contract for file in sorted(folder.rglob("*.yaml")))
    contracts = [contract for contract in loaded if contract is not None]
    found = [(field, text.value) for each in contracts for field, text in texts_of(each)]
    started = time.perf_counter()
    for field, text in found:
        read_field.__wrapped__(field, text)  # texts that stand in several contracts, too
    return time.perf_counter() - started, len(contracts), len(found)


def texts_of(contract: Contract) -> Iterator[tuple[str, Text]]:
    """Yield every text that may be a claim, with its field."""
    for equation in contract.equations:
        for field in ("formula", "domain", "codomain"):
            text = getattr(equation, field)
            if isinstance(text, Text):
                yield field, text
        for field in ("invariant", "precondition"):
            yield from ((field, text) for text in getattr(equation, f"{field}s"))
    for obligation in contract.obligations:
        if obligation.formal is not None:
            yield "formal", obligation.formal
    for test in contract.tests:
        if test.prediction is not None:
            yield "prediction", test.prediction


def points_per_second() -> float:
    """Evaluate an integer claim on a grid, as `enumerate` does."""
    tree = parse("min(a, b * c) <= a and (a > 3 implies b * c >= 1)")
    holds = compile_expression(tree)  # type: ignore[arg-type] - it is no fault
    points = [
        {"a": a, "b": b, "c": c} for a in range(1, 41) for b in range(1, 41) for c in range(1, 41)
    ]
    started = time.perf_counter()
    for point in points:
        holds(point)
    return len(points) / (time.perf_counter() - started)


def against_numpy(text: str, by_hand: Callable[[Any], Any]) -> float:
    """Return the time of a vector claim over that of the expression written by hand."""
    tree = resolve(parse(text), {"x", *FUNCTIONS}, FUNCTIONS)  # type: ignore[arg-type] - likewise
    holds = compile_expression(tree, {}, EXACT, ARRAYS)
    xs = [np.random.default_rng(seed).normal(size=64) for seed in range(2000)]
    started = time.perf_counter()
    for x in xs:
        holds({"x": x})
    ours = time.perf_counter() - started
    started = time.perf_counter()
    for x in xs:
        by_hand(x)
    return ours / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
