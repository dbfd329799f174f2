"""One bug held against pv, Hypothesis and CrossHair, each in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from environments import python_for

REFUTED = "REFUTED"
_WORST_FIRST = (REFUTED, "ERROR", "VACUOUS", "UNKNOWN", "PROSE", "UNBOUND", "SURVIVED", "PROVED")
_TOO_LONG = 600


@dataclass(frozen=True, slots=True)
class Bug:
    """A reported fault of a public package, and the law that it breaks."""

    name: str
    package: str
    faulty: str
    fixed: str | None
    report: str
    law: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Result:
    """What was found of one bug."""

    bug: Bug
    pv: tuple[str, ...]
    """Verdict on the faulty version, by seed."""
    hypothesis: tuple[bool, ...]
    """Whether the test failed on the faulty version, by seed."""
    crosshair: bool | None
    """Whether it found a counterexample; None where there is no condition."""
    fixed: str
    """The worst verdict on the fixed version, or `open`."""


def read(folder: Path) -> Bug:
    """Return what a folder says of its bug."""
    said = yaml.safe_load((folder / "bug.yaml").read_text(encoding="utf-8"))
    return Bug(folder.name, folder=folder, **said)


def tried(bug: Bug, seeds: Sequence[int], cache: Path) -> Result:
    """Try the faulty version with all three tools, and the fixed one with pv."""
    faulty = python_for(bug.package, bug.faulty, cache)
    return Result(
        bug,
        pv=tuple(verdict(bug, faulty, seed) for seed in seeds),
        hypothesis=tuple(test_fails(bug, faulty, seed) for seed in seeds),
        crosshair=crosshair_finds(bug, faulty),
        fixed=verdict_when_fixed(bug, seeds, cache),
    )


def verdict_when_fixed(bug: Bug, seeds: Sequence[int], cache: Path) -> str:
    """Return the worst verdict of pv on the fixed version."""
    if bug.fixed is None:
        return "open"
    fixed = python_for(bug.package, bug.fixed, cache)
    found = [verdict(bug, fixed, seed) for seed in seeds]
    notice = " (the test of Hypothesis fails)" if test_fails(bug, fixed, seeds[0]) else ""
    return min(found, key=_WORST_FIRST.index) + notice


def verdict(bug: Bug, python: Path, seed: int) -> str:
    """Return the worst verdict of pv on the contract of a bug."""
    words = ("-m", "pv", "prove", ".", "--fresh", "--seed", str(seed), "--format", "json")
    done = run(bug, (str(python), *words))
    if not done.stdout:
        return f"exit code {done.returncode}"
    told = json.loads(done.stdout)
    for result in told["results"]:
        if result["verdict"] not in {REFUTED, "SURVIVED", "PROVED"}:
            print(
                f"{bug.name}, seed {seed}: {result['verdict']}: {result['reason']}", file=sys.stderr
            )
    return str(told["verdict"])


def test_fails(bug: Bug, python: Path, seed: int) -> bool:
    """Return whether the test of Hypothesis fails; raises CalledProcessError if it does not run."""
    words = ("-m", "pytest", "-q", f"--hypothesis-seed={seed}", "hypothesis_law.py")
    return ended(run(bug, (str(python), *words)))


def crosshair_finds(bug: Bug, python: Path) -> bool | None:
    """Return whether CrossHair contradicts the condition of a bug, if there is one."""
    if not (bug.folder / "crosshair_law.py").exists():
        return None
    words = ("-m", "crosshair", "check", "--per_condition_timeout", "30", "crosshair_law.py")
    return ended(run(bug, (str(python), *words)))


def run(bug: Bug, words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run a command in a copy of the folder of a bug, which no earlier run has seen."""
    surroundings = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with tempfile.TemporaryDirectory() as scratch:
        copy = shutil.copytree(bug.folder, Path(scratch) / bug.name)
        surroundings["PYTHONPATH"] = str(copy)
        return subprocess.run(
            words, cwd=copy, env=surroundings, capture_output=True, text=True, timeout=_TOO_LONG,
            check=False,
        )  # fmt: skip


def ended(done: subprocess.CompletedProcess[str]) -> bool:
    """Return whether a command found a failure, as its exit code 1 says."""
    if done.returncode not in {0, 1}:
        print(done.stdout, done.stderr)
        done.check_returncode()
    return done.returncode == 1
