"""`pv explain`: what a rule is for, an example of what breaks it, and how to mend that."""

import argparse
import difflib
from typing import TextIO

from pv.commands import exit_codes
from pv.commands.errors import UserFault
from pv.rules.pages import pages, reference


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("code", nargs="?", metavar="CODE", help="code of a rule, such as SCHEMA-012")
    what.add_argument("--all", action="store_true", help="every rule, as docs/rules.md has them")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:  # noqa: ARG001
    """Print the page of a rule, or all of them."""
    if arguments.all:
        stdout.write(reference())
        return exit_codes.HOLDS
    known = pages()
    wanted = known.get(arguments.code.upper())
    if wanted is None:
        near = difflib.get_close_matches(arguments.code.upper(), known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "`pv explain --all` lists them"
        raise UserFault(f"{arguments.code}: there is no such rule; {hint}")
    print(wanted.markdown(), file=stdout)
    return exit_codes.HOLDS
