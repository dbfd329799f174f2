"""Read many files on several cores."""

import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from pv.rules.model.summary import Summary
from pv.rules.running.examine import summarise as summarise_here

_CHUNK = 32  # files


def summarise(jobs: Sequence[tuple[bytes, Path]], processes: int) -> list[Summary]:
    """Judge files by themselves, in `processes` processes; in the order given."""
    chunks = [jobs[start : start + _CHUNK] for start in range(0, len(jobs), _CHUNK)]
    # A copy of this process has everything imported; elsewhere than on Linux copies are unsafe.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(min(processes, len(chunks)), mp_context=context) as pool:
        return [summary for done in pool.map(summarise_here, chunks) for summary in done]
