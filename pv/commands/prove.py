"""`pv prove`: decide obligations and symbolic checks."""

import argparse
from typing import TextIO

from pv.checks.planner import plan_proofs
from pv.commands.shared import checking, exit_codes, repro
from pv.commands.shared.targets import gather
from pv.report.verdicts import as_json, summary_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    checking.add_arguments(parser)
    repro.add_arguments(parser)


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Decide; exit code 0 only if something was decided and nothing failed."""
    asked = gather(arguments)
    checks = checking.planned(asked, lambda contract: plan_proofs(contract, asked.bindings))
    how = checking.options(arguments, prove=True)
    results = checking.decide(checks, arguments, asked, checking.shower(arguments, stdout), how)
    print(as_json(results) if arguments.format == "json" else summary_text(results), file=stdout)
    told = stderr if arguments.format == "json" else stdout
    repro.write_all(arguments.repro, checks, results, asked, told)
    verdicts = [result.verdict for result in results]
    return exit_codes.of_verdicts(verdicts, strict=arguments.strict)
