"""What falsify, prove and gate share: options, the contracts and bindings asked for, the run."""

import argparse
import difflib
import json
import os
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from pv.binding.loader import default_bindings, load_binding
from pv.binding.model import Binding
from pv.checks.model import Check
from pv.commands.errors import UserFault
from pv.contract.discovery import Content, Missing, recognise, yaml_files
from pv.contract.finding import Finding, Severity
from pv.contract.loader import Loaded, from_document
from pv.contract.model import Contract
from pv.contract.yaml_reader import Document, read_file
from pv.engines.outcome import DEFAULT_SEED, Options, Outcome
from pv.engines.portfolio import Session, run_checks
from pv.evidence.record import Evidence
from pv.evidence.store import Store
from pv.report.findings import finding_text
from pv.report.verdicts import as_text
from pv.rules.registry import judge

DEFAULT_FOLDER = Path("contracts")
EVIDENCE = Path(".pv/evidence.db")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user named: whole files and folders, or ids."""

    contracts: tuple[Contract, ...]
    bindings: tuple[Binding, ...]
    paths: tuple[Path, ...]
    ids: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that every checking verb has."""
    add_targets(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--fresh", action="store_true", help="run even where evidence answers")
    parser.add_argument("--strict", action="store_true", help="claims that did not run fail too")
    parser.add_argument(
        "--jobs",
        type=positive,
        metavar="N",
        default=os.cpu_count() or 1,
        help="systems under test running at once (default: one for each processor)",
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", default=DEFAULT_SEED, help="seed of the drawn cases"
    )


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Declare which contracts and bindings are meant."""
    parser.add_argument(
        "targets", nargs="*", metavar="PATH|ID",
        help="contract file, folder, or id (default: everything below contracts/)",
    )  # fmt: skip
    parser.add_argument(
        "--binding", action="append", type=Path, metavar="FILE", default=[],
        help="binding file (repeatable; default: the bindings/ folder beside the contracts)",
    )  # fmt: skip


def gather(arguments: argparse.Namespace) -> Asked:
    """Load the contracts and bindings that the arguments name.

    Raises UserFault for a missing path, an unreadable or faulty contract, or none at all.
    """
    paths = tuple(Path(word) for word in arguments.targets if Path(word).exists())
    ids = tuple(word for word in arguments.targets if not Path(word).exists())
    folders = paths or (DEFAULT_FOLDER,)
    for word in ids:
        if word.endswith((".yaml", ".yml", "/")):
            raise UserFault(f"{word}: there is no such file or folder")
    if not paths and not DEFAULT_FOLDER.exists():
        raise UserFault("there is no folder contracts/ here; name a contract file or folder")
    contracts = _load_all(file for file in yaml_files(folders) if not isinstance(file, Missing))
    files = arguments.binding or default_bindings(folders)
    bindings = tuple(_accepted(load_binding(file)) for file in files)
    return Asked(contracts, bindings, paths, ids)


def require_known(asked: Asked) -> None:
    """Raise UserFault for an id that nothing has, naming the nearest ones."""
    names = {name for contract in asked.contracts for name in contract.ids}
    for wanted in asked.ids:
        if wanted not in names:
            near = difflib.get_close_matches(wanted, names, n=3)
            remedy = f"did you mean {' or '.join(near)}?" if near else "see the ids in contracts/"
            raise UserFault(f"{wanted}: no contract has this id, and no file this name; {remedy}")


def select(checks: Iterable[Check], asked: Asked) -> tuple[Check, ...]:
    """Keep the checks that an id names; without ids, all of them.

    Raises UserFault for an id that nothing has.
    """
    require_known(asked)
    ids = set(asked.ids)
    return tuple(check for check in checks if not ids or ids & {check.id, *check.aliases})


def decide(
    checks: Sequence[Check],
    arguments: argparse.Namespace,
    asked: Asked,
    show: Callable[[Evidence], None],
    *,
    cases: int | None = None,
    case: dict[str, Any] | None = None,
) -> tuple[Evidence, ...]:
    """Run checks as the arguments say, or answer them from evidence."""
    session = Session(
        options=Options(seed=arguments.seed, jobs=arguments.jobs, cases=cases, case=case),
        store=Store(EVIDENCE),
        fresh=arguments.fresh,
        replay=lambda check, outcome: _replay(check, outcome, asked, arguments),
        done=show,
    )
    return run_checks(checks, session)


def shower(arguments: argparse.Namespace, stdout: TextIO) -> Callable[[Evidence], None]:
    """Print each result as soon as it is there, unless one JSON object is asked for."""
    if arguments.format == "json":
        return lambda _: None
    return lambda evidence: print(as_text(evidence), file=stdout, flush=True)


def _load_all(files: Iterable[Path]) -> tuple[Contract, ...]:
    loaded = [result for file in files if (result := _load(file))]
    faults = [finding for result in loaded for finding in _errors(result.findings)]
    contracts = tuple(result.contract for result in loaded if result.contract is not None)
    faults += [finding for contract in contracts for finding in _errors(judge(contract))]
    if faults:
        shown = "\n".join(finding_text(finding) for finding in faults)
        raise UserFault(f"nothing was run, because of faults in the contracts:\n{shown}")
    return contracts


def _load(file: Path) -> Loaded | None:
    """Load a contract; None for YAML that is something else, such as a binding file."""
    document = read_file(file)
    if not isinstance(document, Document):
        return Loaded(None, document, readable=False)
    is_contract = recognise(document.value) is Content.CONTRACT
    return from_document(document) if is_contract else None


def _accepted(loaded: Binding | tuple[Finding, ...]) -> Binding:
    if isinstance(loaded, Binding):
        return loaded
    shown = "\n".join(finding_text(finding) for finding in loaded)
    raise UserFault(f"nothing was run, because of faults in a binding file:\n{shown}")


def _errors(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _replay(
    check: Check, outcome: Outcome, asked: Asked, arguments: argparse.Namespace
) -> str | None:
    if outcome.counterexample is None or outcome.processes == 0:
        return None
    bindings = [word for file in arguments.binding for word in ("--binding", str(file))]
    case = json.dumps(outcome.counterexample, ensure_ascii=False)
    words = ["pv", "falsify", check.id, *map(str, asked.paths), *bindings, "--case", case]
    return shlex.join(words)


def positive(text: str) -> int:
    """Read a command-line number that must be 1 or more."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value
