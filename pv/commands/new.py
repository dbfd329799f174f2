"""`pv new`: write a contract with its binding, as a skeleton or from a Python module."""

import argparse
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from pv.checks.model import Check
from pv.commands.shared import checking, exit_codes
from pv.commands.shared.configuration import load_configuration
from pv.commands.shared.errors import UserFault
from pv.commands.shared.progress import progress
from pv.commands.shared.written_files import make_folder, write_whole
from pv.engines.outcome import Options
from pv.engines.run_checks import run_checks
from pv.engines.session import Session
from pv.evidence.record import Evidence
from pv.evidence.store import Store
from pv.proposals.documents import files_of
from pv.proposals.model import Proposal, Source
from pv.proposals.propose import confirmed, propose, written
from pv.proposals.skeleton import skeleton
from pv.proposals.source.modules import Unreadable, is_in, read_source
from pv.report.proposals import as_json, as_text
from pv.report.screen import hand_over, say

_EXAMPLE = "example"
_NAME = re.compile(r"[A-Za-z][\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewOptions:
    """Values of the verb's options."""

    targets: tuple[str, ...]
    format: str
    engines: Options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "targets", nargs="*", metavar="MODULE|NAME",
        help="module, as package.module or its file, or the name of a contract to begin with"
        " (default: a contract named example)",
    )  # fmt: skip
    parser.add_argument("--format", choices=("text", "json"), default="text")
    checking.add_limits(parser)


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Write contracts; exit code 4 where no law of a source can be offered."""
    options = NewOptions(
        tuple(arguments.targets) or (_EXAMPLE,),
        arguments.format,
        Options(
            seed=arguments.seed,
            jobs=arguments.jobs,
            budget=arguments.budget,
            total=arguments.total_budget,
        ),
    )
    folder = load_configuration(Path.cwd()).contracts[0]
    read = [_target(each, folder) for each in options.targets]
    told: list[tuple[Proposal | None, Sequence[Path]]] = []
    for each in read:
        if isinstance(each, Source):
            told.append(_from_source(each, folder, options, (stdout, stderr)))
        else:
            _write(each)
            _say_written(each, stdout if options.format == "text" else stderr)
            told.append((None, tuple(each)))
    if options.format == "json":
        hand_over(stdout, as_json(told))
    empty = any(not files for _, files in told)
    return exit_codes.NOTHING_MEASURED if empty else exit_codes.HOLDS


def _target(word: str, folder: Path) -> Source | Mapping[Path, str]:
    """Return the source that a word names, or the files of a skeleton of that name.

    Raises UserFault for what is neither, and where a file would be overwritten.
    """
    here = Path.cwd()
    if _NAME.fullmatch(word) and not is_in(word, here):
        files = skeleton(word, folder)
        _require_free(files)
        return files
    try:
        source = read_source(word, here)
    except Unreadable as fault:
        raise UserFault(str(fault)) from fault
    names = files_of(source.name, folder)
    _require_free((names.contract, names.binding))
    return source


def _require_free(files: Iterable[Path]) -> None:
    for file in files:
        if os.path.lexists(file):
            raise UserFault(
                f"{file}: it is there already, and `pv new` writes over nothing;"
                " move it, or give another name"
            )


def _from_source(
    source: Source, folder: Path, options: NewOptions, streams: tuple[TextIO, TextIO]
) -> tuple[Proposal, Sequence[Path]]:
    """Propose laws of a source and write those that held; return the files."""
    stdout, stderr = streams
    files = files_of(source.name, folder)
    with TemporaryDirectory(prefix="pv-") as apart:
        store = Store(Path(apart) / "tries.db")
        proposal = propose(source, files, partial(_run, options.engines, store, stderr))
    proving = replace(options.engines, prove=True)
    with checking.evidence(stderr) as store:  # the gate that is written is answered from it
        proposal = confirmed(proposal, files, partial(_run, proving, store, stderr))
    if options.format == "text":
        say(stdout, as_text(proposal))
    if not any(each.offered for each in proposal.tried):
        say(stderr, f"{source.name}: no law to offer: nothing was written")
        return proposal, ()
    texts = dict(zip((files.contract, files.binding), written(proposal, files), strict=True))
    _write(texts)
    _say_written(texts, stdout if options.format == "text" else stderr)
    return proposal, tuple(texts)


def _run(
    options: Options, store: Store, stderr: TextIO, checks: Sequence[Check]
) -> Sequence[Evidence]:
    with progress(len(checks), lambda _: None) as done:
        session = Session(
            options=options,
            store=store,
            fresh=False,
            replay=lambda *_: None,
            done=done,
            warn=lambda why: say(stderr, f"pv: {why}"),
        )
        return run_checks(checks, session)


def _write(files: Mapping[Path, str]) -> None:
    _require_free(files)
    for file, text in files.items():
        make_folder(file.parent)
        write_whole(file, text)


def _say_written(files: Mapping[Path, str], stream: TextIO) -> None:
    contract = next(iter(files))
    say(
        stream,
        *(f"wrote {file} ({len(text.splitlines())} lines)" for file, text in files.items()),
        f"next: pv gate {contract}",
    )
