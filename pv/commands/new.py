"""`pv new`: write a contract with its binding, as a skeleton or from a Python module."""

import argparse
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from pv.commands.shared import checking, exit_codes
from pv.commands.shared.configuration import load_configuration
from pv.commands.shared.errors import UserFault
from pv.commands.shared.progress import progress
from pv.commands.shared.written_files import make_folder, write_whole
from pv.engines.outcome import Options
from pv.evidence.store import Store
from pv.proposals.documents import Files, files_of
from pv.proposals.model import Proposal, Source
from pv.proposals.propose import confirmed, propose, propose_test, written
from pv.proposals.skeleton import skeleton
from pv.proposals.source.hypothesis_tests import ReadTest, read_test
from pv.proposals.source.modules import Unreadable, is_in, read_source
from pv.proposals.tries import Tries
from pv.report.proposals import as_json, as_text
from pv.report.screen import hand_over, say

_EXAMPLE = "example"
_NAME = re.compile(r"[A-Za-z][\w-]*", re.ASCII)


_Skeleton = Mapping[Path, str]
"""File -> text."""


@dataclass(frozen=True, slots=True)
class NewOptions:
    """Values of the verb's options."""

    targets: tuple[str, ...]
    test: str | None
    format: str
    engines: Options
    folder: Path
    """Where contracts are."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "targets", nargs="*", metavar="MODULE|NAME",
        help="module, as package.module or its file, one of its functions, as"
        " package.module:function, or the name of a contract to begin with"
        " (default: a contract named example)",
    )  # fmt: skip
    parser.add_argument(
        "--from", metavar="FILE::TEST", dest="test",
        help="write what a Hypothesis test draws, calls and asserts, and nothing else",
    )  # fmt: skip
    parser.add_argument("--format", choices=("text", "json"), default="text")
    checking.add_limits(parser)


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Write contracts; exit code 4 where no law of a module can be offered."""
    options = NewOptions(
        targets=tuple(arguments.targets),
        test=arguments.test,
        format=arguments.format,
        engines=Options(
            seed=arguments.seed,
            jobs=arguments.jobs,
            budget=arguments.budget,
            total=arguments.total_budget,
        ),
        folder=load_configuration(Path.cwd()).contracts[0],
    )
    told: list[tuple[Proposal | None, Sequence[Path]]] = []
    for each in _asked(options):
        if isinstance(each, Source | ReadTest):
            told.append(_from_code(each, options, (stdout, stderr)))
        else:
            _write(each)
            if options.targets:
                say(stderr, _example(next(iter(each))))
            _say_written(each, stdout if options.format == "text" else stderr)
            told.append((None, tuple(each)))
    if options.format == "json":
        hand_over(stdout, as_json(told))
    empty = any(not files for _, files in told)
    return exit_codes.NOTHING_MEASURED if empty else exit_codes.HOLDS


def _asked(options: NewOptions) -> Sequence[Source | ReadTest | _Skeleton]:
    """Return the code that is named, or the files of an example; nothing is tried yet.

    Raises UserFault for what is neither, and where a file would be overwritten.
    """
    if options.test and options.targets:
        raise UserFault("--from takes a test alone; run `pv new` again for the others")
    try:
        if options.test:
            return [_free(read_test(options.test, Path.cwd()), options.folder)]
        return [_target(each, options.folder) for each in options.targets or (_EXAMPLE,)]
    except Unreadable as fault:
        raise UserFault(str(fault)) from fault


def _target(word: str, folder: Path) -> Source | ReadTest | _Skeleton:
    here = Path.cwd()
    if _NAME.fullmatch(word) and not is_in(word, here):
        files = skeleton(word, folder)
        _require_free(files)
        return files
    return _free(read_source(word, here), folder)


def _free(read: Source | ReadTest, folder: Path) -> Source | ReadTest:
    """Return what was read if its files can be written; raises UserFault."""
    files = _files(read, folder)
    _require_free((files.contract, files.binding))
    return read


def _files(read: Source | ReadTest, folder: Path) -> Files:
    source = read.source if isinstance(read, ReadTest) else read
    return files_of(source.name, folder)


def _require_free(files: Iterable[Path]) -> None:
    for file in files:
        if os.path.lexists(file):
            raise UserFault(
                f"{file}: it is there already, and `pv new` writes over nothing;"
                " move it, or give another name"
            )


def _from_code(
    read: Source | ReadTest, options: NewOptions, streams: tuple[TextIO, TextIO]
) -> tuple[Proposal, Sequence[Path]]:
    """Try laws of code, and write those that held; return the files."""
    stdout, stderr = streams
    files = _files(read, options.folder)
    hear = partial(progress, show=lambda _: None)
    tries = Tries(options.engines, hear, lambda why: say(stderr, f"pv: {why}"))
    with TemporaryDirectory(prefix="pv-") as apart:
        store = Store(Path(apart) / "tries.db")
        decide = partial(tries.decide, store, prove=False)
        if isinstance(read, ReadTest):
            proposal = propose_test(read, files, decide)
        else:
            proposal = propose(read, files, decide)
    with checking.evidence(stderr) as store:  # the gate that is written is answered from it
        proposal = confirmed(proposal, files, partial(tries.decide, store, prove=True))
    if options.format == "text":
        say(stdout, as_text(proposal))
    if not any(each.offered for each in proposal.tried):
        say(stderr, f"{files.name}: no law to offer: nothing was written")
        return proposal, ()
    texts = dict(zip((files.contract, files.binding), written(proposal, files), strict=True))
    _write(texts)
    _say_written(texts, stdout if options.format == "text" else stderr)
    return proposal, tuple(texts)


def _example(contract: Path) -> str:
    """Say that a name was taken for that of a contract: it may be a module that is misspelt."""
    return f"{contract}: an example to replace; no module of this project is called so"


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
