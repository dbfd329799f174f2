"""`pv lint`: judgements beyond the format: what is prose, and what nothing implements."""

import argparse
from typing import TextIO

from pv.commands import checking, exit_codes
from pv.commands.findings import add_format, report
from pv.contract.finding import Finding, Severity
from pv.rules.binding_family import judge_bindings
from pv.rules.registry import judge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    checking.add_targets(parser)
    add_format(parser)
    parser.add_argument("--strict", action="store_true", help="warnings fail too")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:  # noqa: ARG001
    """Judge; exit code 0 only if there is a contract, no error and, if strict, no warning."""
    asked = checking.gather(arguments)
    checking.require_known(asked)
    contracts = [item for item in asked.contracts if not asked.ids or {*asked.ids} & {*item.ids}]
    findings = [
        finding
        for contract in contracts
        for finding in (*judge(contract), *judge_bindings(contract, asked.bindings))
    ]
    count = len(contracts)
    print(report(findings, count, arguments.format, notes=True), file=stdout)
    return _exit_code(findings, count, strict=arguments.strict)


def _exit_code(findings: list[Finding], contracts: int, *, strict: bool) -> int:
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    if any(finding.severity in failing for finding in findings):
        return exit_codes.DOES_NOT_HOLD
    return exit_codes.HOLDS if contracts else exit_codes.NOTHING_MEASURED
