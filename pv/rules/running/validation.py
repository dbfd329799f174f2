"""Judge many files, each by itself and among its neighbours, with a cache and on several cores."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol

from pv.contract.discovery.find import Content
from pv.contract.discovery.read_bytes import read_bytes
from pv.contract.finding import Finding
from pv.rules.facts.neighbourhood import Neighbours, neighbouring_files
from pv.rules.families.neighbours import judge_across
from pv.rules.model.summary import Summary

PAYS_FROM = 100
"""Files to read from which on a second process saves more time than it costs."""

Job = tuple[bytes, Path]
"""The bytes of a file, and the file."""


class Cache(Protocol):
    """A store of summaries that outlives the run."""

    def key(self, file: Path, data: bytes) -> bytes:
        """Digest all that a summary depends on."""

    def find(self, keys: dict[Path, bytes]) -> dict[Path, Summary]:
        """Return the summaries that are known already."""

    def add(self, key: bytes, summary: Summary) -> None:
        """Keep a summary."""


class Validated(NamedTuple):
    """A file, and all findings about it."""

    summary: Summary
    findings: tuple[Finding, ...]


def validate(files: Sequence[Path], cache: Cache | None, jobs: int) -> tuple[Validated, ...]:
    """Judge files; the findings about one do not depend on which others are given."""
    with _without_collector():
        return _validated(files, cache, jobs)


def _validated(files: Sequence[Path], cache: Cache | None, jobs: int) -> tuple[Validated, ...]:
    summaries = _summaries(files, cache, jobs)
    neighbours = Neighbours(
        summaries, tuple(neighbouring_files(files)), lambda file: _summaries([file], cache, 1)[0]
    )
    return tuple(
        Validated(summary, (*summary.findings, *judge_across(summary, neighbours)))
        for summary in summaries
    )


def _summaries(files: Sequence[Path], cache: Cache | None, jobs: int) -> list[Summary]:
    contents = [read_bytes(file) for file in files]
    found = {
        file: Summary(str(file), Content.OTHER, (data,), readable=False)
        for file, data in zip(files, contents, strict=True)
        if isinstance(data, Finding)
    }
    read = {
        file: data for file, data in zip(files, contents, strict=True) if isinstance(data, bytes)
    }
    keys = {file: cache.key(file, data) for file, data in read.items()} if cache else {}
    if cache:
        found |= cache.find(keys)
    open_jobs = [(data, file) for file, data in read.items() if file not in found]
    for (_, file), summary in zip(open_jobs, _examine(open_jobs, jobs), strict=True):
        found[file] = summary
        if cache:
            cache.add(keys[file], summary)
    return [found[file] for file in files]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the garbage collector: hundreds of thousands of small values, and no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _examine(open_jobs: Sequence[Job], jobs: int) -> Iterable[Summary]:
    """Read files; the modules for that are imported only if there are any."""
    if not open_jobs:
        return ()
    module = (
        "pv.rules.running.examine"
        if jobs == 1 or len(open_jobs) < PAYS_FROM
        else "pv.rules.running.parallel"
    )
    summarise: Callable[[Sequence[Job], int], Iterable[Summary]] = import_module(module).summarise
    return summarise(open_jobs, jobs)
