"""`--repro DIR`: each refutation as a pytest file of its own, which was seen to fail."""

import argparse
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from pv.checks.model import Check, NotExecutable
from pv.claims.rendering.python_source import NoPython
from pv.commands.shared.errors import UserFault
from pv.commands.shared.targets import Asked
from pv.evidence.record import Evidence
from pv.evidence.verdict import Verdict
from pv.generate.module import NoFormatter, write_case

_SECONDS = 600.0
_TEST_FAILED = 1  # pytest's exit code


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the option."""
    parser.add_argument(
        "--repro", type=Path, metavar="DIR",
        help="write each refutation as a pytest file that reproduces it, and run it once",
    )  # fmt: skip


def write_all(
    folder: Path | None,
    checks: Sequence[Check],
    results: Iterable[Evidence],
    asked: Asked,
    stream: TextIO,
) -> None:
    """Write a file for each refutation, and say whether it reproduces what was found.

    Raises UserFault where the files cannot be laid out.
    """
    if folder is None:
        return
    try:
        for line in _written(folder, checks, results, asked):
            print(line, file=stream, flush=True)
    except NoFormatter as fault:
        raise UserFault(str(fault)) from fault


def _written(
    folder: Path, checks: Sequence[Check], results: Iterable[Evidence], asked: Asked
) -> Iterator[str]:
    contracts = {contract.stem: contract for contract in asked.contracts}
    for check, found in zip(checks, results, strict=True):
        if found.verdict is not Verdict.REFUTED or isinstance(check.plan, NotExecutable):
            continue
        contract = contracts[check.contract]
        try:
            module = write_case(contract, check, found.counterexample or {}, asked.bindings)
        except NoPython as fault:
            yield f"repro: {check.name} cannot be written as a test: {fault}"
            continue
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / module.name
        file.write_text(module.text, encoding="utf-8")
        code = _run(file, _root(check))
        if code == _TEST_FAILED:
            yield f"repro: {file}  reproduces the refutation of {check.name}"
        else:
            file.unlink()
            yield f"repro: {check.name} does not reproduce outside pv: pytest ends with {code}"


def _root(check: Check) -> Path:
    root: Path = getattr(check.plan, "root", Path())
    return root.resolve()


def _run(file: Path, root: Path) -> int:
    """Run a file with pytest, in the folder that holds the code; returns the exit code."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:pv"]
    return subprocess.run(  # noqa: S603 - our own interpreter
        [*words, "--rootdir", str(root), "-c", "/dev/null", str(file.resolve())],
        cwd=root, capture_output=True, check=False, timeout=_SECONDS,
    ).returncode  # fmt: skip
