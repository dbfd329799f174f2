"""`pv lint`: report claims that are prose, uncovered, or bound to no implementation."""

import argparse
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.binding.loader import default_bindings, load_binding
from pv.binding.model import Binding
from pv.commands.shared import exit_codes
from pv.commands.shared.configuration import load_configuration
from pv.commands.shared.findings import add_format, report
from pv.commands.shared.targets import (
    Selection,
    add_targets,
    paths_and_ids,
    require_known,
    selection,
)
from pv.commands.shared.weighing import BaselineOptions, add_baseline, baseline_options, weigh
from pv.contract.discovery.find import Content, Missing, yaml_files
from pv.contract.finding import Finding, Severity
from pv.contract.loader import load
from pv.contract.model import Contract
from pv.rules.coverage import judge_coverage
from pv.rules.model.catalogue import RULES
from pv.rules.running.validation import Validated, validate

_LACKING = frozenset({"BIND-001", "BIND-006"})
"""Rules that cannot be judged while a binding file is faulty: that no binding names an equation."""


@dataclass(frozen=True, slots=True)
class LintOptions:
    """Values of the verb's options."""

    selection: Selection
    format: str
    baseline: BaselineOptions
    strict: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    add_targets(parser)
    add_format(parser)
    add_baseline(parser)
    parser.add_argument("--strict", action="store_true", help="warnings fail too")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Judge contracts; exit code 0 only if there is one, no error and, if strict, no warning."""
    options = LintOptions(
        selection(arguments), arguments.format, baseline_options(arguments), arguments.strict
    )
    configuration = load_configuration(Path.cwd())
    paths, ids = paths_and_ids(options.selection.targets, configuration.contracts)
    files = [file for file in yaml_files(paths) if not isinstance(file, Missing)]
    found = [(item, load(Path(item.summary.file)).contract) for item in validate(files, None, 1)]
    contracts = [contract for _, contract in found if contract is not None]
    require_known(ids, contracts)
    named = options.selection.bindings or default_bindings(paths, configuration.contracts)
    bindings = tuple(_bindings(named))
    silent = _LACKING if len(bindings) < len(named) else frozenset()
    judged = list(_judged(found, bindings, ids, silent))
    stems = {contract.stem for contract in contracts if not ids or {*ids} & {*contract.ids}}
    whole = {str(binding.file) for binding in bindings if _contracts(binding) <= stems}
    asked = {item.summary.file for item in judged}
    beside = [_comments(each.file) for each in bindings if str(each.file) not in asked]
    in_part = {
        item.summary.file
        for item in (*judged, *beside)
        if item.summary.content is Content.BINDING and item.summary.file not in whole
    }
    judged += beside
    findings = weigh(judged, options.baseline, configuration, stderr, frozenset(RULES), in_part)
    count = sum(not ids or bool({*ids} & {*contract.ids}) for contract in contracts)
    report(findings, count, options.format, stdout, notes=True)
    return _exit_code({finding.severity for finding in findings}, count, strict=options.strict)


def _judged(
    found: Iterable[tuple[Validated, Contract | None]],
    bindings: Sequence[Binding],
    ids: Collection[str],
    silent: Collection[str],
) -> Iterator[Validated]:
    """Add to each file what goes beyond the format; ids leave out the files without them.

    `silent` are codes that are left out. What several contracts say of a binding file is told once.
    """
    told = set[Finding]()
    for item, contract in found:
        if contract is None:
            if not ids:
                yield item
        elif not ids or {*ids} & {*contract.ids}:
            judged = dict.fromkeys(judge_coverage(contract, bindings))
            more = [each for each in judged if each.code not in silent and each not in told]
            told.update(more)
            yield item._replace(findings=(*item.findings, *more))


def _comments(file: Path) -> Validated:
    """Return a file that was not asked for: only what its comments silence counts."""
    return Validated(validate([file], None, 1)[0].summary, ())


def _contracts(binding: Binding) -> set[str]:
    """Return the stems of the contracts that a binding speaks of."""
    return {entry.contract for entry in binding.implementations}


def _bindings(files: Iterable[Path]) -> Iterator[Binding]:
    """Yield the bindings that can be read; what is wrong with the others, validating says."""
    for file in files:
        loaded = load_binding(file)
        if isinstance(loaded, Binding):
            yield loaded


def _exit_code(severities: set[Severity], contracts: int, *, strict: bool) -> int:
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    if severities & failing:
        return exit_codes.DOES_NOT_HOLD
    return exit_codes.HOLDS if contracts else exit_codes.NOTHING_MEASURED
