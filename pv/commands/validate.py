"""`pv validate`: check files against the contract format and its rules."""

import argparse
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.commands.shared import exit_codes
from pv.commands.shared.configuration import existing, load_configuration
from pv.commands.shared.errors import UserFault
from pv.commands.shared.findings import add_format, report
from pv.commands.shared.options.numbers import positive
from pv.commands.shared.weighing import BaselineOptions, add_baseline, baseline_options, weigh
from pv.contract.discovery.find import Content, Missing, yaml_files
from pv.contract.discovery.own_file import doubt
from pv.contract.finding import Severity
from pv.report.screen import say
from pv.rules.running.cache import Cache
from pv.rules.running.validation import Validated, validate

CACHE = Path(".pv/cache.db")


@dataclass(frozen=True, slots=True)
class ValidateOptions:
    """Values of the verb's options."""

    paths: tuple[Path, ...]
    format: str
    notes: bool
    baseline: BaselineOptions
    skip_ignored: bool
    no_cache: bool
    jobs: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH",
        help="contract file or folder (default: contracts/, or what [tool.pv] says)",
    )  # fmt: skip
    add_format(parser)
    parser.add_argument(
        "--notes", action="store_true", help="show notes too, such as claims that are prose"
    )
    add_baseline(parser)
    parser.add_argument(
        "--skip-ignored", action="store_true",
        help="leave out files that a .pvignore names, though they are named here (for hooks)",
    )  # fmt: skip
    parser.add_argument("--no-cache", action="store_true", help="read every file afresh")
    parser.add_argument(
        "--jobs", type=positive, metavar="N", default=os.cpu_count() or 1,
        help="processes for many files (default: one for each processor)",
    )  # fmt: skip


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Validate the files; exit code 0 only if there is a contract and no error."""
    options = _options(arguments)
    configuration = load_configuration(Path.cwd())
    paths = options.paths or existing(configuration.contracts)
    files = tuple(_files(paths, skip_ignored=options.skip_ignored))
    cache = None if options.no_cache else _cache(stderr)
    validated = validate(files, cache, options.jobs)
    findings = weigh(validated, options.baseline, configuration, stderr)
    if cache is not None:
        cache.save()
        for note in cache.notes:
            say(stderr, f"pv: {note}")
    contracts = sum(item.summary.content is Content.CONTRACT for item in validated)
    report(findings, contracts, options.format, stdout, notes=options.notes)
    return _exit_code(validated, {finding.severity for finding in findings}, contracts)


def _cache(stderr: TextIO) -> Cache | None:
    """Return the summaries of earlier runs, if they may be believed."""
    if (why := doubt(CACHE)) is None:
        return Cache(CACHE)
    say(stderr, f"pv: {CACHE}: nothing in it is used, and nothing is kept: {why}")
    return None


def _options(arguments: argparse.Namespace) -> ValidateOptions:
    return ValidateOptions(
        paths=tuple(arguments.paths),
        format=arguments.format,
        notes=arguments.notes,
        baseline=baseline_options(arguments),
        skip_ignored=arguments.skip_ignored,
        no_cache=arguments.no_cache,
        jobs=arguments.jobs,
    )


def _files(paths: Iterable[Path], *, skip_ignored: bool) -> Iterator[Path]:
    for file in yaml_files(paths, skip_ignored=skip_ignored):
        if isinstance(file, Missing):
            raise UserFault(f"{file.path}: there is no such file or folder")
        yield file


def _exit_code(validated: Sequence[Validated], severities: set[Severity], contracts: int) -> int:
    if not all(item.summary.readable for item in validated):
        return exit_codes.USER_FAULT
    if Severity.ERROR in severities:
        return exit_codes.DOES_NOT_HOLD
    return exit_codes.HOLDS if contracts else exit_codes.NOTHING_MEASURED
