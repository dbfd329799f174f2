"""`pv status`: how much of some contracts has run, can run, and can be read."""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.binding.loader import default_bindings, load_binding
from pv.binding.model import Binding
from pv.checks.freshness import Known
from pv.checks.planner import plan_checks
from pv.checks.standing.evidence_levels import count_levels
from pv.checks.standing.readability import count_claims
from pv.checks.standing.verdict_counts import count_runs
from pv.commands.shared import exit_codes
from pv.commands.shared.checking import evidence
from pv.commands.shared.configuration import load_configuration
from pv.commands.shared.errors import UserFault
from pv.commands.shared.targets import paths_and_ids
from pv.contract.discovery.find import Content, yaml_files
from pv.contract.discovery.read_bytes import read_bytes
from pv.contract.finding import Severity
from pv.contract.model import Contract
from pv.evidence.record import strongest
from pv.evidence.store import Store
from pv.report.screen import hand_over, say
from pv.report.status_counts import Status, as_json, as_text
from pv.rules.running.examine import examine


@dataclass(frozen=True, slots=True)
class StatusOptions:
    """Values of the verb's options."""

    paths: tuple[str, ...]
    format: str


@dataclass(frozen=True, slots=True)
class _Files:
    """Contracts, and the files that are left out."""

    contracts: tuple[Contract, ...]
    faulty: tuple[Path, ...]
    """Contracts that do not follow the format."""
    unreadable: tuple[Path, ...]
    """Files of which nothing can be told, not even whether they are contracts."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="contract file or folder (default: contracts/)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Count; exit code 2 if a file is left out, 4 if there is no contract."""
    options = StatusOptions(tuple(arguments.paths), arguments.format)
    configuration = load_configuration(Path.cwd())
    paths, ids = paths_and_ids(options.paths, configuration.contracts)
    if ids:
        raise UserFault(f"{ids[0]}: there is no such file or folder")
    files = _read(file for file in yaml_files(paths) if isinstance(file, Path))
    loaded = {file: load_binding(file) for file in default_bindings(paths, configuration.contracts)}
    bindings = tuple(each for each in loaded.values() if isinstance(each, Binding))
    faulty_bindings = (file for file, each in loaded.items() if _is_faulty(each))
    left_out = dict.fromkeys((*files.faulty, *files.unreadable, *faulty_bindings))
    for file in left_out:
        say(stderr, f"pv: {file} is left out; `pv validate` says what is wrong with it")
    with evidence(stderr) as store:
        status = _count(files, bindings, store)
    if options.format == "json":
        hand_over(stdout, as_json(status))
    else:
        say(stdout, as_text(status))
    if left_out:
        return exit_codes.USER_FAULT
    return exit_codes.HOLDS if files.contracts else exit_codes.NOTHING_MEASURED


def _read(files: Iterable[Path]) -> _Files:
    contracts, faulty, unreadable = [], [], []
    for file in files:
        data = read_bytes(file)
        found = examine(data, file) if isinstance(data, bytes) else None
        if found is None or not found.summary.readable:
            unreadable.append(file)
        elif found.contract is not None:
            contracts.append(found.contract)
        elif found.summary.content is Content.CONTRACT:
            faulty.append(file)
    return _Files(tuple(contracts), tuple(faulty), tuple(unreadable))


def _is_faulty(loaded: object) -> bool:
    """Return whether there are errors in place of a binding."""
    return isinstance(loaded, tuple) and any(each.severity is Severity.ERROR for each in loaded)


def _count(files: _Files, bindings: tuple[Binding, ...], store: Store) -> Status:
    known = Known(store)
    checks = [check for contract in files.contracts for check in plan_checks(contract, bindings)]
    with_evidence = [(check, strongest(known.find(check))) for check in checks]
    return Status(
        contracts=len(files.contracts),
        left_out=len(files.faulty) + len(files.unreadable),
        runs=count_runs(with_evidence),
        levels=count_levels(with_evidence),
        claims=count_claims(files.contracts),
    )
