"""`pv schema`: print a JSON Schema, for editors and other tools."""

import argparse
from typing import TextIO

from pv.commands.shared import exit_codes
from pv.contract.schema.files import schema_names, schema_text
from pv.report.screen import hand_over


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument("name", choices=schema_names(), help="what the schema describes")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:  # noqa: ARG001
    """Print the schema."""
    name: str = arguments.name
    hand_over(stdout, schema_text(name).rstrip("\n"))
    return exit_codes.HOLDS
