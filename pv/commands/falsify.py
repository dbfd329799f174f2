"""`pv falsify`: run falsification tests against the systems that bindings name."""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

from pv.checks.model import Check
from pv.checks.planner import plan_proofs, plan_tests
from pv.checks.plans.own_formulas import plan_reference
from pv.claims.values import Value
from pv.commands.shared import checking, exit_codes, repro
from pv.commands.shared.checking import RunOptions, run_options
from pv.commands.shared.dependencies import dependencies
from pv.commands.shared.options import case, narrowing
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
    case.add_arguments(parser)


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
    case.require_one(options.case, checks)
    engines = checking.engine_options(
        options.run,
        cases=options.cases,
        case=options.case,
        exit_first=options.narrowing.exit_first,
    )
    with checking.evidence(stderr) as store:
        checks = options.narrowing.narrowed(checks, store)
        found = checking.decide(checks, options.run, asked, engines, store, (stdout, stderr))
    checking.conclude(found, options.run, stdout, options.narrowing.durations)
    beside = stderr if options.run.format == "json" else stdout
    repro.write_all(options.repro, found.checks, found.results, asked, beside)
    verdicts = [result.verdict for result in found.results]
    return asked.exit_code(exit_codes.of_verdicts(verdicts, strict=options.run.strict))


def _planned(contract: Contract, asked: Asked, subject: str) -> Iterator[Check]:
    if subject == "reference":
        return plan_reference(contract, dependencies(contract, asked.contracts))
    tests = plan_tests(contract, asked.bindings)
    return chain(tests, plan_proofs(contract, asked.bindings)) if contract.is_beside_code else tests
