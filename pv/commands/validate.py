"""`pv validate`: whether each file is a contract that says what its author meant."""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.binding.loader import load_binding
from pv.binding.model import Binding
from pv.commands import exit_codes
from pv.commands.errors import UserFault
from pv.commands.findings import add_format, report
from pv.contract.discovery import Content, Missing, recognise, yaml_files
from pv.contract.finding import Finding, Location, Severity
from pv.contract.loader import from_document
from pv.contract.yaml_reader import Document, read_file
from pv.rules.registry import judge


@dataclass(frozen=True, slots=True)
class Judged:
    """What one file turned out to be, and what there is to say about it."""

    content: Content
    findings: tuple[Finding, ...]
    readable: bool = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "paths", nargs="*", type=Path, default=[Path("contracts")], metavar="PATH",
        help="contract file or folder (default: contracts/)",
    )  # fmt: skip
    add_format(parser)
    parser.add_argument(
        "--notes", action="store_true", help="show notes too, such as claims that are prose"
    )


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:  # noqa: ARG001
    """Validate; exit code 0 only if there is a contract and no error."""
    judged = [judge_file(file) for file in _files(arguments.paths)]
    contracts = sum(item.content is Content.CONTRACT for item in judged)
    findings = [finding for item in judged for finding in item.findings]
    print(report(findings, contracts, arguments.format, notes=arguments.notes), file=stdout)
    return _exit_code(judged, contracts)


def judge_file(file: Path) -> Judged:
    """Read a file as what it is, and say what is wrong with it."""
    document = read_file(file)
    if not isinstance(document, Document):
        return Judged(Content.OTHER, document, readable=False)
    content = recognise(document.value)
    if content is Content.BINDING:
        loaded = load_binding(file)
        return Judged(content, () if isinstance(loaded, Binding) else loaded)
    if content is Content.OTHER:
        return Judged(content, (_not_a_contract(file),))
    loaded_contract = from_document(document)
    contract = loaded_contract.contract
    judgements = tuple(judge(contract)) if contract else ()
    return Judged(content, (*loaded_contract.findings, *judgements))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for file in yaml_files(paths):
        if isinstance(file, Missing):
            raise UserFault(f"{file.path}: there is no such file or folder")
        yield file


def _not_a_contract(file: Path) -> Finding:
    message = "not a contract: it has neither `metadata` nor any block of one"
    remedy = "list it in .pvignore if it belongs here"
    place = Location(str(file), 1, 1, 1, 1)
    return Finding("FILE-001", Severity.WARNING, message, remedy, place)


def _exit_code(judged: list[Judged], contracts: int) -> int:
    if not all(item.readable for item in judged):
        return exit_codes.USER_FAULT
    severities = {finding.severity for item in judged for finding in item.findings}
    if Severity.ERROR in severities:
        return exit_codes.DOES_NOT_HOLD
    return exit_codes.HOLDS if contracts else exit_codes.NOTHING_MEASURED
