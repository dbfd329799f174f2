"""Write the final model: weights and config.json as Hugging Face has them, and a sidecar."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError

from trainer.errors import TrainingFailure
from trainer.models.interface import LanguageModel
from trainer.storage.atomic_files import flush_to_disk, write_json
from trainer.storage.file_names import (
    INDEX,
    MODEL_ASIDE,
    REPORT,
    SHARDS,
    SIDECAR,
    TOKENIZER_FILES,
    WEIGHTS,
)


def export_model(
    folder: Path,
    student: LanguageModel,
    facts: Mapping[str, object],
    tokenizer: Path | None = None,
) -> None:
    """Write a model and put it in place; raise TrainingFailure when the disk does not take it."""
    write_model(folder, student, facts, tokenizer)
    publish_model(folder)


def write_model(
    folder: Path,
    student: LanguageModel,
    facts: Mapping[str, object],
    tokenizer: Path | None = None,
) -> None:
    """Write the sidecar, the tokenizer's files, config and weights aside, in `MODEL_ASIDE`.

    Raises TrainingFailure when the disk does not take it.
    """
    aside = folder / MODEL_ASIDE
    discard_model(folder)
    try:
        aside.mkdir()
        if tokenizer is not None:
            copy_tokenizer_files(tokenizer, aside)
        student.save(aside)
        write_json(aside / SIDECAR, facts)
        for path in aside.iterdir():
            flush_to_disk(path)
    except (OSError, SafetensorError) as fault:
        discard_model(folder)
        raise _no_room(folder, fault) from fault


def publish_model(folder: Path) -> None:
    """Move the files of a model that was written aside to their places.

    The weights come last, and of several files their index: a model is whole or absent. An
    earlier one, and the report on it, are removed before.
    """
    aside = folder / MODEL_ASIDE
    try:
        for earlier in (
            *(folder / name for name in (REPORT, INDEX, WEIGHTS)),
            *folder.glob(SHARDS),
        ):
            earlier.unlink(missing_ok=True)
        for path in sorted(aside.iterdir(), key=_write_order):
            path.replace(folder / path.name)
        aside.rmdir()
        flush_to_disk(folder)
    except OSError as fault:
        raise _no_room(folder, fault) from fault


def discard_model(folder: Path) -> None:
    """Remove a model that was written aside, if there is one."""
    shutil.rmtree(folder / MODEL_ASIDE, ignore_errors=True)


def _no_room(folder: Path, fault: Exception) -> TrainingFailure:
    return TrainingFailure(
        f"{folder}: the model cannot be written ({fault}); make room; --resume goes on from "
        "the last checkpoint, if output.checkpoint_every had one written"
    )


def copy_tokenizer_files(tokenizer: Path, folder: Path) -> None:
    """Copy the files of the tokenizer in one folder to another."""
    for name in TOKENIZER_FILES:
        if (tokenizer / name).is_file():
            shutil.copyfile(tokenizer / name, folder / name)


def _write_order(path: Path) -> tuple[bool, bool, str]:
    """Return a sort key: weights after everything else, and their index after them."""
    return (path.name.endswith(".index.json"), path.suffix == ".safetensors", path.name)
