"""The command line: `pv VERB …`. It parses and calls one verb."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, TextIO, cast

import pv
from pv.commands.shared import exit_codes
from pv.commands.shared.options.color import shown_in_color
from pv.commands.shared.options.completion import SHELLS, completion_script
from pv.commands.shared.options.numbers import seconds
from pv.commands.shared.process import endings
from pv.commands.shared.process.signals import time_limit

VERBS = {
    "new": "write a contract and its binding, from code or to begin with",
    "validate": "check contracts against the format and its rules, and parse every claim",
    "list": "show what would run, how, at what cost, and what the last run showed",
    "lint": "judge contracts: prose claims, unbound equations, tests without obligations",
    "explain": "explain a rule or a verdict, or show how a claim is read",
    "schema": "print a JSON Schema, for editors and other tools",
    "equations": "print formulas as text, LaTeX or Python",
    "status": "count the checks that ran and can run, and the texts that can be read",
    "falsify": "run falsification tests, and show what contradicts a prediction",
    "prove": "decide obligations and symbolic checks for every input in their bound",
    "generate": "write checks as pytest modules, and tell whether those are current",
    "evidence": "prune what is stored of earlier runs",
    "gate": "evaluate quality gates from fresh evidence, running what is missing",
}
EXAMPLES = {
    "new": ("pv new", "pv new package.module", "pv new --from tests/test_rules.py::test_share"),
    "validate": ("pv validate", "pv validate contracts/kd-loss-v1.yaml --format github"),
    "list": ("pv list", "pv list FT-SMOKE-001 --format json"),
    "lint": ("pv lint", "pv lint contracts/ --format sarif"),
    "explain": ("pv explain SCHEMA-012", "pv explain VACUOUS", "pv explain KDL-BND-001"),
    "schema": ("pv schema contract", "pv schema verdicts"),
    "equations": ("pv equations", "pv equations kd-loss-v1 --format latex"),
    "status": ("pv status", "pv status contracts/ --format json"),
    "falsify": (
        "pv falsify FT-SMOKE-001",
        "pv falsify contracts/ --changed",
        "pv falsify -k 'loss and not float32' --durations 5",
    ),
    "prove": ("pv prove", "pv prove SYM-SMOKE-001 --budget 60", "pv prove --last-failed"),
    "generate": ("pv generate --output tests/contracts", "pv generate --check"),
    "evidence": ("pv evidence prune",),
    "gate": ("pv gate", "pv gate F-SMOKE-001 --fresh --time-limit 600"),
}


class Verb(Protocol):
    """The interface of a verb's module."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the verb's options."""

    def run(self, arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
        """Do it, and return the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run pv on the arguments of the process, or on `argv`; returns the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)

    def command(stdout: TextIO, stderr: TextIO) -> int:
        try:
            verb, arguments = _parsed(words)
        except SystemExit as told:  # --help, --version or bad usage
            return told.code if isinstance(told.code, int) else exit_codes.HOLDS
        with time_limit(arguments.time_limit):
            return verb.run(arguments, shown_in_color(stdout, arguments), stderr)

    return endings.run(command)


def _parsed(words: list[str]) -> tuple[Verb, argparse.Namespace]:
    """Parse the command line; only the wanted verb's module is imported.

    Targets may stand before, between and after options, which subparsers alone do not allow.
    """
    parser, parsers = _parsers()
    if words and words[0].isidentifier() and words[0] not in VERBS:
        from pv.nearest import nearest  # noqa: PLC0415 - only what is misspelt needs it

        meant = [f"did you mean `pv {near}`? " for near in nearest(words[0], VERBS)]
        parser.error(f"there is no verb {words[0]!r}; {''.join(meant)}`pv --help` lists all")
    name = words[0] if words and words[0] in VERBS else parser.parse_args(words).verb
    verb = _declared(name, parsers[name])
    return verb, parsers[name].parse_intermixed_args(words[words.index(name) + 1 :])


def _parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Return the parser of all, and one for each verb, whose options are not declared yet."""
    parser = argparse.ArgumentParser(
        prog="pv", description="Contracts that execute: only what ran is credited."
    )
    parser.add_argument("--version", action="version", version=f"pv {pv.__version__}")
    parser.add_argument(
        "--print-completion", action=_PrintCompletion, choices=SHELLS,
        help="print the script by which a shell completes command lines of pv, and end",
    )  # fmt: skip
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    parsers = {
        name: verbs.add_parser(
            name,
            help=summary,
            description=summary.capitalize() + ".",
            epilog="\n  ".join(["examples:", *EXAMPLES[name]]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for name, summary in VERBS.items()
    }
    return parser, parsers


def _declared(name: str, parser: argparse.ArgumentParser) -> Verb:
    """Declare the options of a verb, and return it."""
    verb = cast("Verb", import_module(f"pv.commands.{name}"))
    verb.add_arguments(parser)
    parser.add_argument(
        "--time-limit", type=seconds, metavar="SECONDS",
        help="end the command, and all that it started, after this time (default: none)",
    )  # fmt: skip
    return verb


class _PrintCompletion(argparse.Action):
    """Print the script for a shell: the one option that needs all verbs."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 - argparse gives it
        values: object,
        option_string: str | None = None,  # noqa: ARG002 - likewise
    ) -> None:
        whole, parsers = _parsers()
        for name, of_verb in parsers.items():
            _declared(name, of_verb)
        print(completion_script(whole, parsers.values(), str(values)))
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
