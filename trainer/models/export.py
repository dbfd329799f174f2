"""The final model: weights and config.json in Hugging Face's layout, and a sidecar of facts."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError

from trainer.errors import TrainingFailure
from trainer.models.interface import LanguageModel
from trainer.storage.atomic_files import flush_to_disk, write_json
from trainer.storage.run_folders import CARRIED, SIDECAR

_RECOMPUTED = ".rotary_emb.inv_freq"  # older Llama files hold it; it follows from config.json
_TOKEN_IDS = ("bos_token_id", "eos_token_id", "pad_token_id")


def export_model(
    folder: Path,
    student: LanguageModel,
    facts: Mapping[str, object],
    tokenizer: Path | None = None,
) -> None:
    """Write sidecar, the tokenizer's files, config and weights.

    The weights come last, and of several files their index: a model is whole or absent.
    Raises TrainingFailure when the disk does not take it.
    """
    aside = folder / ".model.writing"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir()
        if tokenizer is not None:
            carry(tokenizer, aside)
        student.save(aside)
        write_json(folder / SIDECAR, facts)
        for path in sorted(aside.iterdir(), key=_last_makes_whole):
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


def carry(tokenizer: Path, folder: Path) -> None:
    """Copy the files of the tokenizer in one folder to another."""
    for name in CARRIED:
        if (tokenizer / name).is_file():
            shutil.copyfile(tokenizer / name, folder / name)


def _last_makes_whole(path: Path) -> tuple[bool, bool, str]:
    """Sort weights behind everything else, and their index behind them."""
    return (path.name.endswith(".index.json"), path.suffix == ".safetensors", path.name)
