"""`pv status`: what is known of each of some contracts, and how much of them can be read."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.binding.loader import default_bindings, load_binding
from pv.binding.model import Binding
from pv.checks.freshness import Known
from pv.checks.model import Check, NotExecutable
from pv.checks.planner import plan_checks
from pv.checks.standing.contract_standing import ContractStanding, Held, standing
from pv.checks.standing.evidence_levels import count_levels
from pv.checks.standing.readability import Count, add_counts, count_claims
from pv.checks.standing.verdict_counts import count_runs
from pv.commands.shared import exit_codes
from pv.commands.shared.checking import evidence
from pv.commands.shared.configuration import load_configuration
from pv.commands.shared.errors import UserFault
from pv.commands.shared.targets import paths_and_ids
from pv.contract.discovery.find import Content, recognise, yaml_files
from pv.contract.discovery.read_bytes import read_bytes
from pv.contract.finding import Severity
from pv.contract.loader import from_document
from pv.contract.yaml.document import Document
from pv.contract.yaml.reader import read
from pv.evidence.record import strongest
from pv.evidence.store import Store
from pv.report.screen import hand_over, say
from pv.report.status_counts import Status, as_json, as_text


@dataclass(frozen=True, slots=True)
class StatusOptions:
    """Values of the verb's options."""

    paths: tuple[str, ...]
    format: str


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is known of one contract."""

    standing: ContractStanding
    held: tuple[Held, ...]
    texts: Mapping[str, Count]


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """A contract that does not follow the format, or a file of which nothing can be told."""

    file: Path


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
    loaded = {file: load_binding(file) for file in default_bindings(paths, configuration.contracts)}
    bindings = tuple(each for each in loaded.values() if isinstance(each, Binding))
    with evidence(stderr) as store:
        known = Known(store)
        files = (file for file in yaml_files(paths) if isinstance(file, Path))
        # one file after the other, so that its texts are read once
        found = [_look(file, bindings, known, store) for file in files]
    contracts = [each for each in found if isinstance(each, _Counted)]
    left_out = [each.file for each in found if isinstance(each, _LeftOut)]
    faulty = [file for file, each in loaded.items() if _is_faulty(each)]
    for file in dict.fromkeys((*left_out, *faulty)):
        say(stderr, f"pv: {file} is left out; `pv validate` says what is wrong with it")
    status = _sum(contracts, len(left_out))
    if options.format == "json":
        hand_over(stdout, as_json(status))
    else:
        say(stdout, as_text(status))
    if left_out or faulty:
        return exit_codes.USER_FAULT
    return exit_codes.HOLDS if contracts else exit_codes.NOTHING_MEASURED


def _look(
    file: Path, bindings: tuple[Binding, ...], known: Known, store: Store
) -> _Counted | _LeftOut | None:
    """Return what is known of a contract; None for a file that is none."""
    data = read_bytes(file)
    if not isinstance(data, bytes):
        return _LeftOut(file)
    document = read(data, str(file))
    if not isinstance(document, Document):  # a file of comments has notes alone
        broken = any(each.severity is Severity.ERROR for each in document)
        return _LeftOut(file) if broken else None
    if recognise(document.value) is not Content.CONTRACT:
        return None
    contract = from_document(document).contract
    if contract is None:
        return _LeftOut(file)
    held = tuple(_held(check, known, store) for check in plan_checks(contract, bindings))
    return _Counted(standing(contract, held), held, count_claims([contract]))


def _is_faulty(loaded: object) -> bool:
    """Return whether there are errors in place of a binding."""
    return isinstance(loaded, tuple) and any(each.severity is Severity.ERROR for each in loaded)


def _sum(contracts: Sequence[_Counted], left_out: int) -> Status:
    pairs = [(each.check, each.fresh) for counted in contracts for each in counted.held]
    return Status(
        contracts=tuple(each.standing for each in contracts),
        left_out=left_out,
        runs=count_runs(pairs),
        levels=count_levels(pairs),
        claims=add_counts(each.texts for each in contracts),
    )


def _held(check: Check, known: Known, store: Store) -> Held:
    fresh = strongest(known.find(check))
    runs = not isinstance(check.plan, NotExecutable)
    return Held(check, fresh, runs and fresh is None and store.latest(check.key) is not None)
