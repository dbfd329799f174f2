"""Checkpoints: a folder each, written aside, flushed to the disk and renamed into place."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import torch
from safetensors.torch import load_file, save_file

from trainer.callbacks import Callback, CallbackAction, StepReport
from trainer.errors import TrainingFailure
from trainer.files import flush_to_disk, write_json
from trainer.folders import CHECKPOINT_FACTS, CHECKPOINT_WEIGHTS, CHECKPOINTS, MODEL_CONFIG
from trainer.models import LanguageModel
from trainer.optimizer import AdamW
from trainer.schedule import is_due
from trainer.weights import save_weights

OPTIMIZER = "optimizer.safetensors"


class CheckpointWriter(Callback):
    """Writes `checkpoints/step-N` under `output` at every `every`-th step; 0: never."""

    def __init__(
        self,
        output: Path,
        every: int,
        student: LanguageModel,
        optimizer: AdamW,
        facts: Mapping[str, object],
    ) -> None:
        self._folder = output / CHECKPOINTS
        self._every = every
        self._student = student
        self._optimizer = optimizer
        self._facts = facts

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Write when due."""
        if is_due(report.step.number, self._every):
            facts = {**self._facts, "step": report.step.number}
            folder = self._folder / f"step-{report.step.number:08d}"
            write_checkpoint(folder, self._student, self._optimizer, facts)
        return CallbackAction.CONTINUE


def write_checkpoint(
    folder: Path, student: LanguageModel, optimizer: AdamW, facts: Mapping[str, object]
) -> None:
    """Write a checkpoint that exists whole or not at all; `facts` carries `smoke` and `step`."""
    aside = folder.with_name(f".{folder.name}.writing")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    save_weights(student, aside / CHECKPOINT_WEIGHTS)
    save_file({n: t.cpu() for n, t in optimizer.state().items()}, aside / OPTIMIZER)
    flush_to_disk(aside / OPTIMIZER)
    write_json(aside / MODEL_CONFIG, student.config_json())
    write_json(aside / CHECKPOINT_FACTS, facts)
    aside.rename(folder)
    flush_to_disk(folder.parent)


def try_saving(student: LanguageModel, optimizer: AdamW, facts: Mapping[str, object]) -> float:
    """Write a checkpoint to a temporary folder and read it back; return the seconds of writing.

    Raises TrainingFailure when what was read is not, bit for bit, what was written.
    """
    with tempfile.TemporaryDirectory(prefix="distill-") as temporary:
        folder = Path(temporary) / "checkpoint"
        started = perf_counter()
        write_checkpoint(folder, student, optimizer, facts)
        seconds = perf_counter() - started
        _require_equal(load_file(folder / CHECKPOINT_WEIGHTS), dict(student.named_parameters()))
        _require_equal(load_file(folder / OPTIMIZER), optimizer.state())
    return seconds


def _require_equal(read: Mapping[str, torch.Tensor], written: Mapping[str, torch.Tensor]) -> None:
    for name, tensor in written.items():
        if name not in read or not torch.equal(read[name], tensor.detach().cpu()):
            raise TrainingFailure(f"checkpoint: {name} was not read back as it was written")
