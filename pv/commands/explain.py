"""`pv explain`: a rule or a verdict in words, or a claim as pv reads it."""

import argparse
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.checks.reading.definitions import known_of
from pv.checks.reading.executability import allowed_by
from pv.claims import Definition
from pv.claims.domains.space import Space, Values
from pv.commands.shared import exit_codes
from pv.commands.shared.configuration import load_configuration
from pv.commands.shared.errors import UserFault
from pv.commands.shared.targets import paths_and_ids
from pv.contract.discovery.find import yaml_files
from pv.contract.loader import load
from pv.contract.model import Contract, Equation
from pv.contract.text import Text
from pv.evidence.verdict import Verdict
from pv.report.readings.claim_reading import reading
from pv.report.screen import hand_over, line, say
from pv.rules.model.pages import pages, reference


@dataclass(frozen=True, slots=True)
class ExplainOptions:
    """Values of the verb's options."""

    what: tuple[str, ...]
    all: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "what", nargs="*", metavar="CODE|VERDICT|ID|PATH",
        help="a rule such as SCHEMA-012, a verdict such as VACUOUS, or an id of the contracts at"
        " PATH (default: contracts/)",
    )  # fmt: skip
    parser.add_argument("--all", action="store_true", help="every rule, as docs/rules.md has them")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:  # noqa: ARG001
    """Print what explains rules and verdicts, and the claims that ids name."""
    options = ExplainOptions(tuple(arguments.what), arguments.all)
    if options.all == bool(options.what):
        raise UserFault("name a rule, a verdict or an id, or give --all")
    if options.all:
        hand_over(stdout, reference().rstrip("\n"))
        return exit_codes.HOLDS
    known = {code: page.markdown() for code, page in pages().items()}
    known |= {verdict.name: _of_verdict(verdict) for verdict in Verdict}
    codes = [word.upper() for word in options.what if word.upper() in known]
    if codes:
        say(stdout, "\n\n".join(known[code] for code in codes))
    rest = [word for word in options.what if word.upper() not in known]
    if not rest and codes:
        return exit_codes.HOLDS
    contracts, ids = _contracts(rest)
    for wanted in ids:
        found = [text for contract in contracts for text in _explained(contract, wanted)]
        if not found:
            names_known = [*known, *(name for contract in contracts for name in contract.ids)]
            raise UserFault(f"{wanted}: {_hint(wanted, names_known)}")
        say(stdout, "\n\n".join(found))
    return exit_codes.HOLDS


def _contracts(words: list[str]) -> tuple[list[Contract], tuple[str, ...]]:
    configuration = load_configuration(Path.cwd())
    default = [path for path in configuration.contracts if path.exists()]
    paths, ids = paths_and_ids(words, default)
    if not ids:
        raise UserFault("name a rule such as SCHEMA-012, a verdict, or an id of a contract")
    files = (file for file in yaml_files(paths) if isinstance(file, Path))
    loaded = (load(file).contract for file in files)
    return [contract for contract in loaded if contract is not None], ids


def _of_verdict(verdict: Verdict) -> str:
    code = "1" if verdict.fails else "0"
    if not verdict.measured:
        code = "4 if nothing else was asked for; 1 with `--strict`, or if a gate requires the claim"
    about = (verdict.shown, f"What to do: {verdict.remedy}", f"Exit code: {code}.")
    return "\n\n".join([f"## {verdict.name}", *about])


def _explained(contract: Contract, wanted: str) -> Iterator[str]:
    known = known_of(contract)
    nothing = Space({}, {}, ())
    everything = _joined(known.spaces.values())
    definitions = [*known.definitions.values()]
    for equation in contract.equations:
        if wanted in {equation.id, contract.stem}:
            space = known.spaces.get(equation.id, nothing)
            yield "\n\n".join(_of_equation(equation, space, definitions))
    for obligation in contract.obligations:
        if wanted in {obligation.id, contract.stem}:
            said = line(f"{obligation.id}: {obligation.type}")
            about = obligation.equation.value if obligation.equation else None
            space = known.spaces.get(about or "", everything)
            text = obligation.formal
            told = (
                reading("formal", text, space, definitions) if text else "  it has no formal text"
            )
            equal = f"\n    equal   {allowed_by(obligation.tolerance)}" if text else ""
            yield f"{said}\n{told}{equal}"
    for test in contract.tests:
        if wanted in {test.id, contract.stem}:
            said = line(f"{test.id}: falsification test")
            text = test.prediction
            told = reading("prediction", text, everything, definitions) if text else ""
            yield f"{said}\n{told}".rstrip()


def _of_equation(equation: Equation, space: Space, definitions: list[Definition]) -> Iterator[str]:
    fields = ("formula", "domain", "codomain")
    given = [(field, getattr(equation, field)) for field in fields]
    given += [("invariant", text) for text in equation.invariants]
    given += [("precondition", text) for text in equation.preconditions]
    yield line(f"{equation.id}: equation")
    for field, text in given:
        if isinstance(text, Text):
            yield reading(field, text, space, definitions)


def _joined(spaces: Iterable[Space]) -> Space:
    """Return the variables of several equations; the first that has a name says what it is."""
    variables: dict[str, Values] = {}
    for space in spaces:
        variables = {**space.variables, **variables}
    return Space(variables, {}, ())


def _hint(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=3) or difflib.get_close_matches(
        word.upper(), known, n=3
    )
    if near:
        return f"there is no such rule, verdict or id; did you mean {' or '.join(near)}?"
    return "there is no such rule, verdict or id; `pv explain --all` lists the rules"
