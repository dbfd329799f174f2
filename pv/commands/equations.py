"""`pv equations`: the formulas of contracts, as text, LaTeX or Python."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from pv.claims import Fault, Node, read_field, render
from pv.claims.latex import latex
from pv.claims.python_source import NoPython, python_source
from pv.commands import exit_codes
from pv.commands.configuration import load_configuration
from pv.commands.targets import paths_and_ids, require_known
from pv.contract.discovery import yaml_files
from pv.contract.loader import load
from pv.contract.model import Contract


def _python(node: Node) -> str:
    try:
        return python_source(node)
    except NoPython as reason:
        return f"# {reason}"


FORMATS: Mapping[str, Callable[[Node], str]] = {
    "text": render,
    "latex": lambda node: f"\\[ {latex(node)} \\]",
    "python": _python,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "targets", nargs="*", metavar="PATH|ID",
        help="contract file, folder, or id of a contract or equation (default: contracts/)",
    )  # fmt: skip
    parser.add_argument("--format", choices=tuple(FORMATS), default="text")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:  # noqa: ARG001
    """Print the formulas; exit code 4 if there is none that can be read."""
    configuration = load_configuration(Path.cwd())
    paths, ids = paths_and_ids(arguments.targets, configuration.contracts)
    files = (file for file in yaml_files(paths) if isinstance(file, Path))
    loaded = (load(file).contract for file in files)
    contracts = [contract for contract in loaded if contract is not None]
    require_known(ids, contracts)
    comment = "%" if arguments.format == "latex" else "#"
    read = 0
    for contract in contracts:
        for name, trees in _formulas(contract):
            if ids and not {name, contract.stem} & {*ids}:
                continue
            print(f"{comment} {contract.stem}: {name}", file=stdout)
            if isinstance(trees, Fault):
                print(f"{comment} prose: {trees.message}", file=stdout)
                continue
            read += 1
            print("\n".join(map(FORMATS[arguments.format], trees)), file=stdout)
    return exit_codes.HOLDS if read else exit_codes.NOTHING_MEASURED


def _formulas(contract: Contract) -> Iterator[tuple[str, tuple[Node, ...] | Fault]]:
    for equation in contract.equations:
        if equation.formula is not None:
            yield equation.id, read_field("formula", equation.formula.value)
