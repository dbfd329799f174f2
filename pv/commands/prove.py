"""`pv prove`: decide obligations and symbolic checks."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pv.checks.planner import plan_proofs
from pv.claims.values import Value
from pv.commands.shared import checking, exit_codes, repro
from pv.commands.shared.checking import RunOptions, run_options
from pv.commands.shared.options import case, narrowing
from pv.commands.shared.options.narrowing import Narrowing
from pv.commands.shared.targets import gather


@dataclass(frozen=True, slots=True)
class ProveOptions:
    """Values of the verb's options."""

    run: RunOptions
    narrowing: Narrowing
    repro: Path | None
    case: Mapping[str, Value] | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    checking.add_arguments(parser)
    repro.add_arguments(parser)
    narrowing.add_arguments(parser)
    case.add_arguments(parser)


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Decide the checks; exit code 0 only if something was decided and nothing failed."""
    options = ProveOptions(
        run_options(arguments), narrowing.narrowing(arguments), arguments.repro, arguments.case
    )
    asked = gather(options.run.selection, stderr)
    checks = checking.planned(asked, lambda contract: plan_proofs(contract, asked.bindings))
    case.require_one(options.case, checks)
    engines = checking.engine_options(
        options.run, case=options.case, prove=True, exit_first=options.narrowing.exit_first
    )
    with checking.evidence(stderr) as store:
        checks = options.narrowing.narrowed(checks, store)
        found = checking.decide(checks, options.run, asked, engines, store, (stdout, stderr))
    checking.conclude(found, options.run, stdout, options.narrowing.durations)
    beside = stderr if options.run.format == "json" else stdout
    repro.write_all(options.repro, found.checks, found.results, asked, beside)
    verdicts = [result.verdict for result in found.results]
    return asked.exit_code(exit_codes.of_verdicts(verdicts, strict=options.run.strict))
