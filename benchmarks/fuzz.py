"""Throw damaged contracts at a verb and count how it ends.

    python benchmarks/fuzz.py validate|generate [FOLDER]... [--seconds 600] [--seed 0]

The seeds are the contracts and test cases of this repository and of the folders named. Each input
is a seed with a few mutations: bytes flipped, removed, repeated and exchanged, lines moved, pieces
of YAML and of the claim language put in; or values exchanged, removed and filled with texts that
would act as Python, so that it stays YAML. Every input must end with an exit code that says so, in
less than 10 seconds, without a traceback; a finding has a place within the file, and a module is
Python of which each part is one that tests have.
"""

import argparse
import ast
import builtins
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import yaml
from damaged_contracts import damaged

from pv.cli import main as pv
from pv.contract.loader import load

HOME = Path(__file__).resolve().parents[1]
SLOW = 10.0  # seconds
INPUT = Path("contracts/fuzz-v1.yaml")
OUTPUT = Path("out")
FUNCTIONS = 4


class Ended(NamedTuple):
    """How a verb ended, and what it printed."""

    code: int
    stdout: str
    stderr: str


def main() -> int:
    """Fuzz, print the counts, and return 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("verb", choices=VERBS)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    places, words, values, faults_of = VERBS[arguments.verb]
    files = [file for place in places for file in HOME.glob(place)]
    files += [file for folder in arguments.folders for file in folder.rglob("*.yaml")]
    seeds = [file.read_bytes() for file in sorted(files)]
    draw = random.Random(arguments.seed)  # noqa: S311 - reproducible, not secret
    kept, counts, faults = Path.cwd(), Counter[str](), list[str]()
    end = time.monotonic() + arguments.seconds
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        prepare()
        while time.monotonic() < end:
            data = damaged(draw, seeds, values)
            for fault in tried(data, words, faults_of, counts):
                name = kept / f"fuzz-{arguments.seed}-{len(faults)}.yaml"
                name.write_bytes(data)
                faults.append(f"{name.name}: {fault}")
        os.chdir(kept)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{counts.total()} inputs: {dict(counts.most_common())}; peak memory {peak} MiB")
    print("\n".join(faults) or "nothing went wrong")
    return 1 if faults else 0


def prepare() -> None:
    """Lay out a project whose code has a few functions."""
    INPUT.parent.mkdir()
    (INPUT.parent / "bindings").mkdir()
    functions = (f"def f{n}(x, y=1):\n    return x + y\n" for n in range(FUNCTIONS))
    Path("code_of_all.py").write_text("\n\n".join(functions), encoding="utf-8")


def tried(
    data: bytes,
    words: tuple[str, ...],
    faults_of: Callable[[bytes, Ended], Iterator[str]],
    counts: Counter[str],
) -> Iterator[str]:
    """Run a verb on one input; yields what went wrong."""
    INPUT.write_bytes(data)
    for file in OUTPUT.glob("*.py"):
        file.unlink()
    bind()
    stdout, stderr = StringIO(), StringIO()
    started = time.perf_counter()
    with redirect_stdout(stdout), redirect_stderr(stderr):
        code = pv(words)
    taken = time.perf_counter() - started
    counts[f"exit code {code}"] += 1
    ended = Ended(code, stdout.getvalue(), stderr.getvalue())
    if taken > SLOW:
        yield f"took {taken:.1f} s"
    if code not in {0, 1, 2, 4} or "Traceback" in ended.stderr:
        yield f"exit code {code}: {ended.stderr.strip().rpartition(chr(10))[2]}"
    else:
        yield from faults_of(data, ended)


def bind() -> None:
    """Bind all equations of the input, and the systems of its experiments, if it has some."""
    contract = load(INPUT).contract
    equations, tests = (contract.equations, contract.tests) if contract else ((), ())
    runs = [run for test in tests if test.experiment for run in test.experiment.runs]
    systems = {run.system.value for run in runs}
    binding = {
        "version": "1.0.0",
        "target": "code",
        "systems": {name: {"run": ["python", "-c", "pass"], "accepts": ["*"]} for name in systems},
        "bindings": [
            {"contract": INPUT.stem, "equation": name, "status": "implemented",
             "callable": f"code_of_all:f{n % FUNCTIONS}"}
            for n, name in enumerate(each.id for each in equations)
        ],
    }  # fmt: skip
    text = yaml.safe_dump(binding, allow_unicode=True)
    (INPUT.parent / "bindings/code.yaml").write_text(text, encoding="utf-8")


def faults_of_findings(data: bytes, ended: Ended) -> Iterator[str]:
    """Yield what is wrong with the findings about an input."""
    findings = json.loads(ended.stdout)["findings"]
    if ended.code == 1 and not any(each["severity"] == "error" for each in findings):
        yield "rejected without a finding"
    lines = data.count(b"\n") + data.count(b"\r") + data.count(b"\x85") + data.count(b"\xa8") + 2
    for each in findings:
        start, end = (each["line"], each["column"]), (each["end_line"], each["end_column"])
        if not (1 <= each["line"] <= lines and each["column"] >= 1 and end >= start):
            yield f"{each['code']} at {start} to {end}"
            return


NEVER = (
    ast.Lambda, ast.NamedExpr, ast.ClassDef, ast.AsyncFunctionDef, ast.JoinedStr, ast.GeneratorExp,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.Global, ast.Nonlocal, ast.Try, ast.While, ast.For,
    ast.Delete, ast.Starred, ast.Await, ast.Subscript, ast.AugAssign,
)  # fmt: skip
"""What no test that pv writes has."""
IMPORTED = frozenset({"pytest", "pathlib", "pv.testing", "code_of_all"})
USED = frozenset({"float", "min", "max", "abs", "len", "int", "bool"})
BUILTINS = frozenset(dir(builtins)) - USED


def faults_of_modules(_: bytes, ended: Ended) -> Iterator[str]:
    """Yield what is wrong with the modules that were made of an input."""
    files = [*OUTPUT.glob("*.py")]
    if bool(files) is not (ended.code == 0):
        yield f"exit code {ended.code}, and {len(files)} modules"
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for part in ast.walk(tree):
            match part:
                case ast.Import(names=names) if {each.name for each in names} <= IMPORTED:
                    continue
                case ast.ImportFrom(module=module, level=0) if module in IMPORTED:
                    continue
                case ast.Name(id=name) if name not in BUILTINS and name[:2] != "__":
                    continue
                case ast.Attribute(attr=name) if name[:2] != "__":
                    continue
                case ast.Import() | ast.ImportFrom() | ast.Name() | ast.Attribute():
                    yield f"{file.name}: {ast.unparse(part)} in line {part.lineno}"
                case _ if isinstance(part, NEVER):
                    yield f"{file.name}: {type(part).__name__}"


VERBS = {
    "validate": (
        ("contracts/**/*.yaml", "tests/**/*.yaml"),
        ("validate", str(INPUT), "--no-cache", "--format", "json"), 1 / 3, faults_of_findings
    ),
    "generate": (
        ("contracts/*.yaml", "tests/pv/generate/**/*.yaml", "tests/cases/*/good*.yaml"),
        ("generate", str(INPUT), "--output", str(OUTPUT)), 5 / 6, faults_of_modules
    ),
}  # fmt: skip
"""Verb -> its seeds, its arguments, the share of inputs with damaged values, and the judge."""


if __name__ == "__main__":
    sys.exit(main())
