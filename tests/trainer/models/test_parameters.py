from dataclasses import replace

import torch

from trainer.models.configuration import ModelConfig
from trainer.models.decoder import Decoder
from trainer.models.initialisation import initialise
from trainer.models.parameters import parameter_count, parameters_digest

TINY = ModelConfig(32, 64, 2, 4, 2, max_position_embeddings=64, tie_word_embeddings=False)


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


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    digest = parameters_digest(initialise(TINY, 1))
    assert digest == parameters_digest(initialise(TINY, 1))
    assert digest != parameters_digest(initialise(TINY, 2))
