"""Apply comments, the project's policy and the baseline to findings, for validate and lint."""

import argparse
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.commands.shared.configuration import Configuration
from pv.commands.shared.errors import UserFault
from pv.contract.finding import Finding
from pv.plural import number_of
from pv.report.screen import say
from pv.rules.model import catalogue
from pv.rules.policy import suppressions
from pv.rules.policy.baseline import of_findings, read_baseline
from pv.rules.running.validation import Validated


@dataclass(frozen=True, slots=True)
class BaselineOptions:
    """Values of --baseline and --update-baseline."""

    file: Path | None
    update: bool


def add_baseline(parser: argparse.ArgumentParser) -> None:
    """Declare the options of a baseline."""
    parser.add_argument(
        "--baseline", type=Path, metavar="FILE",
        help="known findings that do not count; the list may only shrink",
    )  # fmt: skip
    parser.add_argument(
        "--update-baseline", action="store_true",
        help="make the baseline if there is none, else drop from it what no longer occurs",
    )  # fmt: skip


def baseline_options(arguments: argparse.Namespace) -> BaselineOptions:
    """Return the values of the options that `add_baseline` declares."""
    return BaselineOptions(arguments.baseline, arguments.update_baseline)


def weigh(
    validated: Sequence[Validated],
    options: BaselineOptions,
    configuration: Configuration,
    stderr: TextIO,
    judged: Collection[str] = catalogue.VALIDATED,
    in_part: Collection[str] = (),
) -> list[Finding]:
    """Return the findings that count; `judged` are the codes that were looked for.

    A finding belongs to the file in which it stands, which need not be the one that was judged:
    what a binding leaves out is found by looking at its contract. Of the files that were judged
    `in_part`, no comment counts as stale.
    """
    files = [item.summary.file for item in validated]
    found = [finding for item in validated for finding in item.findings]
    comments = [comment for item in validated for comment in item.summary.ignores]
    findings = configuration.policy.apply(suppressions.apply(found, comments, judged, in_part))
    return _known(list(findings), files, options, configuration, stderr)


def _known(
    found: list[Finding],
    files: Collection[str],
    options: BaselineOptions,
    configuration: Configuration,
    stderr: TextIO,
) -> list[Finding]:
    file = options.file or configuration.baseline
    if file is None:
        if options.update:
            raise UserFault("--update-baseline needs --baseline FILE, or `baseline` in [tool.pv]")
        return found

    if not file.exists():
        if not options.update:
            raise UserFault(f"{file}: there is no such baseline; make it with --update-baseline")
        known = [finding for finding in found if finding.code not in catalogue.FIXED]
        fixed = [finding for finding in found if finding.code in catalogue.FIXED]
        of_findings(file, known).write()
        say(stderr, f"pv: {file}: {number_of(len(known), 'finding')} recorded as known")
        return fixed
    try:
        baseline = read_baseline(file)
    except (OSError, ValueError) as fault:
        raise UserFault(f"{file}: cannot be read as a baseline: {fault}") from fault
    new, left, gone = baseline.split(found, set(files))
    if options.update and gone:
        left.write()
        dropped = number_of(len(gone), "finding")
        say(stderr, f"pv: {file}: {dropped} dropped, {left.known.total()} left")
        return new
    return [*new, *configuration.policy.apply(gone)]
