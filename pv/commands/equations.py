"""`pv equations`: the formulas of contracts, as text, LaTeX, Python or JSON."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

from pv.claims import Fault, Node, read_field, render
from pv.commands.shared import exit_codes
from pv.commands.shared.configuration import load_configuration
from pv.commands.shared.targets import paths_and_ids, require_known
from pv.contract.discovery.find import yaml_files
from pv.contract.loader import load
from pv.contract.model import Contract
from pv.contract.text import Text
from pv.python_source import NoPython, python_source
from pv.report.readings.latex import latex
from pv.report.screen import as_json, hand_over, line, lines, say


class Formula(NamedTuple):
    """The formula of one equation, as it is written and as it is read."""

    contract: str
    equation: str
    text: Text
    read: tuple[Node, ...] | Fault


def _python(node: Node) -> str:
    try:
        return python_source(node)
    except NoPython as reason:
        return f"# {reason}"


RENDERINGS: Mapping[str, Callable[[Node], str]] = {
    "text": render,
    "latex": lambda node: f"\\[ {latex(node)} \\]",
    "python": _python,
}


@dataclass(frozen=True, slots=True)
class EquationsOptions:
    """Values of the verb's options."""

    targets: tuple[str, ...]
    format: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "targets", nargs="*", metavar="PATH|ID",
        help="contract file, folder, or id of a contract or equation (default: contracts/)",
    )  # fmt: skip
    parser.add_argument("--format", choices=(*RENDERINGS, "json"), default="text")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the formulas; exit code 4 if there is none that can be read."""
    options = EquationsOptions(tuple(arguments.targets), arguments.format)
    configuration = load_configuration(Path.cwd())
    paths, ids = paths_and_ids(options.targets, configuration.contracts)
    contracts = [*_contracts(paths, stderr)]
    require_known(ids, contracts)
    wanted = {*ids}
    formulas = [
        each
        for contract in contracts
        for each in _formulas(contract)
        if not wanted or wanted & {each.equation, each.contract}
    ]
    if options.format == "json":
        hand_over(stdout, _as_json(formulas))
    else:
        _print(formulas, options.format, stdout)
    read = any(not isinstance(each.read, Fault) for each in formulas)
    return exit_codes.HOLDS if read else exit_codes.NOTHING_MEASURED


def _contracts(paths: Iterable[Path], stderr: TextIO) -> Iterator[Contract]:
    for file in yaml_files(paths):
        if not isinstance(file, Path):
            continue
        loaded = load(file)
        if loaded.contract is not None:
            yield loaded.contract
        elif loaded.findings:
            say(stderr, f"pv: {file} is left out; `pv validate` says what is wrong with it")


def _formulas(contract: Contract) -> Iterator[Formula]:
    for equation in contract.equations:
        if equation.formula is not None:
            read = read_field("formula", equation.formula.value)
            yield Formula(contract.stem, equation.id, equation.formula, read)


def _print(formulas: Iterable[Formula], form: str, stdout: TextIO) -> None:
    comment = "%" if form == "latex" else "#"
    for formula in formulas:
        say(stdout, line(f"{comment} {formula.contract}: {formula.equation}"))
        if isinstance(formula.read, Fault):
            say(stdout, line(f"{comment} prose: {formula.read.message}"))
        else:
            say(stdout, lines(*map(RENDERINGS[form], formula.read)))


def _as_json(formulas: Iterable[Formula]) -> str:
    told = {"schema": "pv.equations/1", "equations": [_record(each) for each in formulas]}
    return as_json(told)


def _record(formula: Formula) -> dict[str, object]:
    place = formula.text.location
    record: dict[str, object] = {
        "contract": formula.contract,
        "equation": formula.equation,
        "file": str(place.file),
        "line": place.line,
        "column": place.column,
        "formula": formula.text.value.strip(),
    }
    if isinstance(formula.read, Fault):
        where = formula.text.locate(formula.read.start, formula.read.end)
        return record | {"prose": f"{where}: {formula.read.message}", "statements": []}
    return record | {"prose": None, "statements": [_statement(each) for each in formula.read]}


def _statement(node: Node) -> dict[str, str | None]:
    try:
        python: str | None = python_source(node)
    except NoPython:
        python = None
    return {"text": render(node), "latex": latex(node), "python": python}
