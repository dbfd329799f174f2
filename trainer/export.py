"""The final model: weights and config.json in Hugging Face's layout, and a sidecar of facts."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from trainer.errors import UserError
from trainer.files import flush_to_disk, write_json
from trainer.folders import MODEL_CONFIG, SIDECAR, WEIGHTS, ModelFiles
from trainer.models import Decoder, LanguageModel, ModelConfig


def export_model(folder: Path, student: LanguageModel, facts: Mapping[str, object]) -> None:
    """Write sidecar, config and weights; the weights come last, so a model is whole or absent."""
    write_json(folder / SIDECAR, facts)
    write_json(folder / MODEL_CONFIG, student.config_json())
    aside = folder / f".{WEIGHTS}.writing"
    save_weights(student, aside)
    aside.replace(folder / WEIGHTS)
    flush_to_disk(folder)


def save_weights(student: LanguageModel, path: Path) -> None:
    """Write the parameters, without a tied head, and flush them to the disk."""
    tensors = {
        name: tensor.detach().cpu().contiguous() for name, tensor in student.named_parameters()
    }
    save_file(tensors, path, metadata={"format": "pt"})
    flush_to_disk(path)


def load_model(files: ModelFiles, device: torch.device) -> LanguageModel:
    """Build the decoder of an exported model on `device`, in evaluation mode.

    Raises UserError: unreadable weights, or weights that do not fit config.json.
    """
    try:
        model = Decoder(ModelConfig.from_dict(files.config))
        tensors = load_file(files.weights)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as fault:
        raise UserError(f"{files.folder}: not a model ({fault}); export it again") from fault
    held = dict(model.named_parameters())
    if {n: t.shape for n, t in tensors.items()} != {n: t.shape for n, t in held.items()}:
        raise UserError(f"{files.weights}: does not fit {files.folder}/config.json; export again")
    model.load_state_dict(tensors, strict=False)
    return model.to(device).eval()
