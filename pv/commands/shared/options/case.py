"""`--case`: one case of one check, and the line that runs a counterexample again."""

import argparse
import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pv.binding.drawn_kinds import KINDS
from pv.binding.model import Binding
from pv.checks.model import (
    Check,
    Enumeration,
    Experiment,
    Formulas,
    Induction,
    Kind,
    StateMachine,
    Stubbed,
)
from pv.checks.steps import STEPS, can_be_read, read_steps
from pv.claims.values import Value
from pv.commands.shared.errors import UserFault
from pv.contract.model import Contract
from pv.engines.outcome import Outcome

_VERBS = {Kind.OBLIGATION: "prove", Kind.SYMBOLIC: "prove"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the option."""
    parser.add_argument(
        "--case", type=_case, metavar="JSON", help="run just this case, as a replay does"
    )


def require_one(case: Mapping[str, Value] | None, checks: Sequence[Check]) -> None:
    """Raise UserFault for a case that is not one of the only check that is named."""
    if case is None:
        return
    if len(checks) != 1:
        raise UserFault(f"--case needs exactly one test, and {len(checks)} are named")
    (check,) = checks
    names = _names(check)
    if names is None:
        raise UserFault(f"--case: {check.name} has no cases that could be given")
    if {*case} != {*names}:
        told, wanted = ", ".join(case) or "nothing", ", ".join(names) or "nothing"
        raise UserFault(f"--case: {check.id} is given {wanted}, not {told}")
    given = check.plan.given if isinstance(check.plan, Experiment) else {}
    for name, domain in given.items():
        if case[name] not in domain:
            raise UserFault(f"--case: {name} = {case[name]!r} is not in {domain}")
    if isinstance(check.plan, StateMachine):
        try:
            read_steps(check.plan, case[STEPS])
        except ValueError as fault:
            raise UserFault(f"--case: {fault}") from fault


def _names(check: Check) -> list[str] | None:
    """Return the variables of a case; None where a case is none of values alone."""
    match check.plan:
        case Experiment(given=given):
            return [*given]
        case Enumeration(domains=domains) | Induction(sample=Enumeration(domains=domains)):
            return [*domains]
        case StateMachine():
            return [STEPS]
        case Formulas(space=space) | Stubbed(given=Formulas(space=space)):
            return [*dict.fromkeys((*space.variables, *sorted(space.size_names()), *space.objects))]
    return None


@dataclass(frozen=True, slots=True)
class Again:
    """The words of a command line that a replay has in common with it."""

    contracts: Sequence[Contract]
    paths: Sequence[Path]
    bindings: Sequence[Binding]
    files: Sequence[Path]
    """Binding files that were named."""
    seed: int

    def line(self, check: Check, outcome: Outcome) -> str | None:
        """Return the command that runs a counterexample again, of this check alone.

        What JSON has no value for is drawn again, by the seed.
        """
        case = outcome.counterexample
        if case is None or (names := _names(check)) is None or not {*names} <= {*case}:
            return None
        homes = [contract for contract in self.contracts if check.id in contract.ids]
        paths = (check.contract_file,) if len(homes) > 1 else self.paths
        files = [word for file in self.files for word in ("--binding", str(file))]
        reference = ["--subject", "reference"] if check.target == "reference" else []
        verb = "falsify" if reference else _VERBS.get(check.kind, "falsify")
        words = ["pv", verb, self._name(check), *map(str, paths), *files, *reference]
        if _has_objects(check):
            return shlex.join([*words, "--fresh", "--seed", str(self.seed)])
        given = json.dumps({name: case[name] for name in names}, ensure_ascii=False)
        return shlex.join([*words, "--case", given])

    def _name(self, check: Check) -> str:
        if not isinstance(check.plan, Experiment):
            return check.name
        systems = {run.system.name for run in check.plan.runs}
        able = [binding for binding in self.bindings if systems <= {*binding.systems}]
        return check.id if len(able) <= 1 else f"{check.id}@{check.target}"


def _has_objects(check: Check) -> bool:
    if isinstance(check.plan, StateMachine):
        return not can_be_read(check.plan)
    draws = check.plan.draws if isinstance(check.plan, Formulas) else {}
    return any(by != KINDS["string"] for by in draws.values())


def _case(text: str) -> dict[str, Value]:
    try:
        case = json.loads(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"not JSON: {fault}") from fault
    if not isinstance(case, dict):
        raise argparse.ArgumentTypeError('give an object, such as {"max_steps": 3}')
    return case
