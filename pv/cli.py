"""The command line: `pv VERB …`. It parses, calls one verb, and turns faults into exit codes."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Protocol, TextIO, cast

import pv
from pv.commands.shared import exit_codes
from pv.commands.shared.errors import UserFault
from pv.evidence.errors import StoreError

VERBS = {
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
    "gate": "evaluate quality gates from fresh evidence, running what is missing",
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # code may raise with half a surrogate
    try:
        verb, arguments = _parsed(words)
        code = verb.run(arguments, sys.stdout, sys.stderr)
        sys.stdout.flush()
    except (UserFault, StoreError) as fault:
        print(f"pv: {fault}", file=sys.stderr)
        return exit_codes.USER_FAULT
    except KeyboardInterrupt:
        print("pv: interrupted", file=sys.stderr)
        return exit_codes.INTERRUPTED
    except BrokenPipeError:  # the result was not delivered, so nothing may be taken to hold
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.DOES_NOT_HOLD
    except Exception:  # noqa: BLE001 - the one place where bugs of pv surface
        print(f"pv {pv.__version__}: this is a bug in pv. Please report it with:", file=sys.stderr)
        sys.__excepthook__(*sys.exc_info())
        return exit_codes.BUG
    return code


def _parsed(words: list[str]) -> tuple[Verb, argparse.Namespace]:
    """Parse the command line; only the wanted verb's module is imported.

    Targets may stand before, between and after options, which subparsers alone do not allow.
    """
    parser = argparse.ArgumentParser(
        prog="pv", description="Contracts that execute: only what ran is credited."
    )
    parser.add_argument("--version", action="version", version=f"pv {pv.__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    parsers = {
        name: verbs.add_parser(name, help=summary, description=summary.capitalize() + ".")
        for name, summary in VERBS.items()
    }
    name = words[0] if words and words[0] in VERBS else parser.parse_args(words).verb
    verb = cast("Verb", import_module(f"pv.commands.{name}"))
    verb.add_arguments(parsers[name])
    return verb, parsers[name].parse_intermixed_args(words[words.index(name) + 1 :])


if __name__ == "__main__":
    sys.exit(main())
