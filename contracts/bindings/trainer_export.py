"""Views of the trainer's export by small models, written to a temporary folder and read again."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from trainer.models.configuration import ModelConfig
from trainer.models.export import export_model
from trainer.models.initialisation import initialise
from trainer.models.interface import LanguageModel, type_name
from trainer.models.load import load_model
from trainer.storage.atomic_files import write_json
from trainer.storage.file_names import MODEL_CONFIG, WEIGHTS
from trainer.storage.json_files import read_json
from trainer.storage.model_files import find_model

torch.set_num_threads(1)  # the models are tiny
_CPU = torch.device("cpu")
_SIZES = {
    "vocab_size": 40,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "max_position_embeddings": 16,
}


def read_again(layers: int, heads: int, tied: int, seed: int) -> float:
    """Return the greatest difference of logits between a decoder and its export, read by us."""
    config = ModelConfig(16, 24, layers, heads, heads, 40, 16, tie_word_embeddings=bool(tied))
    model = initialise(config, seed).eval()
    with TemporaryDirectory() as folder:
        export_model(Path(folder), model, {})
        return apart(logits(model), logits(load_model(find_model(Path(folder)), _CPU)))


def read_by_transformers(architecture: str) -> float:
    """Return the greatest difference between a model's logits and those transformers reads."""
    import transformers  # noqa: PLC0415 - takes seconds, and only this view needs it

    with TemporaryDirectory() as made, TemporaryDirectory() as exported:
        model = model_of(architecture, Path(made))
        export_model(Path(exported), model, {})
        theirs = transformers.AutoModelForCausalLM.from_pretrained(exported).eval()
        with torch.no_grad():
            return apart(logits(model), theirs(tokens()).logits)


def rounded(architecture: str, type: str) -> float:  # noqa: A002 - the contract's name
    """Return the greatest difference between a model rounded to a type and its export in it.

    It is infinite unless every tensor of the export has that type, and transformers reads it so.
    """
    import transformers  # noqa: PLC0415 - likewise

    with TemporaryDirectory() as made, TemporaryDirectory() as exported:
        model = model_of(architecture, Path(made))
        model.stored_as = getattr(torch, type)
        export_model(Path(exported), model, {})
        held = {tensor.dtype for tensor in load_file(Path(exported) / WEIGHTS).values()}
        theirs = transformers.AutoModelForCausalLM.from_pretrained(exported)
        if held != {model.stored_as} or theirs.dtype is not model.stored_as:
            return float("inf")
        for parameter in model.parameters():
            parameter.data = parameter.data.to(model.stored_as).to(parameter.dtype)
        return apart(logits(model), logits(load_model(find_model(Path(exported)), _CPU)))


def own_type(architecture: str, type: str) -> str:  # noqa: A002 - the contract's name
    """Return the type in which a model is exported that was read from files of a type."""
    with TemporaryDirectory() as name:
        made, read, again = (Path(name) / each for each in ("made", "read", "again"))
        for folder in (made, read, again):
            folder.mkdir()
        model = model_of(architecture, made)
        model.stored_as = getattr(torch, type)
        export_model(read, model, {})
        return _exported_type(read, again)


def chosen_type(key: str, stated: str, held: str) -> str:
    """Return the type in which a decoder is exported whose config.json states a type by a key.

    Its files hold a type that may be another one; "nothing" is stated by neither key.
    """
    with TemporaryDirectory() as name:
        read, again = (Path(name) / each for each in ("read", "again"))
        for folder in (read, again):
            folder.mkdir()
        model = initialise(ModelConfig(16, 24, 1, 2, 2, 40, 16), 0)
        model.stored_as = getattr(torch, held)
        export_model(read, model, {})
        config = {k: said for k, said in read_json(read / MODEL_CONFIG).items() if k != "dtype"}
        write_json(read / MODEL_CONFIG, config if stated == "nothing" else {**config, key: stated})
        return _exported_type(read, again)


def _exported_type(read: Path, again: Path) -> str:
    """Read a model from a folder, export it to another one, and return the type it has there."""
    export_model(again, load_model(find_model(read), _CPU), {})
    (found,) = {tensor.dtype for tensor in load_file(again / WEIGHTS).values()}
    return type_name(found)


def damaged(damage: str) -> None:
    """Export a model, damage it in one way, and load it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        export_model(folder, initialise(ModelConfig(16, 24, 1, 2, 2, 40, 16), 0), {})
        _DAMAGES[damage](folder)
        load_model(find_model(folder), _CPU)


def model_of(architecture: str, folder: Path) -> LanguageModel:
    """Return a small model of an architecture, read from the folder it is written to."""
    if architecture == "decoder":
        return initialise(ModelConfig(16, 24, 2, 2, 2, 40, 16), 0).eval()
    import transformers  # noqa: PLC0415 - likewise

    torch.manual_seed(0)
    sizes = {**_SIZES, "bos_token_id": 0, "eos_token_id": 0}
    config = transformers.AutoConfig.for_model(architecture, **sizes)
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    return load_model(find_model(folder), _CPU)


def tokens() -> Tensor:
    """Return tokens (2, 10)."""
    return torch.arange(20).view(2, 10)


def logits(model: LanguageModel) -> Tensor:
    """Return what a model says of the tokens."""
    with torch.no_grad():
        return model(tokens())


def apart(first: Tensor, second: Tensor) -> float:
    """Return the greatest difference."""
    return (first - second).abs().max().item()


def _cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:-size])


def _replace(path: Path, old: bytes, new: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(old, new, 1))


def _scale(path: Path, factor: float) -> None:
    tensors = load_file(path)
    tensors["model.layers.0.input_layernorm.weight"] *= factor
    save_file(tensors, path)


def _drop(path: Path) -> None:
    tensors = load_file(path)
    del tensors["model.layers.0.input_layernorm.weight"]
    save_file(tensors, path)


_DAMAGES: dict[str, Callable[[Path], None]] = {
    "truncated": lambda folder: _cut(folder / WEIGHTS, 1),
    "header": lambda folder: _replace(folder / WEIGHTS, b"{", b"\xff"),
    "shape": lambda folder: _replace(folder / WEIGHTS, b"[40,16]", b"[16,40]"),
    "absent": lambda folder: _drop(folder / WEIGHTS),
    "nan": lambda folder: _scale(folder / WEIGHTS, float("nan")),
    "infinite": lambda folder: _scale(folder / WEIGHTS, float("inf")),
    "config": lambda folder: _cut(folder / MODEL_CONFIG, 9),
    "weights": lambda folder: (folder / WEIGHTS).unlink(),
}
