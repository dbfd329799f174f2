"""Resume a run from a checkpoint, bit for bit or with an error."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from trainer.checkpoints.changes import changes, notes_on, require_same_run
from trainer.checkpoints.checkpoint import OPTIMIZER, RANDOM, checkpoint_name
from trainer.errors import TrainingFailure, UserError
from trainer.processes.collectives import assign
from trainer.recording.step_logs import rewind
from trainer.storage.file_names import (
    CHECKPOINT_FACTS,
    CHECKPOINT_NAMES,
    CHECKPOINT_WEIGHTS,
    CHECKPOINTS,
    CSV,
    HELD_OUT,
    METRICS,
    MODEL_CONFIG,
    TIMINGS,
)
from trainer.storage.json_files import JsonObject, as_read, read_json
from trainer.storage.manifest import find_damage
from trainer.training.loop import Run
from trainer.training.random_states import restore_random_states
from trainer.training.results import Progress
from trainer.training.standing import Standing
from trainer.training.user_callbacks import UserCallbacks

_ORIGIN = ("_name_or_path", "transformers_version")
"""Keys of a student's config.json that tell of where it comes from."""


def newest_intact_checkpoint(output: Path) -> tuple[Path, list[str]]:
    """Return the newest undamaged checkpoint, and a note on each newer one that is damaged.

    Raises UserError when there is none.
    """
    notes: list[str] = []
    for folder in sorted((output / CHECKPOINTS).glob(CHECKPOINT_NAMES), reverse=True):
        fault = find_damage(folder)
        if fault is None:
            return folder, notes
        notes.append(f"note: {folder} is damaged: {fault}; an older checkpoint is taken")
    raise UserError("\n".join([*notes, f"{output}: --resume, but it has no whole checkpoint"]))


def resume(
    output: Path, run: Run, facts: JsonObject, user_callbacks: UserCallbacks
) -> tuple[Progress, list[str]]:
    """Load the newest undamaged checkpoint into run and callbacks; return its progress and notes.

    Raises UserError when the checkpoint is another run's: other data, teacher or configuration.
    """
    folder, notes = newest_intact_checkpoint(output)
    kept, facts = read_json(folder / CHECKPOINT_FACTS), as_read(facts)
    _require_resumable(folder, kept, facts)
    _require_same_student(folder, run)
    notes += notes_on(kept, facts)
    if kept["torch"] != facts["torch"]:
        notes.append(
            f"note: written under torch {kept['torch']}, resuming under {facts['torch']}: the "
            "result may differ in its last bits"
        )
    if kept["loss"]["rows"] != facts["loss"]["rows"]:
        notes.append(
            f"note: the loss took {kept['loss']['rows']:,} tokens at a time, and now takes "
            f"{facts['loss']['rows']:,}, by the memory that is free, or on a GPU by time: the "
            "result may differ in its last bits; training.loss_memory_mib fixes it"
        )
    before, now = _row_kernel(kept), _row_kernel(facts)
    if before != now:
        notes.append(
            f"note: the loss was computed by {before}, and now is by {now}: the result may differ "
            "in its last bits"
        )
    _load_weights(folder, run)
    _copy(load_file(folder / OPTIMIZER), run.optimizer.state())
    if kept["loss_scale"]:
        run.loss_scale.load(kept["loss_scale"])
    restore_random_states(load_file(folder / RANDOM))
    notes += user_callbacks.load(kept["callbacks"])
    progress = Progress(
        kept["step"], kept["steps_completed"], kept["initial_loss"], kept["best_loss"],
        Standing(**kept["held_out"]),
    )  # fmt: skip
    return progress, [*notes, f"resuming after step {progress.step}, from {folder}"]


def load_best(output: Path, run: Run, step: int) -> None:
    """Load the weights of the best step; raise TrainingFailure where they are damaged."""
    folder = output / CHECKPOINTS / checkpoint_name(step)
    if (fault := find_damage(folder)) is not None:
        raise TrainingFailure(
            f"{folder}: the checkpoint of the best step is damaged: {fault}; go on with --resume "
            "and evaluation.export: last"
        )
    _load_weights(folder, run)


def _load_weights(folder: Path, run: Run) -> None:
    """Load the weights of a checkpoint into the student."""
    _copy(load_file(folder / CHECKPOINT_WEIGHTS), run.student.trained_parameters())


def tidy(output: Path, step: int) -> None:
    """Remove log lines and files that were written after the checkpoint."""
    for name in (METRICS, TIMINGS, HELD_OUT, CSV):
        rewind(output / name, step)
    for temporary in (output / CHECKPOINTS).glob(".*"):
        _remove(temporary)


def _require_resumable(folder: Path, kept: JsonObject, facts: JsonObject) -> None:
    if kept.get("smoke") is not False:
        raise UserError(f"{folder}: left by a smoke run; run in full with --overwrite instead")
    if kept.get("format") != facts["format"]:
        raise UserError(
            f"{folder}: written by another version of the trainer ({kept.get('format')}; this "
            f"one resumes from {facts['format']}); resume with that version, or start again with "
            "--overwrite"
        )
    require_same_run(str(folder), kept, facts)


def _require_same_student(folder: Path, run: Run) -> None:
    """Raise UserError for a student of another shape, which may come from another place."""
    kept, now = (
        {name: value for name, value in config.items() if name not in _ORIGIN}
        for config in (read_json(folder / MODEL_CONFIG), as_read(run.student.config_json()))
    )
    if found := next(changes(kept, now, "student's config.json"), None):
        raise UserError(f"--resume {folder}: {found.text}; give the student that it began with")


def _row_kernel(facts: JsonObject) -> str:
    """Return what passed over the rows of logits; only a chunked loss had a choice."""
    kernel = facts["loss"].get("kernel")
    return "torch" if kernel is None else str(kernel["name"])


@torch.no_grad()
def _copy(read: Mapping[str, Tensor], held: Mapping[str, Tensor]) -> None:
    if read.keys() != held.keys():
        raise UserError(
            f"--resume: the checkpoint has other tensors than the student: "
            f"{', '.join(sorted(read.keys() ^ held.keys())[:3])}"
        )
    for name, tensor in held.items():
        assign(tensor, read[name])


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
