"""Write the final model: weights and config.json as Hugging Face has them, and a sidecar."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError

from trainer.errors import TrainingFailure
from trainer.models.interface import LanguageModel
from trainer.storage.atomic_files import flush_to_disk, write_json
from trainer.storage.file_names import SIDECAR, TOKENIZER_FILES


def export_model(
    folder: Path,
    student: LanguageModel,
    facts: Mapping[str, object],
    tokenizer: Path | None = None,
) -> None:
    """Write the sidecar, the tokenizer's files, config and weights.

    The weights come last, and of several files their index: a model is whole or absent.
    Raises TrainingFailure when the disk does not take it.
    """
    aside = folder / ".model.writing"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir()
        if tokenizer is not None:
            copy_tokenizer_files(tokenizer, aside)
        student.save(aside)
        write_json(folder / SIDECAR, facts)
        for path in sorted(aside.iterdir(), key=_write_order):
            flush_to_disk(path)
            path.replace(folder / path.name)
        aside.rmdir()
        flush_to_disk(folder)
    except (OSError, SafetensorError) as fault:
        shutil.rmtree(aside, ignore_errors=True)
        raise TrainingFailure(
            f"{folder}: the model cannot be written ({fault}); make room; --resume goes on from "
            "the last checkpoint, if output.checkpoint_every had one written"
        ) from fault


def copy_tokenizer_files(tokenizer: Path, folder: Path) -> None:
    """Copy the files of the tokenizer in one folder to another."""
    for name in TOKENIZER_FILES:
        if (tokenizer / name).is_file():
            shutil.copyfile(tokenizer / name, folder / name)


def _write_order(path: Path) -> tuple[bool, bool, str]:
    """Return a sort key: weights after everything else, and their index after them."""
    return (path.name.endswith(".index.json"), path.suffix == ".safetensors", path.name)
