"""`--repro DIR`: each refutation as a pytest file of its own, which was seen to fail."""

import argparse
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from pv.checks.model import Check, NotExecutable
from pv.commands.shared.errors import UserFault
from pv.commands.shared.targets import Asked
from pv.commands.shared.written_files import make_folder, text_there, write_whole
from pv.evidence.record import Evidence
from pv.evidence.verdict import Verdict
from pv.generate.module import Module, NoFormatter, write_case
from pv.python_source import NoPython
from pv.report.screen import line, say

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
        for told in _written(folder, checks, results, asked):
            say(stream, line(told))
    except NoFormatter as fault:
        raise UserFault(str(fault)) from fault


def _written(
    folder: Path, checks: Sequence[Check], results: Iterable[Evidence], asked: Asked
) -> Iterator[str]:
    contracts = {contract.file: contract for contract in asked.contracts}
    taken: set[Path] = set()
    for check, found in zip(checks, results, strict=True):
        if found.verdict is not Verdict.REFUTED or isinstance(check.plan, NotExecutable):
            continue
        contract = contracts[check.contract_file]
        try:
            module = write_case(contract, check, found.counterexample or {}, asked.bindings)
        except NoPython as fault:
            yield f"repro: {check.name} cannot be written as a test: {fault}"
            continue
        if wrong := _fault(module):
            yield f"repro: {check.name} does not reproduce outside pv: {wrong}"
            continue
        make_folder(folder)
        file = next(each for each in _files(folder, module) if each not in taken)
        taken.add(file)
        write_whole(file, module.text)
        yield f"repro: {file}  reproduces the refutation of {check.name}"


def _files(folder: Path, module: Module) -> Iterator[Path]:
    """Yield the files that a module may have: what is there must be about the same claim."""
    head, stem = module.text.partition("\n")[0], module.name.removesuffix(".py")
    names = (f"{stem}_{number}.py" for number in count(2))
    for file in (folder / name for name in chain([module.name], names)):
        there = text_there(file)
        if there is None or there.partition("\n")[0] == head:
            yield file


def _fault(module: Module) -> str | None:
    """Run a module once in the current folder; returns what is told unless it is refuted."""
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:pv", "-c", "/dev/null"]
    with TemporaryDirectory(prefix="pv-") as place:
        file = Path(place) / module.name
        file.write_text(module.text, encoding="utf-8")
        ran = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, *words, "--rootdir", place, str(file)],
            capture_output=True, check=False, timeout=_SECONDS, text=True,
        )  # fmt: skip
    refuted = ran.returncode == _TEST_FAILED and "AssertionError: REFUTED: " in ran.stdout
    return None if refuted else f"pytest ends with {ran.returncode}"
