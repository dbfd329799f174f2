"""`--color`, and the variables NO_COLOR (no-color.org) and FORCE_COLOR (force-color.org)."""

import argparse
import os
from importlib import import_module
from typing import TextIO

_WHEN = ("auto", "always", "never")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the option."""
    parser.add_argument(
        "--color", choices=_WHEN, default="auto",
        help="colour verdicts and severities in text (default: auto, on a terminal only, and as"
        " NO_COLOR and FORCE_COLOR say)",
    )  # fmt: skip


def shown_in_color(stream: TextIO, arguments: argparse.Namespace) -> TextIO:
    """Return a stream that colours what a verb writes, or the same one; programs get no colours."""
    if "color" not in arguments or arguments.format != "text":
        return stream
    if arguments.color == "never" or (arguments.color == "auto" and not _is_wanted(stream)):
        return stream
    colored: TextIO = import_module("pv.report.colors").Colored(stream)
    return colored


def _is_wanted(stream: TextIO) -> bool:
    """Return whether colours are expected where nobody says so on the command line."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
