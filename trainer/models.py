"""A Llama-style decoder in plain torch, with the parameter names of Hugging Face transformers."""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from trainer.files import write_json
from trainer.folders import MODEL_CONFIG, WEIGHTS
from trainer.weights import save_weights

_FIXED = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_act": "silu",
    "attention_bias": False,
    "mlp_bias": False,
    "attention_dropout": 0.0,
    "use_cache": True,
    "bos_token_id": None,
    "eos_token_id": None,
    "dtype": "float32",
}
"""What transformers needs beside our own fields to load an export."""

_ASSUMED = ("model_type", "hidden_act", "attention_bias", "mlp_bias")
"""Of these, the ones that change the logits: a model that differs in one is not this decoder."""


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The shape of a decoder, under the names of transformers' LlamaConfig.

    Raises ValueError for head counts that do not divide what they share out.
    """

    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    vocab_size: int = 256
    max_position_embeddings: int = 1024
    rms_norm_eps: float = 1e-6
    rope_theta: float = 10_000.0
    tie_word_embeddings: bool = True

    def __post_init__(self) -> None:
        width, heads, key_heads = (
            self.hidden_size,
            self.num_attention_heads,
            self.num_key_value_heads,
        )
        if width % (2 * heads) != 0:
            raise ValueError(
                f"hidden_size {width} is no even multiple of num_attention_heads {heads}; "
                "rotary positions turn pairs within a head"
            )
        if heads % key_heads != 0:
            raise ValueError(
                f"num_attention_heads {heads} is no multiple of num_key_value_heads {key_heads}"
            )

    @property
    def head_size(self) -> int:
        """Width of one attention head."""
        return self.hidden_size // self.num_attention_heads

    def to_dict(self) -> dict[str, Any]:
        """Return the content of a `config.json` that transformers loads."""
        return {**_FIXED, **asdict(self), "head_dim": self.head_size}

    @classmethod
    def from_dict(cls, config: dict[str, Any]) -> "ModelConfig":
        """Read a `config.json`, ours or one that transformers wrote.

        Raises KeyError naming a missing field, and ValueError naming one whose value this decoder
        does not implement: ignored, it would give wrong logits without a word.
        """
        rotary = {**(config.get("rope_scaling") or {}), **(config.get("rope_parameters") or {})}
        given = {**rotary, **config}  # transformers 5 keeps rope_theta among rope_parameters
        shape = cls(**{field.name: given[field.name] for field in fields(cls)})
        _require_same_computation(shape, given)
        return shape


PRESETS = {
    "nano": ModelConfig(48, 128, 2, 3, 3),
    "micro": ModelConfig(96, 256, 2, 6, 6),
    "small-student": ModelConfig(96, 256, 3, 6, 6),
    "small-teacher": ModelConfig(192, 512, 4, 6, 6),
}
"""Shapes by name; all of them read bytes."""


class Head(NamedTuple):
    """The last linear map of a model, from hidden states to logits."""

    weight: Tensor
    """(V, D); of a tied model, also the embedding."""
    bias: Tensor | None = None
    """(V,)"""


class CausalModel(Protocol):
    """What the objective needs of a language model.

    With a head, logits are exactly `hidden @ head.weight.T + head.bias`, so that a loss may walk
    over them in pieces. A model that does more to its logits, such as capping them, has no head.
    """

    def __call__(self, tokens: Tensor, /) -> Tensor:
        """Map tokens (B, T) to logits (B, T, V)."""

    def hidden(self, tokens: Tensor, /) -> Tensor:
        """Map tokens (B, T) to what the head reads (B, T, D)."""

    @property
    def head(self) -> Head | None:
        """The head, whose tensors are the parameters themselves, or None."""


class LanguageModel(nn.Module, ABC):
    """A causal language model that can be trained, written and read: a `CausalModel` and its facts.

    The names of its parameters are those of the weights in its folder.
    """

    vocab_size: int
    max_positions: int
    unused: tuple[str, ...] = ()
    """Names of tensors in its files that the architecture does not use."""

    @abstractmethod
    def hidden(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to what the head reads (B, T, D)."""

    @property
    @abstractmethod
    def head(self) -> Head | None:
        """The head, or None where logits are more than a linear map of the hidden states."""

    @property
    @abstractmethod
    def trunk(self) -> nn.Module:
        """The part that `hidden` calls."""

    @abstractmethod
    def recompute_activations(self) -> None:
        """From now on, compute the activations of a block again instead of keeping them."""

    @abstractmethod
    def config_json(self) -> dict[str, Any]:
        """Return the content of a `config.json` from which the same model can be built."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write config and weights to an empty folder, as `AutoModelForCausalLM` reads them."""


class RMSNorm(nn.Module):
    """x / rms(x) · weight, computed in float32 (Zhang & Sennrich 2019)."""

    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalise (…, D)."""
        wide = x.float()
        scaled = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)
        return self.weight * scaled.to(x.dtype)


class Attention(nn.Module):
    """Causal attention with rotary positions; several query heads may share a key head."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.head_size = config.head_size
        self.shared = config.num_attention_heads != config.num_key_value_heads
        queries = config.num_attention_heads * config.head_size
        keys = config.num_key_value_heads * config.head_size
        self.q_proj = nn.Linear(config.hidden_size, queries, bias=False)
        self.k_proj = nn.Linear(config.hidden_size, keys, bias=False)
        self.v_proj = nn.Linear(config.hidden_size, keys, bias=False)
        self.o_proj = nn.Linear(queries, config.hidden_size, bias=False)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """Attend over (B, T, D); `cosine` and `sine` are (T, head size)."""
        batch, length, _ = x.shape
        heads = (batch, length, -1, self.head_size)
        q = _rotate(self.q_proj(x).view(heads).transpose(1, 2), cosine, sine)  # (B, H, T, d)
        k = _rotate(self.k_proj(x).view(heads).transpose(1, 2), cosine, sine)
        v = self.v_proj(x).view(heads).transpose(1, 2)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=self.shared)
        projected: Tensor = self.o_proj(y.transpose(1, 2).reshape(batch, length, -1))
        return projected


class MLP(nn.Module):
    """SwiGLU: down(silu(gate(x)) · up(x)) (Shazeer 2020)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (…, D) to (…, D)."""
        mapped: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))
        return mapped


class Block(nn.Module):
    """Attention and MLP, each behind a norm and beside a residual."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.self_attn = Attention(config)
        self.mlp = MLP(config)
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """Map (B, T, D) to (B, T, D)."""
        x = x + self.self_attn(self.input_layernorm(x), cosine, sine)
        y: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return y


class Trunk(nn.Module):
    """Embedding, blocks and the last norm."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        cosine, sine = _rotary_tables(config)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        self.recomputes = False

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to hidden states (B, T, D)."""
        length = tokens.shape[1]
        cosine, sine = self.get_buffer("cosine")[:length], self.get_buffer("sine")[:length]
        x = self.embed_tokens(tokens)
        for layer in self.layers:
            if self.recomputes and torch.is_grad_enabled():
                x = checkpoint(layer, x, cosine, sine, use_reentrant=False)
            else:
                x = layer(x, cosine, sine)
        hidden: Tensor = self.norm(x)
        return hidden


class Decoder(LanguageModel):
    """The built-in model: Llama's architecture."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.vocab_size = config.vocab_size
        self.max_positions = config.max_position_embeddings
        self.token_ids: dict[str, Any] = {}
        self.model = Trunk(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = self.model.embed_tokens.weight

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to logits (B, T, V)."""
        logits: Tensor = self.lm_head(self.model(tokens))
        return logits

    def hidden(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to what the head reads (B, T, D)."""
        states: Tensor = self.model(tokens)
        return states

    @property
    def head(self) -> Head:
        """The head."""
        return Head(self.lm_head.weight)

    @property
    def trunk(self) -> nn.Module:
        """Embedding, blocks and the last norm."""
        return self.model

    def recompute_activations(self) -> None:
        """From now on, keep of a block only its input."""
        self.model.recomputes = True

    def config_json(self) -> dict[str, Any]:
        """Return the content of a `config.json`, with the ids of special tokens."""
        return {**self.config.to_dict(), **self.token_ids}

    def save(self, folder: Path) -> None:
        """Write config and weights to an empty folder."""
        write_json(folder / MODEL_CONFIG, self.config_json())
        save_weights(self, folder / WEIGHTS)


def initialise(config: ModelConfig, seed: int) -> Decoder:
    """Make a fresh model: normal weights of deviation 0.02, residual outputs scaled by depth.

    The same seed gives the same bytes (Radford et al. 2019, section 2.3).
    """
    model = Decoder(config)
    generator = torch.Generator().manual_seed(seed)
    depth = (2 * config.num_hidden_layers) ** -0.5
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                residual = name.endswith(("o_proj.weight", "down_proj.weight"))
                parameter.normal_(0.0, 0.02 * (depth if residual else 1.0), generator=generator)
    return model


def parameter_count(model: nn.Module) -> int:
    """Return the number of parameters, shared ones once."""
    return sum(parameter.numel() for parameter in model.parameters())


def parameters_digest(model: nn.Module) -> str:
    """Return the SHA-256 of all parameters, by name, shape, type and bytes."""
    digest = hashlib.sha256()
    for name, parameter in sorted(model.named_parameters()):
        digest.update(f"{name} {tuple(parameter.shape)} {parameter.dtype}".encode())
        # a copy, since what NumPy looks into can never be freed by FSDP
        flat = parameter.detach().to("cpu", copy=True).contiguous().view(-1).view(torch.uint8)
        digest.update(flat.numpy().tobytes())
    return digest.hexdigest()


def _require_same_computation(shape: ModelConfig, given: dict[str, Any]) -> None:
    """Raise ValueError at the first entry of a `config.json` that asks for another decoder."""
    expected = {name: _FIXED[name] for name in _ASSUMED}
    expected |= {"head_dim": shape.head_size, "rope_type": "default", "type": "default"}
    for name, value in expected.items():
        found = given.get(name)
        if found is not None and found != value:
            raise ValueError(f"config.json: {name} is {found!r}, only {value!r} is implemented")


def _rotary_tables(config: ModelConfig) -> tuple[Tensor, Tensor]:
    """Return cosines and sines (positions, head size) (Su et al. 2021), halves side by side."""
    even = torch.arange(0, config.head_size, 2, dtype=torch.int64).float()
    frequency = 1.0 / config.rope_theta ** (even / config.head_size)
    angle = torch.outer(torch.arange(config.max_position_embeddings).float(), frequency)
    both = torch.cat((angle, angle), dim=-1)
    return both.cos(), both.sin()


def _rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Turn (B, H, T, d) by its positions; the first half of d pairs with the second."""
    first, second = x.chunk(2, dim=-1)
    turned = torch.cat((-second, first), dim=-1)
    return x * cosine.to(x.dtype) + turned * sine.to(x.dtype)
