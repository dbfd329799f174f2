"""`pv generate`: write checks as pytest modules, or tell whether those on disk are current."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.checks.planner import plan_checks
from pv.commands.shared import checking, exit_codes
from pv.commands.shared.errors import UserFault
from pv.commands.shared.targets import Asked, Selection, add_targets, gather, selection
from pv.commands.shared.written_files import make_folder, text_there, write_whole
from pv.generate.module import Module, NoFormatter, contract_of, digest_of, write_module
from pv.plural import number_of
from pv.report.screen import line, say

DEFAULT_FOLDER = Path("tests/contracts")


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """Values of the verb's options."""

    selection: Selection
    output: Path
    check: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    add_targets(parser)
    parser.add_argument(
        "--output", type=Path, metavar="DIR", default=DEFAULT_FOLDER,
        help="folder of the modules (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit code 1 if a module is not current"
    )


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Write modules; exit code 4 when there is nothing that can be written down."""
    options = GenerateOptions(selection(arguments), arguments.output, arguments.check)
    asked, folder = gather(options.selection, stderr), options.output
    try:
        modules = tuple(_modules(asked))
    except NoFormatter as fault:
        raise UserFault(str(fault)) from fault
    written = [module for module in modules if module.tests]
    _require_names(written, folder)
    if not written:
        say(stderr, "nothing here can be written as a test: nothing was generated")
        return asked.exit_code(exit_codes.NOTHING_MEASURED)
    if options.check:
        return asked.exit_code(_check(written, folder, stdout))
    for module in written:
        if foreign := _foreign(module, folder / module.name):
            raise UserFault(foreign)
    make_folder(folder)
    for module in written:
        write_whole(folder / module.name, module.text)
        say(stdout, f"{folder / module.name}: {_counted(module)}")
        for name, reason in module.left_out:
            say(stdout, line(f"  not {name}: {reason}"))
    return asked.exit_code(exit_codes.HOLDS)


def _modules(asked: Asked) -> Iterator[Module]:
    for contract in asked.contracts:
        checks = checking.select(plan_checks(contract, asked.bindings), asked)
        yield write_module(contract, checks, asked.bindings)


def _require_names(modules: list[Module], folder: Path) -> None:
    """Raise UserFault where two contracts would be one file."""
    known: dict[str, Module] = {}
    for module in modules:
        other = known.setdefault(module.name, module)
        if other is not module:
            raise UserFault(
                f"{other.contract} and {module.contract} would both be {folder / module.name};"
                " rename one, or generate each with an --output of its own"
            )


def _foreign(module: Module, file: Path) -> str | None:
    """Return why a file on disk is not to be overwritten: it is not the module of this contract."""
    there = text_there(file)
    if there is None:
        return None
    made_from = contract_of(there)
    if made_from is None:
        return f"{file}: it was not written by `pv generate`; move it, or give another --output"
    if made_from != module.contract and Path(made_from).is_file():
        return (
            f"{file} is of {made_from}, and that of {module.contract} would have the same name;"
            " rename a contract, or generate each with an --output of its own"
        )
    return None


def _check(modules: list[Module], folder: Path, stdout: TextIO) -> int:
    faults = [(module, fault) for module in modules if (fault := _fault(module, folder))]
    for module, fault in faults:
        say(stdout, f"{folder / module.name}: {fault}")
    current = len(modules) - len(faults)
    say(stdout, f"{current} of {number_of(len(modules), 'module')} current")
    return exit_codes.DOES_NOT_HOLD if faults else exit_codes.HOLDS


def _fault(module: Module, folder: Path) -> str | None:
    """Return what is wrong with the module on disk."""
    file = folder / module.name
    text = text_there(file)
    if text is None:
        return "missing; run `pv generate`"
    if text == module.text:
        return None
    if digest_of(text) == digest_of(module.text):
        return "edited by hand; change the contract, and run `pv generate`"
    return "stale: the contract or its binding has changed; run `pv generate`"


def _counted(module: Module) -> str:
    left = f", {number_of(len(module.left_out), 'claim')} left out" if module.left_out else ""
    return f"{number_of(module.tests, 'test')}{left}"
