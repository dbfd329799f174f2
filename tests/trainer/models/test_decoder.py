from dataclasses import replace

import pytest
import torch

from trainer.models.configuration import PRESETS, ModelConfig
from trainer.models.decoder import Decoder
from trainer.models.initialisation import initialise

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


@pytest.mark.parametrize("name", PRESETS)
def test_presets_build_and_their_configuration_round_trips(name):
    config = PRESETS[name]
    assert ModelConfig.from_dict(config.to_dict()) == config
    assert Decoder(config)(tokens()).shape == (2, 16, 256)


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
