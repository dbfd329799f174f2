"""What lies where in an output folder, and what may be read from one. Free of torch."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.errors import UserError

WEIGHTS = "model.safetensors"
MODEL_CONFIG = "config.json"
SIDECAR = "training.json"
METRICS = "metrics.jsonl"
TIMINGS = "timings.jsonl"
SMOKE = "smoke.json"
CHECKPOINTS = "checkpoints"
CHECKPOINT_FACTS = "checkpoint.json"
CHECKPOINT_WEIGHTS = "student.safetensors"
_OWNED_FILES = (WEIGHTS, MODEL_CONFIG, SIDECAR, METRICS, TIMINGS, SMOKE)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of a model that may be used; `facts` is the sidecar or the checkpoint's record."""

    folder: Path
    weights: Path
    config: dict[str, Any]
    facts: dict[str, Any]


def find_model(folder: Path) -> ModelFiles:
    """Locate an exported model or a checkpoint of a full run.

    Raises UserError: no folder, no final model, a smoke run's leavings, unreadable JSON.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; give the --output of a finished run")
    if (folder / CHECKPOINT_FACTS).is_file():
        return _checkpoint(folder)
    if not (folder / WEIGHTS).is_file():
        left = "a smoke run left this folder" if (folder / SMOKE).is_file() else "not a model"
        raise UserError(
            f"{folder}: no {WEIGHTS}: {left}; smoke runs and unfinished runs write no final "
            "model, run in full first"
        )
    sidecar = folder / SIDECAR
    facts = read_json(sidecar) if sidecar.is_file() else {}
    return ModelFiles(folder, folder / WEIGHTS, read_json(folder / MODEL_CONFIG), facts)


def _checkpoint(folder: Path) -> ModelFiles:
    facts = read_json(folder / CHECKPOINT_FACTS)
    if facts.get("smoke") is not False:
        raise UserError(
            f"{folder}: a checkpoint of a smoke run, which is no trained model; run in full first"
        )
    config = read_json(folder / MODEL_CONFIG)
    return ModelFiles(folder, folder / CHECKPOINT_WEIGHTS, config, facts)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; UserError when it is missing, malformed or no object."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise UserError(f"{path}: not readable JSON ({fault}); export the model again") from fault
    if not isinstance(value, dict):
        raise UserError(f"{path}: expected a JSON object; export the model again")
    return value


def check_output_folder(folder: Path, *, overwrite: bool) -> None:
    """Refuse a path that is no folder, or a folder with anything in it unless `overwrite`."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder}: is a file; --output needs a folder")
    if not overwrite and folder.is_dir() and any(folder.iterdir()):
        raise UserError(f"{folder}: not empty; give another --output, or --overwrite to replace it")


def open_output_folder(folder: Path, *, overwrite: bool) -> Path:
    """Create the folder; with `overwrite`, remove what an earlier run wrote and nothing else."""
    check_output_folder(folder, overwrite=overwrite)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UserError(f"{folder}: cannot be created ({fault}); give another --output") from fault
    for name in _OWNED_FILES:
        (folder / name).unlink(missing_ok=True)
    if (folder / CHECKPOINTS).is_dir():
        shutil.rmtree(folder / CHECKPOINTS)
    return folder
