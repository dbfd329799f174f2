"""The final model: weights and config.json in Hugging Face's layout, and a sidecar of facts."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError

from trainer.config import Student
from trainer.errors import TrainingFailure, UserError
from trainer.files import flush_to_disk, write_json
from trainer.folders import CARRIED, SIDECAR, ModelFiles, find_model
from trainer.models.configuration import ModelConfig
from trainer.models.decoder import Decoder
from trainer.models.interface import LanguageModel
from trainer.models.parameters import frozen_digest
from trainer.weights import read_weights, require_finite_weights, require_fit, require_floats

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


def load_model(
    files: ModelFiles, device: torch.device, dtype: torch.dtype = torch.float32
) -> LanguageModel:
    """Build the model of a folder on `device` in the type given, in evaluation mode.

    Raises UserError: an architecture that cannot be built here, unreadable weights, weights that
    do not fit config.json or are not finite.
    """
    if files.checkpoint and files.facts.get("frozen"):
        return _with_adapters(files, device, dtype)
    config = _decoder_config(files)
    if config is None:
        from trainer.hub_models import load_hub_model  # noqa: PLC0415 - transformers takes seconds

        model: LanguageModel = load_hub_model(files, device, dtype)
    else:
        model = _decoder(config, files).to(device, dtype).eval()
    require_finite_weights(files.folder, model)
    return model


def _with_adapters(files: ModelFiles, device: torch.device, dtype: torch.dtype) -> LanguageModel:
    """Build the model that a checkpoint's adapters stand beside, and add them to its weights."""
    from trainer.adapters import adapt  # noqa: PLC0415 - peft takes seconds

    student = Student.model_validate(files.facts["configuration"]["student"])
    if student.model_id is None or student.lora is None:
        raise UserError(f"{files.folder}: its record names no model beside its adapters")
    origin = find_model(Path(student.model_id))
    adapted, model = load_model(origin, torch.device("cpu")), load_model(origin, device, dtype)
    adapt(adapted, student.lora, seed=0)
    if frozen_digest(adapted) != files.facts["frozen"]:
        raise UserError(
            f"{files.folder}: holds adapters of {student.model_id}, which has other weights now; "
            "bring that model back, or take an export"
        )
    adapted.load_state_dict(read_weights(files.weights), strict=False)
    model.load_state_dict(adapted.weights(), strict=False)
    return model


def _decoder_config(files: ModelFiles) -> ModelConfig | None:
    """Return the shape of the built-in decoder, or None for a model that is another one."""
    if files.config.get("model_type") != "llama":
        return None
    try:
        return ModelConfig.from_dict(files.config)
    except (KeyError, TypeError) as fault:
        raise UserError(
            f"{files.folder}: not a model ({fault} in config.json); export it again"
        ) from fault
    except ValueError:  # a Llama with scaled positions, biases or other activations
        return None


def _decoder(config: ModelConfig, files: ModelFiles) -> Decoder:
    tensors = read_weights(files.weights)
    require_floats(files.weights, tensors)
    model = Decoder(config)
    model.unused = tuple(name for name in sorted(tensors) if name.endswith(_RECOMPUTED))
    for name in model.unused:
        del tensors[name]
    if config.tie_word_embeddings:
        tensors.pop("lm_head.weight", None)  # some files hold the shared tensor twice
    require_fit(files.folder, tensors, model)
    model.load_state_dict(tensors, strict=False)
    model.token_ids = {name: files.config[name] for name in _TOKEN_IDS if name in files.config}
    return model


def _last_makes_whole(path: Path) -> tuple[bool, bool, str]:
    """Sort weights behind everything else, and their index behind them."""
    return (path.name.endswith(".index.json"), path.suffix == ".safetensors", path.name)
