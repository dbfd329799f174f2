"""Plant bugs in pv, one at a time in a copy, and count which of them its own tests notice.

    python benchmarks/mutation_run.py --seconds 1500 pv/claims/evaluation pv/checks/planner.py

Each bug is one change of one module: a comparison turned, a number off by one, `and` for `or`, a
condition negated, a statement left out, a result not returned. The tests are those of the folder
that mirrors the module's; a run that takes too long counts as noticed. Prints a table of shares,
and each bug that no test noticed.
"""

import argparse
import ast
import compileall
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HOME = Path(__file__).parents[1]
MORE_TESTS = {"pv/claims": ("tests/pv/claims/test_reference.py", "tests/mutants/test_claims.py")}
"""Folder -> tests of it that stand elsewhere than in the folder that mirrors it."""
_TURNED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_SWAPPED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
_WIDEST = 90


class Mutant(NamedTuple):
    """One planted bug."""

    file: str
    line: int
    before: str
    after: str
    text: str
    """The whole module with the bug in it."""


def mutant(name: str, place: int, number: int) -> Mutant | None:
    """Plant the first or second bug that there is at a node of a module; None if there is none."""
    tree = ast.parse((HOME / name).read_text(encoding="utf-8"))
    node = list(ast.walk(tree))[place]
    if isinstance(node, ast.Module):
        return None
    before = ast.unparse(node)
    after = _changed(node, number)
    return after and Mutant(name, getattr(node, "lineno", 0), before, after, ast.unparse(tree))


def places(names: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield where a bug may be planted: a module, the number of a node, and which of two bugs."""
    for name in names:
        folder = HOME / name
        for file in [folder] if folder.is_file() else sorted(folder.rglob("*.py")):
            nodes = len(list(ast.walk(ast.parse(file.read_text(encoding="utf-8")))))
            module = str(file.relative_to(HOME))
            yield from ((module, place, number) for place in range(nodes) for number in (0, 1))


def _changed(node: ast.AST, number: int) -> str | None:
    """Change a node in place, in the first or the second way; None if there is none."""
    match node, number:
        case ast.Compare(ops=[only]), 0 if type(only) in _TURNED:
            node.ops = [_TURNED[type(only)]()]
        case ast.BoolOp() | ast.BinOp(), 0 if type(node.op) in _SWAPPED:
            node.op = _SWAPPED[type(node.op)]()
        case ast.UnaryOp(op=ast.Not()), 0:
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
        case ast.If() | ast.IfExp(), 0:
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Constant(value=bool() as value), 0:
            node.value = not value
        case ast.Constant(value=int() as value), 0 | 1 if not isinstance(value, bool):
            node.value = value + (1 if number == 0 else -1)
        case ast.Return(value=ast.expr() as value), 0 if not isinstance(value, ast.Constant):
            node.value = ast.Constant(None)
        case ast.FunctionDef(body=[*_, ast.Expr(ast.Call() | ast.YieldFrom()) as last]), 0:
            node.body[-1] = ast.copy_location(ast.Pass(), last)
        case _:
            return None
    return ast.unparse(ast.fix_missing_locations(node))


def tests_of(name: str, copied: Path) -> tuple[str, ...]:
    """Return the tests that mirror a module: its own file, or the nearest folder that there is."""
    module = Path(name)
    own = Path("tests") / module.parent / f"test_{module.name}"
    folder = Path("tests") / module.parent
    while not (copied / folder).is_dir():
        folder = folder.parent
    more = (
        test for prefix, tests in MORE_TESTS.items() if name.startswith(prefix) for test in tests
    )
    return (str(own if (copied / own).is_file() else folder), *more)


def fails(tests: tuple[str, ...], copied: Path, seconds: float) -> bool:
    """Return whether the tests fail in the copy, or take too long."""
    words = ["-m", "pytest", "-q", "-x", "-m", "not slow and not peers and not gpu", *tests]
    try:
        ran = subprocess.run(
            [sys.executable, *words, "-p", "no:cacheprovider"], cwd=copied, timeout=seconds,
            capture_output=True, check=False,
            env={**os.environ, "PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return True
    return ran.returncode != 0


def copied_checkout(into: Path) -> Path:
    """Copy the files that git knows."""
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - whichever git there is
        cwd=HOME, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (HOME / name).is_file():
            shutil.copyfile(HOME / name, target)
    compileall.compile_dir(into / "pv", quiet=1)  # most of the time of short tests is compiling
    return into


@contextmanager
def planted(each: Mutant, copied: Path) -> Iterator[None]:
    """Have the bug in the copy; afterwards the module is as old as its bytecode again."""
    target = copied / each.file
    kept, before = target.read_text(encoding="utf-8"), target.stat()
    target.write_text(each.text, encoding="utf-8")
    os.utime(target, (0, 0))  # so that its bytecode is not taken for that of the bug
    try:
        yield
    finally:
        target.write_text(kept, encoding="utf-8")
        os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))


def main() -> None:
    """Plant bugs until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="+", help="files and folders of pv")
    parser.add_argument("--seconds", type=float, default=1500)
    parser.add_argument("--longest", type=float, default=60, help="seconds that tests may take")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    waiting = list(places(options.modules))
    random.Random(options.seed).shuffle(waiting)  # noqa: S311
    end, told = time.monotonic() + options.seconds, defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        copied = copied_checkout(Path(folder))
        took: dict[tuple[str, ...], float] = {}
        for place in waiting:
            if time.monotonic() > end:
                break
            each = mutant(*place)
            if each is None:
                continue
            tests = tests_of(each.file, copied)
            if tests not in took:
                start = time.monotonic()
                broken = fails(tests, copied, options.longest)
                took[tests] = math.inf if broken else time.monotonic() - start
            if math.isinf(took[tests]):
                continue
            with planted(each, copied):
                noticed = fails(tests, copied, 30 + 5 * took[tests])
            told[each.file].append((each, noticed))
            if not noticed:
                print(
                    f"{each.file}:{each.line}: {_short(each.before)}  ->  {_short(each.after)}",
                    flush=True,
                )
    left_out = [" ".join(tests) for tests, seconds in took.items() if math.isinf(seconds)]
    print(f"\nseed {options.seed}; tests that take too long or fail by themselves: {left_out}\n")
    for name, tried in sorted(told.items()):
        print(f"{sum(noticed for _, noticed in tried):4} of {len(tried):4} noticed  {name}")
    every = [noticed for tried in told.values() for _, noticed in tried]
    print(f"{sum(every):4} of {len(every):4} noticed")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) < _WIDEST else f"{line[: _WIDEST - 3]}..."


if __name__ == "__main__":
    main()
