"""Going on from a checkpoint: bit for bit, or not at all."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from trainer.checkpoints.checkpoint import OPTIMIZER, RANDOM
from trainer.errors import UserError
from trainer.processes.collectives import assign, current_world
from trainer.recording.step_logs import rewind
from trainer.storage.manifest import damage
from trainer.storage.run_folders import (
    CHECKPOINT_FACTS,
    CHECKPOINT_NAMES,
    CHECKPOINT_WEIGHTS,
    CHECKPOINTS,
    CSV,
    METRICS,
    TIMINGS,
    read_json,
)
from trainer.training.loop import Run
from trainer.training.random_states import restore_random_states
from trainer.training.results import Standing
from trainer.training.user_callbacks import Guests

_FREE = ("output", "watchdog")
"""Sections that may change between the parts of a run: no weight depends on them."""


def newest_whole(output: Path) -> tuple[Path, list[str]]:
    """Return the newest checkpoint that is as it was written, and a note for each that is not.

    Raises UserError when there is none.
    """
    notes: list[str] = []
    for folder in sorted((output / CHECKPOINTS).glob(CHECKPOINT_NAMES), reverse=True):
        fault = damage(folder)
        if fault is None:
            return folder, notes
        notes.append(f"note: {folder} is damaged: {fault}; an older checkpoint is taken")
    raise UserError("\n".join([*notes, f"{output}: --resume, but it has no whole checkpoint"]))


def resume(
    output: Path, run: Run, facts: Mapping[str, Any], guests: Guests
) -> tuple[Standing, list[str]]:
    """Bring run and callbacks to where the newest whole checkpoint stands; return that and notes.

    Raises UserError when the checkpoint is another run's: other data, teacher or configuration.
    """
    folder, notes = newest_whole(output)
    kept = read_json(folder / CHECKPOINT_FACTS)
    _require_same_run(folder, kept, facts)
    if kept["torch"] != facts["torch"]:
        notes.append(
            f"note: written under torch {kept['torch']}, going on under {facts['torch']}: the "
            "result may differ in its last bits"
        )
    if kept["loss"]["rows"] != facts["loss"]["rows"]:
        notes.append(
            f"note: the loss took {kept['loss']['rows']:,} tokens at a time, and now takes "
            f"{facts['loss']['rows']:,}, by the memory that is free: the result may differ in its "
            "last bits; training.loss_memory_mib fixes it"
        )
    _copy(load_file(folder / CHECKPOINT_WEIGHTS), run.student.learnt())
    _copy(load_file(folder / OPTIMIZER), run.optimizer.state())
    if kept["loss_scale"]:
        run.loss_scale.load(kept["loss_scale"])
    restore_random_states(load_file(folder / RANDOM))
    notes += guests.load(kept["callbacks"])
    standing = Standing(
        kept["step"], kept["steps_completed"], kept["initial_loss"], kept["best_loss"]
    )
    if current_world().is_main:
        _tidy(output, standing.step)
    return standing, [*notes, f"resuming after step {standing.step}, from {folder}"]


def _tidy(output: Path, step: int) -> None:
    """Remove what was written after the checkpoint."""
    for name in (METRICS, TIMINGS, CSV):
        rewind(output / name, step)
    for leavings in (output / CHECKPOINTS).glob(".*"):
        _remove(leavings)


def differences(kept: object, now: object, name: str = "") -> Iterator[str]:
    """Yield `key was X, is Y` for every leaf in which two plain trees differ."""
    if isinstance(kept, dict) and isinstance(now, dict):
        for key in sorted({*kept, *now}):
            yield from differences(kept.get(key), now.get(key), f"{name}.{key}" if name else key)
    elif kept != now:
        yield f"{name} was {kept}, is {now}"


def _require_same_run(folder: Path, kept: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    if kept.get("smoke") is not False:
        raise UserError(f"{folder}: left by a smoke run; run in full with --overwrite instead")
    if kept.get("format") != facts["format"]:
        raise UserError(
            f"{folder}: written by another version of the trainer ({kept.get('format')}; this "
            f"one goes on from {facts['format']}); resume with that version, or start anew with "
            "--overwrite"
        )
    now = json.loads(json.dumps(facts))
    changed = [
        *differences(_binding(kept["configuration"]), _binding(now["configuration"])),
        *differences(kept["corpus"]["digest"], now["corpus"]["digest"], "the digest of the data"),
        *differences(kept["teacher"], now["teacher"], "teacher"),
        *differences(kept["frozen"], now["frozen"], "the digest of the student's own weights"),
        *differences(kept["device"], now["device"], "device"),
    ]
    if changed:
        raise UserError(
            "\n".join(f"--resume {folder}: {fault}" for fault in changed)
            + "\na resumed run must go on as it began; undo the change, or start anew with "
            "--overwrite or another --output"
        )


def _binding(configuration: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in configuration.items() if name not in _FREE}


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
