"""Write scalars for TensorBoard. The only module that imports tensorboardX."""

from pathlib import Path
from typing import Protocol

from trainer.errors import UserError
from trainer.recording.step_logs import facts_of, times_of
from trainer.training.callbacks import Callback, CallbackAction, StepReport


class ScalarWriter(Protocol):
    """The methods of a tensorboardX writer that are called here."""

    def add_scalar(self, tag: str, value: float, step: int, /) -> object:
        """Add a point to the curve `tag`."""

    def close(self) -> None:
        """Write everything out and close the file."""


class TensorBoardLog(Callback):
    """Writes every number of every step below `folder`; steps after `done` replace older ones."""

    def __init__(self, folder: Path, done: int) -> None:
        self._writer = open_writer(folder, purge_step=done + 1 if done else None)

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Write the step's numbers."""
        for name, value in {**facts_of(report), **times_of(report)}.items():
            if name != "step":
                self._writer.add_scalar(name, value, report.step.number)
        return CallbackAction.CONTINUE

    def on_train_end(self, steps: int) -> CallbackAction:
        """Close the file."""
        del steps
        self._writer.close()
        return CallbackAction.CONTINUE


def open_writer(folder: Path, purge_step: int | None) -> ScalarWriter:
    """Return a tensorboardX writer; UserError when the package is not installed."""
    try:
        from tensorboardX import SummaryWriter  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as missing:
        raise UserError(
            f"output.tensorboard: the package `{missing.name}` is missing; install it with: pip "
            "install 'pv-contracts[tensorboard]'"
        ) from missing
    writer: ScalarWriter = SummaryWriter(str(folder), purge_step=purge_step)
    return writer
