import json
from dataclasses import replace

import pytest
import torch

from trainer.models import (
    PRESETS,
    Decoder,
    ModelConfig,
    RMSNorm,
    _rotary_tables,
    _rotate,
    initialise,
    parameter_count,
    parameters_digest,
)

TINY = ModelConfig(32, 64, 2, 4, 2, max_position_embeddings=64, tie_word_embeddings=False)


def tokens(length=16):
    return torch.randint(0, 256, (2, length), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_logits_have_a_row_for_each_token(tied):
    model = initialise(replace(TINY, tie_word_embeddings=tied), seed=0)
    assert model(tokens()).shape == (2, 16, 256)


@pytest.mark.parametrize("tied", [True, False])
def test_the_head_maps_hidden_states_to_the_logits(tied):
    model = initialise(replace(PRESETS["nano"], tie_word_embeddings=tied), seed=0)
    tokens = torch.arange(12).view(2, 6)
    assert torch.equal(model.hidden(tokens) @ model.head.weight.T, model(tokens))
    assert (model.head.weight is model.model.embed_tokens.weight) == tied
    assert model.head.bias is None


def test_the_future_does_not_reach_the_past():
    model = initialise(TINY, seed=0)
    first = tokens()
    changed = first.clone()
    changed[:, 9] += 1
    before, after = model(first % 256), model(changed % 256)
    assert torch.equal(before[:, :9], after[:, :9])
    assert not torch.allclose(before[:, 9], after[:, 9])


def test_positions_matter():
    model = initialise(TINY, seed=0)
    same = torch.full((1, 8), 7)
    mixed = torch.tensor([[1, 2, 3, 7]]), torch.tensor([[3, 2, 1, 7]])
    assert torch.isfinite(model(same)).all()
    assert not torch.allclose(model(mixed[0])[:, -1], model(mixed[1])[:, -1])


def test_positions_turn_the_halves_of_a_head_as_complex_numbers():
    x = torch.randn(1, 1, 64, 8, generator=torch.Generator().manual_seed(0))
    found = _rotate(x, *_rotary_tables(replace(TINY, rope_theta=77.0)))
    angles = torch.arange(64.0)[:, None] * 77.0 ** (-torch.arange(4.0) / 4)
    turned = torch.complex(x[..., :4], x[..., 4:]) * torch.polar(torch.ones_like(angles), angles)
    torch.testing.assert_close(found, torch.cat((turned.real, turned.imag), -1))


def test_the_norm_divides_by_the_root_of_the_mean_square_and_eps():
    norm = RMSNorm(2, eps=0.5)
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([1.0, 10.0]))
    # mean square (1 + 6) / 2, and a half: 4
    found = norm(torch.tensor([1.0, 6.0**0.5]))
    torch.testing.assert_close(found, torch.tensor([0.5, 5 * 6.0**0.5]))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    digest = parameters_digest(initialise(TINY, 1))
    assert digest == parameters_digest(initialise(TINY, 1))
    assert digest != parameters_digest(initialise(TINY, 2))


def test_a_changed_weight_changes_the_digest():
    model = initialise(TINY, 1)
    before = parameters_digest(model)
    with torch.no_grad():
        model.model.norm.weight[0] += 1e-6
    assert parameters_digest(model) != before


def test_shared_parameters_count_once():
    tied, untied = (
        parameter_count(Decoder(replace(TINY, tie_word_embeddings=tie))) for tie in (True, False)
    )
    assert untied - tied == 256 * 32


@pytest.mark.parametrize("name", PRESETS)
def test_presets_build_and_their_configuration_round_trips(name):
    config = PRESETS[name]
    assert ModelConfig.from_dict(config.to_dict()) == config
    assert Decoder(config)(tokens()).shape == (2, 16, 256)


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
    del config["rms_norm_eps"]
    with pytest.raises(KeyError, match="rms_norm_eps"):
        ModelConfig.from_dict(config)


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


@pytest.mark.peers
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_logits_equal_those_of_transformers(tied):
    transformers = pytest.importorskip("transformers")
    config = replace(TINY, tie_word_embeddings=tied, rope_theta=500.0, rms_norm_eps=1e-3)
    ours = initialise(config, seed=3)
    theirs = transformers.LlamaForCausalLM(transformers.LlamaConfig(**config.to_dict()))
    missing, unexpected = theirs.load_state_dict(ours.state_dict(), strict=False)
    assert (list(missing), list(unexpected)) == ([], [])
    with torch.no_grad():
        torch.testing.assert_close(theirs(tokens()).logits, ours(tokens()), rtol=1e-5, atol=1e-5)
