import json
from dataclasses import replace

import pytest

from trainer.models.configuration import ModelConfig

TINY = ModelConfig(32, 64, 2, 4, 2, max_position_embeddings=64, tie_word_embeddings=False)


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "qwen2"},
        {"hidden_act": "gelu"},
        {"attention_bias": True},
        {"mlp_bias": True},
        {"head_dim": 16},
        {"rope_scaling": {"rope_type": "linear", "factor": 4.0}},
        {"rope_scaling": {"type": "linear", "factor": 4.0}},
        {"rope_parameters": {"rope_type": "llama3", "rope_theta": 10_000.0}},
    ],
    ids=lambda change: "-".join(f"{key}" for key in change),
)
def test_a_configuration_of_another_decoder_is_refused(change):
    with pytest.raises(ValueError, match=r"only .* is implemented"):
        ModelConfig.from_dict({**TINY.to_dict(), **change})


def test_a_missing_field_is_named():
    config = TINY.to_dict()
    del config["intermediate_size"]
    with pytest.raises(KeyError, match="intermediate_size"):
        ModelConfig.from_dict(config)


LEFT_OUT = [
    "num_key_value_heads", "max_position_embeddings", "rms_norm_eps", "rope_theta",
    "tie_word_embeddings",
]  # fmt: skip


@pytest.mark.parametrize("how", ["left out", "null"])
def test_what_is_left_out_has_the_default_of_transformers(how):
    config = {name: value for name, value in TINY.to_dict().items() if name not in LEFT_OUT}
    given = config if how == "left out" else {**config, **dict.fromkeys(LEFT_OUT)}
    assert ModelConfig.from_dict(given) == ModelConfig(
        32, 64, 2, 4, 4, rms_norm_eps=1e-6, rope_theta=10_000.0, max_position_embeddings=2048,
        tie_word_embeddings=False,
    )  # fmt: skip


@pytest.mark.peers
def test_the_defaults_are_those_of_transformers(tmp_path):
    transformers = pytest.importorskip("transformers")
    shape = {name: TINY.to_dict()[name] for name in TINY.to_dict() if name not in LEFT_OUT}
    transformers.LlamaConfig(**shape).save_pretrained(tmp_path)
    written = json.loads((tmp_path / "config.json").read_text())
    assert ModelConfig.from_dict(written) == ModelConfig.from_dict(shape)


def test_the_base_of_the_rotary_positions_is_read_where_transformers_5_keeps_it():
    config = TINY.to_dict()
    del config["rope_theta"]
    config["rope_parameters"] = {"rope_type": "default", "rope_theta": 77.0}
    assert ModelConfig.from_dict(config) == replace(TINY, rope_theta=77.0)


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"hidden_size": 30}, "hidden_size 30"),
        ({"hidden_size": 36}, "hidden_size 36"),  # heads of 9, which has no pairs
        ({"num_key_value_heads": 3}, "num_key_value_heads 3"),
    ],
    ids=["indivisible", "odd", "groups"],
)
def test_heads_that_do_not_divide_are_refused(change, fact):
    with pytest.raises(ValueError, match=fact):
        replace(TINY, **change)


@pytest.mark.peers
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_a_configuration_that_transformers_wrote_is_read(tmp_path, tied):
    transformers = pytest.importorskip("transformers")
    config = replace(TINY, tie_word_embeddings=tied, rope_theta=500.0)
    transformers.LlamaConfig(**config.to_dict()).save_pretrained(tmp_path)
    assert ModelConfig.from_dict(json.loads((tmp_path / "config.json").read_text())) == config
