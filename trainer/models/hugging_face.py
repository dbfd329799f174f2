"""Causal language models of any architecture that Hugging Face transformers has.

The only module that imports transformers, which takes seconds.
"""

import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from trainer.errors import UserError
from trainer.models.interface import Head, LanguageModel, split_positions, type_name
from trainer.storage.atomic_files import write_text
from trainer.storage.file_names import MODEL_CONFIG
from trainer.storage.json_files import JsonObject, read_json
from trainer.storage.model_files import ModelFiles
from trainer.storage.safetensors_files import (
    check_headers,
    read_weights,
    require_fit,
    require_floats,
)

try:
    import transformers
except ModuleNotFoundError as missing:
    raise UserError(
        "this model is not of the built-in architecture (Llama without scaled positions); for "
        "others install the extra: pip install 'pv-contracts[trainer,hf]'"
    ) from missing

_LARGEST_SHARD = "5GB"
_CAP = re.compile(r"(final_|output_)?logits?_soft_?cap(ping)?")
"""Keys of configurations that cap the logits; those of attention and of routers do not."""
_LARGE = 1000.0
"""The largest logit of the probe: beyond caps in use (30 to 50), within what float16 holds."""
_TINY = 1e-4  # logits of zeros stay zeros
transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


class HuggingFaceModel(LanguageModel):
    """A transformers model behind the interface `LanguageModel`."""

    def __init__(self, inner: Any, unused: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.inner = inner
        self.vocab_size = int(inner.config.get_text_config().vocab_size)
        self.unused = unused
        positions = getattr(inner.config.get_text_config(), "max_position_embeddings", None)
        self.max_positions = positions or sys.maxsize  # relative positions have no end
        self._linear = False

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to logits (B, T, V)."""
        logits: Tensor = self.inner(**_inputs(tokens)).logits
        return logits

    def hidden(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to what the head reads (B, T, D)."""
        found = self.inner.base_model(**_inputs(tokens))
        states: Tensor = found.last_hidden_state
        return states

    @property
    def head(self) -> Head | None:
        """The head, if `probe` has shown that logits are its linear map of the hidden states."""
        return self._last_map() if self._linear else None

    @property
    def trunk(self) -> nn.Module:
        """The model of transformers without its head."""
        trunk: nn.Module = self.inner.base_model
        return trunk

    def recompute_activations(self) -> None:
        """Turn on gradient checkpointing: transformers keeps only the input of each block."""
        newer = getattr(self.inner, "activation_checkpointing_enable", None)
        (newer or self.inner.gradient_checkpointing_enable)({"use_reentrant": False})

    def config_json(self) -> JsonObject:
        """Return the content of `config.json`, with the class that made the model."""
        config: JsonObject = json.loads(self.inner.config.to_json_string())
        return {**config, "architectures": [type(self.inner).__name__]}

    @torch.no_grad()
    def probe(self) -> None:
        """Find out whether logits are a linear map of the hidden states.

        Some architectures cap or scale them afterwards; a loss computed from hidden states would
        then differ from the model. The first logits may be too small to reach the cap, so what
        the head gives is scaled up, and has to come out as it is.
        """
        head = self._last_map()
        capped = _states_a_cap(self.inner.config.get_text_config())
        self._linear = head is not None and not capped and self._passes_on(head)

    def _last_map(self) -> Head | None:
        head = self.inner.get_output_embeddings()
        return None if head is None else Head(head.weight, getattr(head, "bias", None))

    def _passes_on(self, head: Head) -> bool:
        """Return whether the head is the linear map, and the model gives what it returns."""
        given: list[Tensor] = []

        def scale_up(module: nn.Module, inputs: object, output: Tensor) -> Tensor:
            del module, inputs
            factor = _LARGE / output.abs().max().clamp(min=_TINY)
            given.extend((factor, output * factor))
            return given[-1]

        tokens = torch.arange(min(8, self.vocab_size), device=next(self.parameters()).device)[None]
        hook = self.inner.get_output_embeddings().register_forward_hook(scale_up)
        try:
            found = self(tokens)
        finally:
            hook.remove()
        if not given:  # the model does not call its head as a module
            return False
        factor, large = given[-2:]
        linear = torch.nn.functional.linear(self.hidden(tokens), *head) * factor
        return all(
            torch.allclose(each.to(large.dtype), large, rtol=1e-4, atol=1e-5 * _LARGE)
            for each in (linear, found)
        )

    def save(self, folder: Path) -> None:
        """Write config and weights as transformers does, in shards when they are large.

        Buffers that belong to the files keep their type.
        """
        weights = {name.removeprefix("inner."): t for name, t in self.stored_weights().items()}
        self.inner.save_pretrained(
            folder,
            state_dict={**weights, **_persistent_buffers(self.inner)},
            max_shard_size=_LARGEST_SHARD,
        )
        path = folder / MODEL_CONFIG  # states the type of training
        config = _stating(read_json(path), type_name(self.stored_as))
        write_text(path, json.dumps(config, indent=2) + "\n")


def _persistent_buffers(model: nn.Module) -> dict[str, Tensor]:
    """Return the buffers that belong to a model's files, by name.

    `state_dict()` tells them too, but shards what FSDP has gathered.
    """
    return {
        f"{prefix}.{name}".removeprefix("."): buffer
        for prefix, part in model.named_modules()
        for name, buffer in part.named_buffers(recurse=False)
        if name not in part._non_persistent_buffers_set  # noqa: SLF001 - torch has no other way
    }


def _stating(config: JsonObject, dtype: str) -> JsonObject:
    """Return a configuration, and those within it, with another type where they state one."""
    return {
        name: _stating(value, dtype)
        if isinstance(value, dict)
        else (dtype if name == "dtype" else value)
        for name, value in config.items()
    }


def _inputs(tokens: Tensor) -> JsonObject:
    """Return the arguments of a model for tokens, which keeps documents apart by positions."""
    ids, positions = split_positions(tokens)
    given = {} if positions is None else {"position_ids": positions}
    return {"input_ids": ids, "use_cache": False, **given}


def _states_a_cap(config: Any) -> bool:
    """Return whether a configuration names a cap of the logits."""
    return any(_CAP.fullmatch(name) and value for name, value in config.to_dict().items())


def load_hugging_face_model(
    files: ModelFiles, device: torch.device, dtype: torch.dtype
) -> HuggingFaceModel:
    """Build the model of a folder, in evaluation mode; raise UserError when it cannot be built."""
    check_headers(files.weights)
    build = _from_checkpoint if files.checkpoint else _from_folder
    model = build(files, dtype)
    model.to(device).eval()  # no cast: some buffers, such as frequencies, stay float32
    model.probe()
    return model


def _from_folder(files: ModelFiles, dtype: torch.dtype) -> HuggingFaceModel:
    try:
        inner, loading_info = transformers.AutoModelForCausalLM.from_pretrained(
            files.folder,
            dtype=dtype,
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # reported below, by name
        )
    except Exception as fault:
        raise UserError(_refusal(files, fault)) from fault
    _require_complete(files, loading_info)
    require_floats(files.weights, dict(inner.named_parameters()))
    return HuggingFaceModel(inner, tuple(sorted(loading_info["unexpected_keys"])))


def _require_complete(files: ModelFiles, loading_info: JsonObject) -> None:
    """Raise UserError where transformers initialised a missing weight at random."""
    for name, found, wanted in sorted(loading_info["mismatched_keys"]):
        raise UserError(
            f"{files.folder}: {name} is {tuple(found)} in the weights, {tuple(wanted)} by "
            "config.json; copy or export the model again"
        )
    for name in sorted(loading_info["missing_keys"]):
        raise UserError(
            f"{files.folder}: {name} is absent from the weights; copy or export the model again"
        )


def _from_checkpoint(files: ModelFiles, dtype: torch.dtype) -> HuggingFaceModel:
    """Build the architecture, then load the checkpoint's weights into it."""
    config = dict(files.config)
    try:
        kind = transformers.CONFIG_MAPPING[config.pop("model_type")]
        inner = transformers.AutoModelForCausalLM.from_config(kind.from_dict(config), dtype=dtype)
    except Exception as fault:
        raise UserError(_refusal(files, fault)) from fault
    model = HuggingFaceModel(inner)
    tensors = read_weights(files.weights)
    require_fit(files.folder, tensors, model)
    model.load_state_dict(tensors, strict=False)
    return model


def _refusal(files: ModelFiles, fault: Exception) -> str:
    reason = " ".join(str(fault).split())[:300]
    return f"{files.folder}: not a model that transformers can build ({reason}); export it again"


def convert_tokenizer(folder: Path) -> Any:
    """Convert a tokenizer of an older format; raise UserError when it cannot be converted."""
    try:
        return transformers.AutoTokenizer.from_pretrained(
            folder, local_files_only=True
        ).backend_tokenizer
    except Exception as fault:
        reason = " ".join(str(fault).split())[:300]
        raise UserError(
            f"{folder}: its tokenizer cannot be read ({reason}); give one with a tokenizer.json"
        ) from fault


def chat_template(folder: Path) -> tuple[str, Callable[..., str]]:
    """Return the chat template of a tokenizer, and what renders messages by it.

    Raises UserError where the tokenizer has none.
    """
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    template = tokenizer.chat_template
    if not isinstance(template, str):
        raise UserError(
            f"{folder}: its tokenizer has no chat template; add a chat_template.jinja, name "
            "another dataset.tokenizer, or give dataset.format: prompt_completion"
        )

    def render(messages: Sequence[JsonObject], *, begun: bool) -> str:
        text: str = tokenizer.apply_chat_template(
            list(messages), tokenize=False, add_generation_prompt=begun
        )
        return text

    return template, render
