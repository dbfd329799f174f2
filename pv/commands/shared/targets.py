"""Targets of a command line: files, folders and ids, and the contracts and bindings they name."""

import argparse
import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pv.binding.loader import default_bindings, load_binding
from pv.binding.model import Binding
from pv.commands.shared.configuration import load_configuration
from pv.commands.shared.errors import UserFault
from pv.contract.discovery.find import Content, Missing, yaml_files
from pv.contract.discovery.read_bytes import read_bytes
from pv.contract.finding import Finding, Severity
from pv.contract.model import Contract
from pv.report.findings import finding_text
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


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Declare the options that select contracts and bindings."""
    parser.add_argument(
        "targets", nargs="*", metavar="PATH|ID",
        help="contract file, folder, or id (default: everything below contracts/)",
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
    for path in () if paths else default:
        if not path.exists():
            raise UserFault(f"there is no folder {path}/ here; name a contract file or folder")
    return paths or tuple(default), ids


def gather(selected: Selection) -> Asked:
    """Load the contracts and bindings of a selection.

    Raises UserFault for a missing path, an unreadable or faulty contract, or none at all.
    """
    configuration = load_configuration(Path.cwd())
    paths, ids = paths_and_ids(selected.targets, configuration.contracts)
    files = [file for file in yaml_files(paths) if not isinstance(file, Missing)]
    contracts = read_contracts(files, configuration.policy)
    bindings = selected.bindings or default_bindings(paths)
    named = paths if {*paths} & {*map(Path, selected.targets)} else ()
    return Asked(contracts, read_bindings(bindings), named, ids)


def require_known(ids: Collection[str], contracts: Iterable[Contract]) -> None:
    """Raise UserFault for an id that nothing has, naming the nearest ones."""
    names = {name for contract in contracts for name in contract.ids}
    for wanted in ids:
        if wanted not in names:
            near = difflib.get_close_matches(wanted, names, n=3)
            remedy = f"did you mean {' or '.join(near)}?" if near else "see the ids in contracts/"
            raise UserFault(f"{wanted}: no contract has this id, and no file this name; {remedy}")


def read_bindings(files: Iterable[Path]) -> tuple[Binding, ...]:
    """Read binding files, those that hold only comments passed over.

    Raises UserFault for one that is faulty.
    """
    loaded = (load_binding(file) for file in files)
    return tuple(_accepted(each) for each in loaded if not _is_empty(each))


def read_contracts(files: Iterable[Path], policy: Policy) -> tuple[Contract, ...]:
    """Read contracts; YAML that is something else, such as a binding file, is passed over.

    Raises UserFault for contracts that are faulty.
    """
    examined = [examined for file in files if (examined := _examined(file))]
    faults = [
        finding_text(finding)
        for each in examined
        for finding in policy.apply(
            suppressions.apply(each.summary.findings, each.summary.ignores, ())
        )
        if finding.severity is Severity.ERROR
    ]
    if faults:
        shown = "\n".join(faults)
        raise UserFault(f"nothing was run, because of faults in the contracts:\n{shown}")
    return tuple(each.contract for each in examined if each.contract is not None)


def _examined(file: Path) -> Examined | None:
    data = read_bytes(file)
    if isinstance(data, Finding):
        raise UserFault(finding_text(data))
    examined = examine(data, file)
    contract = examined.summary.content is Content.CONTRACT or not examined.summary.readable
    return examined if contract else None


def _is_empty(loaded: Binding | tuple[Finding, ...]) -> bool:
    """Return whether all that there is to say about a file is a note."""
    return not isinstance(loaded, Binding) and all(
        finding.severity is Severity.NOTE for finding in loaded
    )


def _accepted(loaded: Binding | tuple[Finding, ...]) -> Binding:
    if isinstance(loaded, Binding):
        return loaded
    shown = "\n".join(finding_text(finding) for finding in loaded)
    raise UserFault(f"nothing was run, because of faults in a binding file:\n{shown}")
