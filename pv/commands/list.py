"""`pv list`: the checks of contracts with their latest evidence; runs nothing."""

import argparse
from dataclasses import dataclass
from typing import TextIO

from pv.checks.freshness import Known
from pv.checks.planner import plan_checks
from pv.commands.shared import checking, exit_codes
from pv.commands.shared.options import color
from pv.commands.shared.targets import Selection, add_targets, gather, selection
from pv.evidence.record import strongest
from pv.report.check_list import Listed, as_json, as_text
from pv.report.screen import hand_over, say


@dataclass(frozen=True, slots=True)
class ListOptions:
    """Values of the verb's options."""

    selection: Selection
    format: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    add_targets(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    color.add_arguments(parser)


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """List the checks; exit code 0 if there is a check."""
    options = ListOptions(selection(arguments), arguments.format)
    asked = gather(options.selection, stderr)
    checks = checking.planned(asked, lambda contract: plan_checks(contract, asked.bindings))
    obligations = {item.stem: item.obligation_of for item in asked.contracts}
    listed = []
    with checking.evidence(stderr) as store:
        known = Known(store)
        for check in checks:
            last = strongest(known.find(check))
            stale = None if last else store.latest(check.key)
            about = obligations[check.contract].get(check.id)
            listed.append(Listed(check, about, last or stale, stale is not None))
    if options.format == "json":
        hand_over(stdout, as_json(listed))
    else:
        say(stdout, as_text(listed))
    return asked.exit_code(exit_codes.HOLDS if listed else exit_codes.NOTHING_MEASURED)
