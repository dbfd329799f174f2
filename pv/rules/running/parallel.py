"""Read many files on several cores."""

import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import Thread

from pv.rules.model.summary import Summary
from pv.rules.running.examine import summarise as summarise_here

_CHUNK = 32  # files


def summarise(jobs: Sequence[tuple[bytes, Path]], processes: int) -> list[Summary]:
    """Judge files by themselves, in `processes` processes; in the order given."""
    chunks = [jobs[start : start + _CHUNK] for start in range(0, len(jobs), _CHUNK)]
    # A copy of this process has everything imported; elsewhere than on Linux copies are unsafe.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    count = min(processes, len(chunks))
    with ProcessPoolExecutor(count, context, _end_with_parent) as pool:
        try:
            return [summary for done in pool.map(summarise_here, chunks) for summary in done]
        except BaseException:  # ^C above all: what is being read is of no use now
            for child in multiprocessing.active_children():
                child.kill()
            raise


def _end_with_parent() -> None:
    """Let this process end when the one that started it is gone, however it ended."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - this runs in a child

    def wait() -> None:
        parent.join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()
