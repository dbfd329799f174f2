"""`pv list`: the checks of contracts with their latest evidence; runs nothing."""

import argparse
from dataclasses import dataclass
from typing import TextIO

from pv.checks.freshness import Known
from pv.checks.planner import plan_checks
from pv.checks.standing.facts import facts
from pv.commands.shared import checking, exit_codes
from pv.commands.shared.options import color
from pv.commands.shared.options.narrowing import Matches, expression
from pv.commands.shared.targets import Selection, add_targets, gather, selection
from pv.evidence.record import strongest
from pv.report.check_list import Listed, as_json, as_text
from pv.report.screen import hand_over, say


@dataclass(frozen=True, slots=True)
class ListOptions:
    """Values of the verb's options."""

    selection: Selection
    keyword: Matches | None
    format: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    add_targets(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument(
        "-k", type=expression, metavar="EXPRESSION", dest="keyword",
        help="those of which it is true: parts of names and of facts (verdict:REFUTED, level:L3, "
        "kind:kernel, engine:property, is:stale, is:fresh, is:never-run) with and, or, not, ( )",
    )  # fmt: skip
    color.add_arguments(parser)


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """List the checks; exit code 0 if there is a check."""
    options = ListOptions(selection(arguments), arguments.keyword, arguments.format)
    asked = gather(options.selection, stderr)
    checks = checking.planned(asked, lambda contract: plan_checks(contract, asked.bindings))
    contracts = {item.stem: item for item in asked.contracts}
    listed = []
    with checking.evidence(stderr) as store:
        known = Known(store)
        for check in checks:
            last = strongest(known.find(check))
            stale = None if last else store.latest(check.key)
            contract = contracts[check.contract]
            if options.keyword is not None and not options.keyword(
                facts(check, contract.metadata.kind, last, stale)
            ):
                continue
            about = contract.obligation_of.get(check.id)
            listed.append(Listed(check, about, last or stale, stale is not None))
    if options.format == "json":
        hand_over(stdout, as_json(listed))
    else:
        say(stdout, as_text(listed))
    return asked.exit_code(exit_codes.HOLDS if listed else exit_codes.NOTHING_MEASURED)
