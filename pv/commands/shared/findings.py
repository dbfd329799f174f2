"""Print findings, for validate and lint."""

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TextIO

from pv.commands.shared.options import color
from pv.contract.finding import Finding, Severity
from pv.report.screen import hand_over
from pv.rules.model.catalogue import RULES

FORMATS = ("text", "github", "json", "sarif")


def add_format(parser: argparse.ArgumentParser) -> None:
    """Declare --format and --color."""
    parser.add_argument("--format", choices=FORMATS, default="text")
    color.add_arguments(parser)


def report(
    findings: Sequence[Finding], contracts: int, form: str, stdout: TextIO, *, notes: bool
) -> None:
    """Print findings in a format; `notes` says whether people are shown notes too.

    The text for people ends with a summary; programs are told of notes always.
    """
    hand_over(stdout, _text(findings, contracts, form, notes=notes))


def _text(findings: Sequence[Finding], contracts: int, form: str, *, notes: bool) -> str:
    match form:
        case "json":
            return _writer("findings", "as_json")(findings, contracts)
        case "sarif":
            titles = {code: title for code, (_, title) in RULES.items()}
            return _writer("sarif", "as_sarif")(findings, titles, Path.cwd())
        case "github":
            write = _writer("github", "as_commands")
        case _:
            write = _writer("findings", "as_text")
    shown = [item for item in findings if notes or item.severity is not Severity.NOTE]
    hint = " (--notes shows them)" if len(shown) < len(findings) else ""
    summary = _writer("findings", "summary_text")(findings, contracts)
    return "\n".join(filter(None, [write(shown), summary + hint]))


def _writer(module: str, name: str) -> Callable[..., str]:
    """Import only the format that was asked for."""
    write: Callable[..., str] = getattr(import_module(f"pv.report.{module}"), name)
    return write
