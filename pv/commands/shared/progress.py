"""Progress bar on standard error while checks run, if that is a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pv.evidence.record import Evidence
from pv.report.screen import line

Show = Callable[[Evidence], None]


@contextmanager
def progress(total: int, show: Show) -> Iterator[Show]:
    """Wrap a function that shows results, so that the bar advances with each."""
    if total == 0 or not sys.stderr.isatty():
        yield show
        return
    from tqdm import tqdm  # noqa: PLC0415 - only a terminal needs it

    with tqdm(total=total, unit=" check", leave=False, dynamic_ncols=True) as bar:

        def advance(evidence: Evidence) -> None:
            with tqdm.external_write_mode():
                show(evidence)
            bar.set_postfix_str(line(f"{evidence.name} {evidence.verdict.name}"), refresh=False)
            bar.update()

        yield advance
