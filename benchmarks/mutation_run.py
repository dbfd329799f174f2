"""Plant bugs in pv, one at a time in a copy, and count which of them its own tests notice.

    pip install coverage
    python benchmarks/mutation_run.py --each 30 --seed 1 pv/claims/evaluation pv/checks pv/engines

Each area (files and folders of pv, with commas between) gets as many bugs. All tests run once under
`coverage`, which says what lines each executes; a bug is then shown to the tests that execute its
line, quickest first, and to the test file of its module. Where none does so in the process of
pytest, the tests of the whole module or of the mirrored folder run instead. A test that also fails
for the module without the bug does not count. Prints each bug that no test noticed, and how many
were noticed, by a failure or because the tests took too long.
"""

import argparse
import ast
import importlib
import os
import pickle
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import traceback
import venv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

import pytest
from planted_bugs import HOME, Mutant, mutants
from watched_tests import Chosen, Ran, Watch

TESTS = ("tests/pv", "tests/mutants/test_claims.py")
HEAVY = ("hypothesis", "jsonschema", "jsonschema_rs", "numpy", "psutil", "re2", "yaml", "z3")
"""What takes long to import; each run of tests is a fork of a process that has imported it."""
_WIDEST = 90


class Result(NamedTuple):
    """How a run of tests ended."""

    end: str
    """passed, failed, or late."""
    test: str
    """The test that failed, if one did."""


_DIED, _UNTESTED = Result("failed", ""), Result("passed", "")


class Checkout:
    """A copy of the files that git knows, whose tests run in forks of this process.

    What they start has a Python of its own, which finds pv in the copy whatever its environment.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._told = folder.with_name("told.pickle")
        environment = folder.with_name("venv")
        venv.create(environment, symlinks=True)
        self._python = environment / "bin/python"
        (packages,) = environment.glob("lib/python*/site-packages")
        paths = f"{folder}\n{sysconfig.get_path('purelib')}\n"
        (packages / "checkout.pth").write_text(paths, encoding="utf-8")
        listed = subprocess.run(
            ["git", "ls-files"],  # noqa: S607 - whichever git there is
            cwd=HOME, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name in filter(lambda name: (HOME / name).is_file(), listed.stdout.splitlines()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(HOME / name, folder / name)

    def watch(self) -> Ran:
        """Run all tests, and say what each of them executes."""

        def watched() -> Ran:
            watch = Watch(self.folder)
            sys.addaudithook(watch.audit)
            _pytest(["-p", "no:unraisableexception", *TESTS], watch)  # what is stopped leaves some
            return watch.ran()

        return cast("Ran", self._forked(watched, 3600))

    def judge(self, file: str, text: str, tests: list[str], seconds: float) -> Result:
        """Run tests with another text of a module."""

        def judged() -> Result:
            sys.dont_write_bytecode = True
            os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
            chosen = Chosen(tests)
            status = _pytest(sorted({test.split("::")[0] for test in tests}), chosen)
            passed = status in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
            return Result("passed" if passed else "failed", chosen.failed)

        target = self.folder / file
        kept, before = target.read_text(encoding="utf-8"), target.stat()
        target.write_text(text, encoding="utf-8")
        os.utime(target, (0, 0))  # so that its bytecode is not taken for that of the bug
        try:
            return cast("Result", self._forked(judged, seconds) or Result("late", ""))
        finally:
            target.write_text(kept, encoding="utf-8")
            os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))

    def _forked(self, action: Callable[[], object], seconds: float) -> object:
        """Do something in a fork of this process; returns what it does, None if it has no end."""
        self._told.write_bytes(pickle.dumps(_DIED))
        child = os.fork()
        if child == 0:
            os.setsid()
            os.chdir(self.folder)
            os.environ["PYTHONPATH"] = str(self.folder)
            sys.path[0], sys.executable = str(self.folder), str(self._python)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            try:
                self._told.write_bytes(pickle.dumps(action()))
            except Exception:  # noqa: BLE001 - a bug that shows everywhere is no bug of this script
                traceback.print_exc()
            finally:  # nothing may return into the loop of the parent
                os._exit(0)
        end = time.monotonic() + seconds
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if time.monotonic() > end:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return None
            time.sleep(0.02)
        return pickle.loads(self._told.read_bytes())  # noqa: S301 - written by ourselves


def _pytest(paths: list[str], plugin: object) -> int:
    words = ["-q", "-p", "no:cacheprovider", "-m", "not slow and not peers and not gpu"]
    words += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what is already imported
    return pytest.main([*words, *["-x"] * isinstance(plugin, Chosen), *paths], plugins=[plugin])


def tests_for(each: Mutant, ran: Ran, longest: float) -> list[str]:
    """Choose tests that may notice a bug, those that execute its line first, up to some seconds."""
    known = ran.lines.get(each.file, {})
    near = {test for line in each.lines for test in known.get(line, [])}
    near = near or {test for tests in known.values() for test in tests}
    own = _own_tests(each.file) if near else _mirrored(each.file)
    mirrored = {test for test in ran.seconds if test.startswith(own)}
    chosen: list[str] = []
    for test in sorted(near | mirrored, key=lambda test: (test not in near, ran.seconds[test])):
        longest -= ran.seconds[test]
        if longest < 0 and chosen:
            break
        chosen.append(test)
    return chosen


def _own_tests(file: str) -> str:
    path = Path("tests") / file
    return f"{path.with_name(f'test_{path.name}')}::"


def _mirrored(file: str) -> str:
    """Return how the tests of a module begin: those of its own file, or of the nearest folder."""
    own = _own_tests(file)
    if (HOME / own.removesuffix("::")).exists():
        return own
    return f"{next(above for above in Path(own).parents if (HOME / above).exists())}/"


def shown(each: Mutant, checkout: Checkout, ran: Ran, longest: float) -> str:
    """Show a bug to the tests; passed, failed or late."""
    tests = tests_for(each, ran, longest)
    same = ast.unparse(ast.parse((checkout.folder / each.file).read_text(encoding="utf-8")))
    while True:
        seconds = 20 + 3 * sum(ran.seconds[test] for test in tests)
        result = checkout.judge(each.file, each.text, tests, seconds) if tests else _UNTESTED
        if not result.test or checkout.judge(each.file, same, [result.test], 120).end == "passed":
            return result.end
        tests.remove(result.test)


def main() -> None:
    """Plant as many bugs in each area."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("areas", nargs="+", help="files and folders, by commas")
    parser.add_argument("--each", type=int, default=30, help="bugs for each area")
    parser.add_argument("--longest", type=float, default=30, help="seconds of tests for each bug")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    areas = {area: mutants(area, options.each, options.seed) for area in options.areas}
    for name in HEAVY:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        checkout = Checkout(Path(folder) / "checkout")
        ran = checkout.watch()
        print(f"{len(ran.seconds)} tests take {sum(ran.seconds.values()):.0f} s\n", flush=True)
        for area, planted in areas.items():
            ends: Counter[str] = Counter()
            for each in planted:
                end = shown(each, checkout, ran, options.longest)
                ends[end] += 1
                if end == "passed":
                    at = f"{each.file}:{each.lines.start}"
                    print(f"{at}: {_short(each.before)}  ->  {_short(each.after)}", flush=True)
            print(
                f"{area}, seed {options.seed}: {ends.total()} planted, {ends['failed']} noticed, "
                f"{ends['late']} ran too long, {ends['passed']} unnoticed\n", flush=True,
            )  # fmt: skip


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) < _WIDEST else f"{line[: _WIDEST - 3]}..."


if __name__ == "__main__":
    main()
