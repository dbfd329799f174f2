"""Try what a full run writes, on the disk that it writes to: a checkpoint and the export."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from trainer.checkpoints.checkpoint import measure_checkpoint_seconds
from trainer.processes.collectives import current_world, wait_for_all
from trainer.recording.smoke_report import Saving
from trainer.runs.ending.finish import write_and_read
from trainer.runs.prepare import Prepared
from trainer.storage.file_names import TRIAL
from trainer.training.results import Metrics


def try_saving(output: Path, prepared: Prepared, metrics: Metrics) -> Saving:
    """Write and read a checkpoint and the model below the output folder, and remove them.

    Raises TrainingFailure where the disk does not take them, and unless they are read as written.
    """
    run = prepared.run
    with _trial_folder(output) as folder:
        with run.objective.full_parameters():
            checkpoint_seconds = measure_checkpoint_seconds(
                folder / "checkpoint", run.student, run.optimizer, {"smoke": True}
            )
        _remove(folder / "checkpoint")
        started = perf_counter()
        write_and_read(folder, prepared, metrics)
        seconds = perf_counter() - started
        wait_for_all()  # each process reads what the main one will remove
        return Saving(checkpoint_seconds, seconds)


@contextmanager
def _trial_folder(output: Path) -> Iterator[Path]:
    folder = output / TRIAL
    try:
        if current_world().is_main:
            folder.mkdir(exist_ok=True)
        wait_for_all()
        yield folder
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a folder of the main process, which writes alone."""
    if current_world().is_main:
        shutil.rmtree(folder, ignore_errors=True)
