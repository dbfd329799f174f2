"""Load a model folder: the built-in decoder, a transformers model, or a base with adapters."""

from pathlib import Path

import torch

from trainer.configuration.schema import Student
from trainer.errors import UserError
from trainer.models.configuration import ModelConfig
from trainer.models.decoder import Decoder
from trainer.models.interface import LanguageModel, type_name
from trainer.models.parameters import frozen_digest
from trainer.storage.file_names import GENERATION
from trainer.storage.json_files import read_json
from trainer.storage.model_files import ModelFiles, find_model
from trainer.storage.safetensors_files import (
    first_type,
    read_weights,
    require_finite_weights,
    require_fit,
    require_floats,
)

_RECOMPUTED = ".rotary_emb.inv_freq"  # older Llama files hold it; it follows from config.json
_TYPES = {type_name(each): each for each in (torch.float32, torch.bfloat16, torch.float16)}
_TOKEN_IDS = ("bos_token_id", "eos_token_id", "pad_token_id")


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
        from trainer.models.hugging_face import load_hugging_face_model  # noqa: PLC0415 - transformers takes seconds

        model: LanguageModel = load_hugging_face_model(files, device, dtype)
    else:
        model = _decoder(config, files).to(device, dtype).eval()
    require_finite_weights(files.folder, files.weights, model)
    model.stored_as = _type_of(files)
    return model


def _type_of(files: ModelFiles) -> torch.dtype:
    """Return the type that config.json states, else that of the weights; float32 for others."""
    name = files.stated_type or type_name(first_type(files.weights))
    return _TYPES.get(name, torch.float32)


def _with_adapters(files: ModelFiles, device: torch.device, dtype: torch.dtype) -> LanguageModel:
    """Build the base model of a checkpoint's adapters, with the adapters merged."""
    from trainer.models.lora import add_lora  # noqa: PLC0415 - peft takes seconds

    student = Student.model_validate(files.facts["configuration"]["student"])
    if student.model_id is None or student.lora is None:
        raise UserError(f"{files.folder}: its record names no model beside its adapters")
    origin = find_model(Path(student.model_id))
    adapted, model = load_model(origin, torch.device("cpu")), load_model(origin, device, dtype)
    add_lora(adapted, student.lora, seed=0)
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
    generation = files.folder / GENERATION
    model.generation = read_json(generation) if generation.is_file() else {}
    return model
