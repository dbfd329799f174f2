"""`pv status`: how much of some contracts can be run, and how far evidence has come."""

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.binding.loader import default_bindings, load_binding
from pv.binding.model import Binding
from pv.checks.model import Check
from pv.checks.planner import plan_checks
from pv.checks.standing.evidence_levels import Level, count_levels
from pv.checks.standing.readability import Count, count_claims
from pv.claims import FIELDS
from pv.commands.shared import exit_codes
from pv.commands.shared.checking import EVIDENCE
from pv.commands.shared.configuration import load_configuration
from pv.commands.shared.errors import UserFault
from pv.commands.shared.targets import paths_and_ids
from pv.contract.discovery.find import Content, yaml_files
from pv.contract.discovery.read_bytes import read_bytes
from pv.evidence.record import Evidence
from pv.evidence.store import Store
from pv.plural import number_of
from pv.rules.running.examine import examine


@dataclass(frozen=True, slots=True)
class StatusOptions:
    """Values of the verb's options."""

    paths: tuple[str, ...]
    format: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="contract file or folder (default: contracts/)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Count claims and checks; exit code 0 if there is a contract."""
    options = StatusOptions(tuple(arguments.paths), arguments.format)
    configuration = load_configuration(Path.cwd())
    paths, ids = paths_and_ids(options.paths, configuration.contracts)
    if ids:
        raise UserFault(f"{ids[0]}: there is no such file or folder")
    contracts, faulty = [], []
    for file in (file for file in yaml_files(paths) if isinstance(file, Path)):
        data = read_bytes(file)
        found = examine(data, file) if isinstance(data, bytes) else None
        if found is not None and found.contract is not None:
            contracts.append(found.contract)
        elif found is None or found.summary.content is Content.CONTRACT:
            faulty.append(file)
    for file in faulty:
        print(f"pv: {file} is left out; `pv validate` says what is wrong with it", file=stderr)
    loaded = map(load_binding, default_bindings(paths))
    bindings = tuple(binding for binding in loaded if isinstance(binding, Binding))
    checks = [check for contract in contracts for check in plan_checks(contract, bindings)]
    claims, levels = count_claims(contracts), count_levels(checks, _finder())
    show = _as_json if options.format == "json" else _as_text
    print(show(len(contracts), len(faulty), claims, levels), file=stdout)
    return exit_codes.HOLDS if contracts else exit_codes.NOTHING_MEASURED


def _finder() -> Callable[[Check], Evidence | None]:
    store = Store(EVIDENCE)

    def find(check: Check) -> Evidence | None:
        return store.find(check.id, check.digests)

    return find


def _as_json(
    contracts: int, faulty: int, claims: Mapping[str, Count], levels: Mapping[Level, int]
) -> str:
    told = {
        "schema": "pv.status/1",
        "contracts": contracts,
        "faulty": faulty,
        "claims": {field: count._asdict() for field, count in claims.items()},
        "levels": {level.name: count for level, count in levels.items()},
    }
    return json.dumps(told, indent=2)


def _as_text(
    contracts: int, faulty: int, claims: Mapping[str, Count], levels: Mapping[Level, int]
) -> str:
    left_out = f", {faulty} left out" if faulty else ""
    head = f"{number_of(contracts, 'contract')}{left_out}"
    lines = [head, "", "texts that can be read:"]
    for field, count in claims.items():
        share = f"{100 * count.parsed / count.total:4.0f} %" if count.total else "      "
        lines.append(f"  {field:13}{count.parsed:5} of {count.total:5} {share}   {FIELDS[field]}")
    lines += ["", "checks by level:"]
    lines += [f"  {level.name:8}{count:5}   {level.value}" for level, count in levels.items()]
    return "\n".join(lines)
