"""`pv falsify`: run falsification tests against the systems that bindings name."""

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.checks.model import Check, Experiment
from pv.checks.planner import plan_tests
from pv.checks.plans.own_formulas import plan_reference
from pv.claims.values import Value
from pv.commands.shared import checking, exit_codes, repro
from pv.commands.shared.checking import RunOptions, run_options
from pv.commands.shared.dependencies import dependencies
from pv.commands.shared.errors import UserFault
from pv.commands.shared.options import narrowing
from pv.commands.shared.options.narrowing import Narrowing
from pv.commands.shared.options.numbers import positive
from pv.commands.shared.targets import Asked, gather
from pv.contract.model import Contract


@dataclass(frozen=True, slots=True)
class FalsifyOptions:
    """Values of the verb's options."""

    run: RunOptions
    narrowing: Narrowing
    repro: Path | None
    cases: int | None
    subject: str
    case: Mapping[str, Value] | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    checking.add_arguments(parser)
    repro.add_arguments(parser)
    narrowing.add_arguments(parser)
    parser.add_argument(
        "--cases",
        type=positive,
        metavar="N",
        help="cases of each experiment (what it shows is not kept as evidence)",
    )
    parser.add_argument(
        "--subject", choices=("implementation", "reference"), default="implementation",
        help="what claims are held against: what bindings name, or the contract's own formulas",
    )  # fmt: skip
    parser.add_argument(
        "--case", type=_case, metavar="JSON", help="run just this case, as a replay does"
    )


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Run the tests; exit code 0 only if some ran and none failed."""
    options = FalsifyOptions(
        run_options(arguments),
        narrowing.narrowing(arguments),
        arguments.repro,
        arguments.cases,
        arguments.subject,
        arguments.case,
    )
    asked = gather(options.run.selection, stderr)
    checks = checking.planned(asked, lambda contract: _planned(contract, asked, options.subject))
    if options.case is not None:
        if len(checks) != 1:
            raise UserFault(f"--case needs exactly one test, and {len(checks)} are named")
        _require_values(options.case, checks[0])
    engines = checking.engine_options(options.run, cases=options.cases, case=options.case)
    with checking.evidence(stderr) as store:
        checks = options.narrowing.narrowed(checks, store)
        results = checking.decide(checks, options.run, asked, engines, store, (stdout, stderr))
    checking.conclude(results, options.run, stdout, options.narrowing.durations)
    beside = stderr if options.run.format == "json" else stdout
    repro.write_all(options.repro, checks, results, asked, beside)
    verdicts = [result.verdict for result in results]
    return asked.exit_code(exit_codes.of_verdicts(verdicts, strict=options.run.strict))


def _planned(contract: Contract, asked: Asked, subject: str) -> Iterator[Check]:
    if subject == "reference":
        return plan_reference(contract, dependencies(contract, asked.contracts))
    return plan_tests(contract, asked.bindings)


def _require_values(case: Mapping[str, Value], check: Check) -> None:
    """Refuse a case that is none of the experiment's."""
    given = check.plan.given if isinstance(check.plan, Experiment) else {}
    if set(case) != set(given):
        names = ", ".join(given) or "nothing"
        raise UserFault(f"--case: {check.id} is given {names}, not {', '.join(case) or 'nothing'}")
    for name, value in case.items():
        if value not in given[name]:
            raise UserFault(f"--case: {name} = {value!r} is not in {given[name]}")


def _case(text: str) -> dict[str, Value]:
    try:
        case = json.loads(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"not JSON: {fault}") from fault
    if not isinstance(case, dict):
        raise argparse.ArgumentTypeError('give an object, such as {"max_steps": 3}')
    return case
