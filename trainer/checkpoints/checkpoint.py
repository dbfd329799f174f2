"""Checkpoints: a folder each, written aside, flushed to the disk and renamed into place.

At every instant each `step-N` is complete, and `latest`, once it exists, points to one of them:
folders and `latest` change by renames, and old folders are removed only after `latest` has moved.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from trainer.errors import TrainingFailure
from trainer.models.interface import LanguageModel
from trainer.processes.collectives import current_world, full_tensor
from trainer.storage.atomic_files import flush_to_disk, write_json
from trainer.storage.file_names import (
    CHECKPOINT_FACTS,
    CHECKPOINT_NAMES,
    CHECKPOINT_WEIGHTS,
    LATEST,
    MODEL_CONFIG,
)
from trainer.storage.manifest import write_manifest
from trainer.storage.safetensors_files import save_weights
from trainer.training.guards import require_finite_tensors
from trainer.training.optimizer import AdamW
from trainer.training.random_states import random_states

OPTIMIZER = "optimizer.safetensors"
RANDOM = "random.safetensors"


def checkpoint_name(step: int) -> str:
    """Return the folder's name; names sort in the order of their steps.

    >>> checkpoint_name(120)
    'step-00000120'
    """
    return f"step-{step:08d}"


def write_checkpoint(
    folder: Path, student: LanguageModel, optimizer: AdamW, facts: Mapping[str, object]
) -> None:
    """Write a checkpoint atomically; `facts` has at least `smoke` and `step`.

    Every process of a run has to call this, with unsharded parameters: all contribute the state of
    their optimiser, the main one writes. Raises TrainingFailure when a tensor is not finite, or
    when the disk is full or cannot be written.
    """
    state = {name: full_tensor(tensor).cpu() for name, tensor in optimizer.state().items()}
    if current_world().is_main:
        _write(folder, student, state, facts)


def _write(
    folder: Path, student: LanguageModel, state: Mapping[str, Tensor], facts: Mapping[str, object]
) -> None:
    aside = folder.with_name(f".{folder.name}.writing")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        _fill(aside, student, state, facts)
        _put_in_place(aside, folder)
    except (OSError, SafetensorError) as fault:
        shutil.rmtree(aside, ignore_errors=True)
        raise TrainingFailure(
            f"{folder}: the checkpoint cannot be written ({fault}): make room; those "
            "before it are untouched"
        ) from fault


def publish(folder: Path, keep: int | None, best: str = "") -> None:
    """Point `latest` to a checkpoint, then remove all but the newest `keep`, and the best one.

    None keeps all.
    """
    pointer = folder.with_name(f".{LATEST}.writing")
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(folder.name)
    pointer.replace(folder.with_name(LATEST))
    flush_to_disk(folder.parent)
    written = sorted(folder.parent.glob(CHECKPOINT_NAMES))
    for old in () if keep is None else written[:-keep]:
        if old.name != best:
            _remove(old)


def measure_checkpoint_seconds(
    folder: Path, student: LanguageModel, optimizer: AdamW, facts: Mapping[str, object]
) -> float:
    """Write a checkpoint, check it, and return the seconds that writing took.

    Raises TrainingFailure unless the tensors read are equal bit for bit to those written.
    """
    started = perf_counter()
    write_checkpoint(folder, student, optimizer, facts)
    seconds = perf_counter() - started
    state = {name: full_tensor(tensor) for name, tensor in optimizer.state().items()}
    if current_world().is_main:
        _require_equal(load_file(folder / CHECKPOINT_WEIGHTS), student.trained_parameters())
        _require_equal(load_file(folder / OPTIMIZER), state)
    return seconds


def _fill(
    folder: Path, student: LanguageModel, state: Mapping[str, Tensor], facts: Mapping[str, object]
) -> None:
    require_finite_tensors(f"{folder.parent}: the student", student.trained_parameters().items())
    require_finite_tensors(f"{folder.parent}: the optimiser", state.items())
    save_weights(student.trained_parameters(), folder / CHECKPOINT_WEIGHTS)
    save_file(dict(state), folder / OPTIMIZER)
    save_file(random_states(), folder / RANDOM)
    flush_to_disk(folder / OPTIMIZER)
    flush_to_disk(folder / RANDOM)
    write_json(folder / MODEL_CONFIG, student.config_json())
    write_json(folder / CHECKPOINT_FACTS, facts)
    write_manifest(folder)


def _put_in_place(aside: Path, folder: Path) -> None:
    if folder.exists():  # it is damaged, or the run would have resumed from it
        _remove(folder)
    aside.rename(folder)
    flush_to_disk(folder.parent)
    flush_to_disk(folder.parent.parent)


def _remove(folder: Path) -> None:
    """Remove a checkpoint; it is renamed first, so that an incomplete one is never visible."""
    aside = folder.with_name(f".{folder.name}.removing")
    shutil.rmtree(aside, ignore_errors=True)
    folder.rename(aside)
    shutil.rmtree(aside)


def _require_equal(read: Mapping[str, Tensor], written: Mapping[str, Tensor]) -> None:
    for name, tensor in written.items():
        if name not in read or not torch.equal(read[name], tensor.detach().cpu()):
            raise TrainingFailure(f"checkpoint: {name} was not read back as it was written")
