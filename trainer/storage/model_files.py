"""Find the files of a model in a folder or on the hub. Free of torch."""

from dataclasses import dataclass
from pathlib import Path

from trainer.errors import UserError
from trainer.storage.file_names import (
    CHECKPOINT_FACTS,
    CHECKPOINT_WEIGHTS,
    INDEX,
    MODEL_CONFIG,
    SIDECAR,
    SMOKE,
    WEIGHTS,
)
from trainer.storage.hub_download import fetch, is_hub_id
from trainer.storage.json_files import JsonObject, read_json
from trainer.storage.manifest import find_damage


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of a model; `facts` is its sidecar or the record of its checkpoint."""

    folder: Path
    weights: tuple[Path, ...]
    """One file, or the shards that the index names."""
    config: JsonObject
    facts: JsonObject
    checkpoint: bool = False

    @property
    def stated_type(self) -> str | None:
        """The type of the weights as config.json states it, or None."""
        within = self.config.get("text_config")
        parts = (self.config, within if isinstance(within, dict) else {})
        stated = (part.get(key) for part in parts for key in ("dtype", "torch_dtype"))
        return next((name for name in stated if isinstance(name, str)), None)


def find_model(folder: Path) -> ModelFiles:
    """Find an exported model, a checkpoint of a full run, or a model of the hub by its id.

    Raises UserError: no folder, no final model, a folder left by a smoke run, unreadable JSON.
    """
    if not folder.exists() and is_hub_id(folder):
        folder = fetch(folder)
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; give the --output of a finished run")
    if (folder / CHECKPOINT_FACTS).is_file():
        return _checkpoint(folder)
    sidecar = folder / SIDECAR
    facts = read_json(sidecar) if sidecar.is_file() else {}
    return ModelFiles(folder, _weights(folder), read_json(folder / MODEL_CONFIG), facts)


def _weights(folder: Path) -> tuple[Path, ...]:
    if (folder / WEIGHTS).is_file():
        return (folder / WEIGHTS,)
    if (folder / INDEX).is_file():
        return _shards(folder)
    if any(folder.glob("*.bin")):
        raise UserError(
            f"{folder}: no {WEIGHTS}, only a .bin, which runs code when it is read; "
            "convert the model to safetensors"
        )
    left = "a smoke run left this folder" if (folder / SMOKE).is_file() else "not a model"
    raise UserError(
        f"{folder}: no {WEIGHTS}: {left}; smoke runs and unfinished runs write no final "
        "model, run in full first"
    )


def _shards(folder: Path) -> tuple[Path, ...]:
    named = read_json(folder / INDEX).get("weight_map")
    if not isinstance(named, dict) or not named:
        raise UserError(f"{folder / INDEX}: has no weight_map; copy or export the model again")
    shards = tuple(folder / str(name) for name in sorted(set(named.values())))
    for shard in shards:
        if shard.parent != folder:
            raise UserError(f"{folder / INDEX}: names {shard}, which lies in another folder")
        if not shard.is_file():
            raise UserError(f"{shard}: missing, although {INDEX} names it; copy the model again")
    return shards


def _checkpoint(folder: Path) -> ModelFiles:
    facts = read_json(folder / CHECKPOINT_FACTS)
    if facts.get("smoke") is not False:
        raise UserError(
            f"{folder}: a checkpoint of a smoke run is not a trained model; run in full first"
        )
    if (fault := find_damage(folder)) is not None:
        raise UserError(f"{folder}: a damaged checkpoint: {fault}; take another one")
    config = read_json(folder / MODEL_CONFIG)
    return ModelFiles(folder, (folder / CHECKPOINT_WEIGHTS,), config, facts, checkpoint=True)
