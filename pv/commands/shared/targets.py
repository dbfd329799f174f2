"""Targets of a command line: files, folders and ids, and the contracts and bindings they name."""

import argparse
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.binding.loader import default_bindings, load_binding
from pv.binding.model import Binding
from pv.commands.shared import exit_codes
from pv.commands.shared.code import named_code
from pv.commands.shared.configuration import HOW_TO_BEGIN, existing, load_configuration
from pv.commands.shared.errors import UserFault
from pv.contract.discovery.find import Content, Missing, yaml_files
from pv.contract.discovery.read_bytes import read_bytes
from pv.contract.finding import Finding, Severity
from pv.contract.model import Contract
from pv.nearest import nearest
from pv.report.findings import as_text
from pv.report.screen import line, say
from pv.rules.policy import suppressions
from pv.rules.policy.project_severities import Policy
from pv.rules.running.examine import Examined, examine


@dataclass(frozen=True, slots=True)
class Selection:
    """Targets and binding files as they stand on the command line."""

    targets: tuple[str, ...]
    bindings: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Contracts and bindings that were loaded, with the paths and ids that name them."""

    contracts: tuple[Contract, ...]
    bindings: tuple[Binding, ...]
    paths: tuple[Path, ...]
    ids: tuple[str, ...]
    faulty: bool = False
    """True: contracts or binding files were left out, which were told."""

    def exit_code(self, code: int) -> int:
        """Return the exit code of a run: a faulty file is the user's to correct."""
        return exit_codes.USER_FAULT if self.faulty else code


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Declare the options that select contracts and bindings."""
    parser.add_argument(
        "targets", nargs="*", metavar="PATH|ID",
        help="contract file, folder, or id (default: everything below contracts/), or code with"
        " claims beside it, which no gate is about: package.module, one of its functions,"
        " module.py:LINE",
    )  # fmt: skip
    parser.add_argument(
        "--binding", action="append", type=Path, metavar="FILE", default=[],
        help="binding file (repeatable; default: the bindings/ folder beside the contracts)",
    )  # fmt: skip


def selection(arguments: argparse.Namespace) -> Selection:
    """Return the values of the options that `add_targets` declares."""
    return Selection(tuple(arguments.targets), tuple(arguments.binding))


def paths_and_ids(
    words: Iterable[str], default: Sequence[Path]
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Split words into paths and ids; without paths, return the default ones.

    Raises UserFault for a path that is not there.
    """
    words = tuple(words)
    paths = tuple(Path(word) for word in words if Path(word).exists())
    ids = tuple(word for word in words if not Path(word).exists())
    for word in ids:
        if word.endswith((".yaml", ".yml", "/")):
            raise UserFault(f"{word}: there is no such file or folder")
    for path in paths:
        if path.suffix == ".py":
            raise UserFault(
                f"{path}: code; `pv falsify` runs claims beside it; else {HOW_TO_BEGIN}"
            )
    missing = [path for path in default if not path.exists()]
    if ids and not paths and missing:
        raise UserFault(
            f"{ids[0]}: no code with claims has this name, and there is no folder {missing[0]}/"
            f" here; {HOW_TO_BEGIN}"
        )
    return paths or existing(default), ids


def gather(selected: Selection, stderr: TextIO) -> Asked:
    """Load the contracts and bindings of a selection; those that are faulty are told, and left out.

    Raises UserFault for a missing path, and where nothing is left.
    """
    configuration = load_configuration(Path.cwd())
    code = named_code(selected.targets)
    default = () if code.contracts else configuration.contracts
    paths, ids = paths_and_ids(code.others, default)
    files = [file for file in yaml_files(paths) if not isinstance(file, Missing)]
    contracts, faults = read_contracts(files, configuration.policy)
    bindings, more = read_bindings(
        selected.bindings or default_bindings(paths, configuration.contracts)
    )
    told = [*faults, *more]
    if told and not contracts and not code.contracts:
        raise UserFault("nothing was run, because of faults in the contracts:", *told)
    if told:
        say(stderr, "pv: these files are faulty and left out:", *told)
    named = paths if {*paths} & {*map(Path, selected.targets)} else ()
    return Asked(
        (*code.contracts, *contracts),
        (*code.bindings, *bindings),
        (*dict.fromkeys(each.file for each in code.contracts), *named),
        ids,
        faulty=bool(told),
    )


def require_known(ids: Collection[str], contracts: Iterable[Contract]) -> None:
    """Raise UserFault for an id that nothing has, naming the nearest ones."""
    names = {name for contract in contracts for name in contract.ids}
    for wanted in ids:
        if wanted not in names:
            near = [line(each) for each in nearest(wanted, names, count=3)]
            remedy = f"did you mean {' or '.join(near)}?" if near else "see the ids in contracts/"
            fact = "no contract has this id, and no file this name, nor code with claims"
            raise UserFault(f"{wanted}: {fact}; {remedy}")


def read_bindings(files: Iterable[Path]) -> tuple[tuple[Binding, ...], list[str]]:
    """Read binding files, and tell what is wrong with others; comments alone are passed over."""
    loaded = [load_binding(file) for file in files]
    bindings = tuple(each for each in loaded if isinstance(each, Binding))
    faulty = (each for each in loaded if not isinstance(each, Binding) and not _is_empty(each))
    return bindings, [as_text(each) for each in faulty]


def read_contracts(files: Iterable[Path], policy: Policy) -> tuple[tuple[Contract, ...], list[str]]:
    """Read contracts, and tell what is wrong with others.

    YAML that is something else, such as a binding file, is passed over.
    """
    contracts: list[Contract] = []
    faults: list[str] = []
    for file in files:
        data = read_bytes(file)
        if isinstance(data, Finding):
            faults.append(as_text([data]))
            continue
        examined = examine(data, file)
        if examined.summary.content is Content.CONTRACT or not examined.summary.readable:
            wrong = [*_errors(examined, policy)]
            faults += [as_text(wrong)] if wrong else []
            contracts += [examined.contract] if examined.contract and not wrong else []
    return tuple(contracts), faults


def _errors(examined: Examined, policy: Policy) -> Iterator[Finding]:
    summary = examined.summary
    found = policy.apply(suppressions.apply(summary.findings, summary.ignores, ()))
    return (each for each in found if each.severity is Severity.ERROR)


def _is_empty(findings: Iterable[Finding]) -> bool:
    """Return whether all that there is to say about a file is a note."""
    return all(finding.severity is Severity.NOTE for finding in findings)
