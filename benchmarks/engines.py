"""How fast pv refutes what is false and proves what is true, beside Hypothesis and CrossHair.

    python benchmarks/engines.py [--rounds 5] [--peers]

The claims are those of tests/mutants/misbehaving. Each figure of pv is the wall time of
`pv prove` as a user runs it, processes and imports included; rounds differ in their seed. Peers
get the same functions: Hypothesis 200 examples a claim, CrossHair's command line its defaults.
"""

import argparse
import importlib
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from pv.binding.loader import load_binding
from pv.binding.model import Binding
from pv.checks.planner import plan_proofs
from pv.contract.loader import load
from pv.contract.model import Contract
from pv.engines.outcome import Options
from pv.engines.workers.pool import Workers

MISBEHAVING = Path(__file__).parents[1] / "tests" / "mutants" / "misbehaving"
TRUE = frozenset(
    {
        "loop-itself",
        "loop-again",
        "outer-loop",
        "inner-loop",
        "square-is-positive",
        "schedule-is-inside",
    }
)

VECTOR = """\
metadata: {version: 1.0.0, description: speed, references: [r], kind: pattern}
equations:
  square: {formula: what the function computes, domain: "x ∈ [-10, 10]"}
  doubled: {formula: what the function computes, domain: "x ∈ ℝ^n, n ∈ 1..64"}
proof_obligations:
  - {id: scalar, type: bound, equation: square, property: p, formal: square(x) >= 0}
  - {id: vector, type: bound, equation: doubled, property: p, formal: doubled(x) = 2 * x}
"""
VECTOR_BINDING = f"""\
version: 1.0.0
target: speed
root: {MISBEHAVING}
bindings:
  - {{contract: speed, equation: square, callable: "subjects:square", status: implemented}}
  - contract: speed
    equation: doubled
    callable: "subjects:doubled"
    dtype: float32
    status: implemented
"""


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="run Hypothesis and CrossHair too")
    arguments = parser.parse_args()
    print("| what | measured |", "|---|---|", sep="\n")
    for line in measured(arguments.rounds):
        print(f"| {line} |", flush=True)
    for line in peers(arguments.rounds) if arguments.peers else ():
        print(f"| {line} |", flush=True)


def measured(rounds: int) -> Iterator[str]:
    """Measure pv."""
    mutants = [name for name in obligations("early-break") if name not in TRUE]
    false = [name for name in obligations("falsehoods") if name not in TRUE]
    for title, contract, names in (
        ("six mutants of the early break", "early-break", mutants),
        ("nine false claims", "falsehoods", false),
        ("the loop itself, 65,536 points", "early-break", ["loop-itself"]),
        ("the loop itself, without bound", "early-break", ["count-steps-without-bound"]),
        ("x·x ≥ 0 on [−10, 10]", "falsehoods", ["square-is-positive"]),
    ):
        runs = [prove(contract, names, number) for number in range(rounds)]
        seconds = statistics.median(run[0] for run in runs)
        told = sorted({", ".join(sorted(run[1])) for run in runs})
        yield f"`pv prove`, {title} | {seconds:.2f} s: {' or '.join(told)}"
    for name in ("scalar", "vector"):
        yield f"property engine, {name} claim | {rate(name):,.0f} cases a second"


def obligations(contract: str) -> list[str]:
    """Return the obligation ids of one of the contracts."""
    return [item.id for item in read(MISBEHAVING / f"{contract}.yaml").obligations]


def read(file: Path) -> Contract:
    """Return a contract that has no faults."""
    contract = load(file).contract
    if contract is None:
        raise SystemExit(f"{file} is faulty: `pv validate` says how")
    return contract


def prove(contract: str, names: list[str], seed_value: int) -> tuple[float, list[str]]:
    """Run `pv prove`; return seconds and how often it gave which verdict."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        ran = subprocess.run(
            [sys.executable, "-m", "pv", "prove", *names, str(MISBEHAVING / f"{contract}.yaml"),
             "--binding", str(MISBEHAVING / "bindings.yaml"), "--seed", str(seed_value),
             "--format", "json"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - started
    summary = json.loads(ran.stdout)["summary"]
    return seconds, [f"{count} {name}" for name, count in summary.items() if name != "total"]


def rate(name: str) -> float:
    """Return the cases a second of the property engine, its start left out."""
    with tempfile.TemporaryDirectory() as folder:
        file, bound = Path(folder) / "speed.yaml", Path(folder) / "b.yaml"
        file.write_text(VECTOR, encoding="utf-8")
        bound.write_text(VECTOR_BINDING, encoding="utf-8")
        bindings = [each for each in [load_binding(bound)] if isinstance(each, Binding)]
        checks = list(plan_proofs(read(file), bindings))
    plan: Any = next(check.plan for check in checks if check.id == name)
    with Workers() as workers:
        workers.decide(plan, Options(cases=10))
        started = time.perf_counter()
        outcome = workers.decide(plan, Options(cases=2000))
        return outcome.cases / (time.perf_counter() - started)


def peers(rounds: int) -> Iterator[str]:
    """Measure Hypothesis and CrossHair on the same functions."""
    sys.path.insert(0, str(MISBEHAVING))
    subjects = importlib.import_module("subjects")
    for title, claims in (("mutants", mutants(subjects)), ("false claims", falsehoods(subjects))):
        for name, (strategies, holds) in claims.items():
            runs = [hypothesis_finds(strategies, holds, number) for number in range(rounds)]
            found = sum(run[1] for run in runs)
            seconds = statistics.median(run[0] for run in runs)
            told = f"{found} of {rounds} seeds, {seconds:.2f} s"
            yield f"Hypothesis, 200 examples, {title}: {name} | {told}"
    for name in mutants(subjects):
        yield f"CrossHair's command line: {name} | {crosshair(name)}"


def hypothesis_finds(
    strategies: dict[str, Any], holds: Callable[..., bool], number: int
) -> tuple[float, bool]:
    """Return seconds, and whether a counterexample was found."""

    @seed(number)
    @settings(
        max_examples=200, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(**strategies)
    def check(**values: Any) -> None:
        if not holds(**values):
            raise AssertionError

    started = time.perf_counter()
    try:
        check()
    except AssertionError:
        return time.perf_counter() - started, True
    return time.perf_counter() - started, False


def mutants(subjects: Any) -> dict[str, tuple[dict[str, Any], Callable[..., bool]]]:
    """Return the six mutants."""
    strategies = {
        "max_steps": st.integers(1, 64), "epochs": st.integers(1, 16),
        "steps_per_epoch": st.integers(1, 64),
    }  # fmt: skip

    def holds_of(name: str) -> Callable[..., bool]:
        function = getattr(subjects, name)
        return lambda max_steps, epochs, steps_per_epoch: bool(
            function(max_steps, epochs, steps_per_epoch) == min(max_steps, epochs * steps_per_epoch)
        )

    names = [name for name in obligations("early-break") if name not in TRUE]
    return {name: (strategies, holds_of(name)) for name in names}


def falsehoods(s: Any) -> dict[str, tuple[dict[str, Any], Callable[..., bool]]]:
    """Return the nine false claims as somebody would write them for Hypothesis."""
    near, large, hundred = st.floats(-1e6, 1e6), st.floats(-1.7e308, 1.7e308), st.floats(0, 100)
    return {
        "associative": (
            {"a": near, "b": near, "c": near},
            lambda a, b, c: s.left_sum(a, b, c) == s.right_sum(a, b, c),
        ),
        "tenth-is-exact": ({"n": st.integers(0, 10**18)}, lambda n: s.tenth(n) == n // 10),
        "float-keeps-integers": (
            {"n": st.integers(0, 2**60)},
            lambda n: s.through_float(n) == n,
        ),
        "mean-is-finite": ({"a": large, "b": large}, lambda a, b: math.isfinite(s.mean(a, b))),
        "rounding-commutes": (
            {"x": hundred},
            lambda x: s.rounded_hundredfold(x) == s.hundredfold_rounded(x),
        ),
        "root-is-inverse": (
            {"x": st.floats(0, 1e6)},
            lambda x: abs(s.root(x) ** 2 - x) < 1e-12,  # noqa: PLR2004 - the claim's own
        ),
        "float-ceiling": (
            {"n": st.integers(0, 10**17), "b": st.integers(1, 64)},
            lambda n, b: s.float_ceiling(n, b) == (n + b - 1) // b,
        ),
        "never-777": ({"n": st.integers(0, 1000)}, lambda n: s.decimal(n) != "777"),
        "never-77777": ({"n": st.integers(0, 100_000)}, lambda n: s.itself(n) != int("77777")),
    }


def crosshair(name: str) -> str:
    """Run `crosshair check` with its defaults on one mutant."""
    text = (
        f"from subjects import {name}\n\n\n"
        "def claim(max_steps: int, epochs: int, steps_per_epoch: int) -> bool:\n"
        '    """\n'
        "    pre: 1 <= max_steps <= 64 and 1 <= epochs <= 16 and 1 <= steps_per_epoch <= 64\n"
        "    post: __return__\n"
        '    """\n'
        f"    steps = {name}(max_steps, epochs, steps_per_epoch)\n"
        "    return steps == min(max_steps, epochs * steps_per_epoch)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "held_claim.py").write_text(text, encoding="utf-8")
        started = time.perf_counter()
        ran = subprocess.run(
            [sys.executable, "-m", "crosshair", "check", "held_claim.py"],
            cwd=folder, env={"PYTHONPATH": f"{folder}:{MISBEHAVING}", "PATH": ""},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - started
    verdict = "refuted" if ran.returncode == 1 else f"exit code {ran.returncode}"
    return f"{verdict}, {seconds:.1f} s"


if __name__ == "__main__":
    main()
