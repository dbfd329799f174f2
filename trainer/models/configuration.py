"""The configuration of the built-in decoder, as in its `config.json`, and presets."""

from dataclasses import asdict, dataclass, fields

from trainer.storage.json_files import JsonObject

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
"""Fields that transformers needs beside our own to load an export."""

_ASSUMED = ("model_type", "hidden_act", "attention_bias", "mlp_bias")
"""Those of them that change the logits: a model that differs in one is not this decoder."""

_DEFAULTS: JsonObject = {
    "max_position_embeddings": 2048,
    "rms_norm_eps": 1e-6,
    "rope_theta": 10_000.0,
    "tie_word_embeddings": False,
}
"""What transformers takes for fields that a `config.json` leaves out (LlamaConfig)."""


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
                f"hidden_size {width} is not an even multiple of num_attention_heads {heads}; "
                "rotary positions turn pairs within a head"
            )
        if heads % key_heads != 0:
            raise ValueError(
                f"num_attention_heads {heads} is not a multiple of num_key_value_heads {key_heads}"
            )

    @property
    def head_size(self) -> int:
        """Width of one attention head."""
        return self.hidden_size // self.num_attention_heads

    def to_dict(self) -> JsonObject:
        """Return the content of a `config.json` that transformers loads."""
        return {**_FIXED, **asdict(self), "head_dim": self.head_size}

    @classmethod
    def from_dict(cls, config: JsonObject) -> "ModelConfig":
        """Read a `config.json`, ours or one that transformers wrote.

        Raises KeyError naming a missing field, and ValueError naming one whose value this decoder
        does not implement: ignoring it would give wrong logits silently.
        """
        rotary = {**(config.get("rope_scaling") or {}), **(config.get("rope_parameters") or {})}
        stated = {name: value for name, value in config.items() if value is not None}
        given = {**_DEFAULTS, **rotary, **stated}  # transformers 5 has rope_theta among the rotary
        given.setdefault("num_key_value_heads", given.get("num_attention_heads"))
        shape = cls(**{field.name: given[field.name] for field in fields(cls)})
        _require_same_computation(shape, given)
        return shape


PRESETS = {
    "nano": ModelConfig(48, 128, 2, 3, 3),
    "micro": ModelConfig(96, 256, 2, 6, 6),
    "small-student": ModelConfig(96, 256, 3, 6, 6),
    "small-teacher": ModelConfig(192, 512, 4, 6, 6),
}
"""Configurations by name; all of them read bytes."""


def _require_same_computation(shape: ModelConfig, given: JsonObject) -> None:
    """Raise ValueError at the first entry of a `config.json` that asks for another decoder."""
    expected = {name: _FIXED[name] for name in _ASSUMED}
    expected |= {"head_dim": shape.head_size, "rope_type": "default", "type": "default"}
    for name, value in expected.items():
        found = given.get(name)
        if found is not None and found != value:
            raise ValueError(f"config.json: {name} is {found!r}, only {value!r} is implemented")
