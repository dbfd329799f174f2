import math
from dataclasses import replace

import pytest
import torch

from trainer.evaluation.held_out import evaluate, windows
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise


@pytest.fixture
def held_out():
    generator = torch.Generator().manual_seed(5)
    return torch.randint(0, 256, (103,), generator=generator, dtype=torch.uint8)


@pytest.mark.parametrize("size", [2, 9, 16, 17, 18, 103])
def test_every_byte_but_the_first_is_predicted_once(held_out, size):
    text = held_out[:size]
    parts = windows(text, 8, 2)
    labels = torch.cat([labels.flatten() for _, labels in parts])
    tokens = torch.cat([tokens.flatten() for tokens, _ in parts])
    assert labels.tolist() == text[1:].tolist()
    assert tokens.tolist() == text[:-1].tolist()
    assert all(len(tokens) <= 2 and tokens.shape[1] <= 8 for tokens, _ in parts)


def test_uniform_model_costs_eight_bits(student, held_out):
    for parameter in student.parameters():
        torch.nn.init.zeros_(parameter)
    found = evaluate(student, windows(held_out, 16, 4), teacher=None)
    assert found.bits_per_byte == pytest.approx(8.0)
    assert found.perplexity == pytest.approx(256.0)
    assert (found.tokens, found.agreement) == (102, None)


def test_mean_is_over_bytes_not_windows(student, held_out):
    found = evaluate(student, windows(held_out, 100, 4), teacher=None)
    nats = 0.0
    for tokens, labels in windows(held_out, 100, 1):
        with torch.no_grad():
            chances = torch.log_softmax(student(tokens).double(), -1)
        nats -= float(chances.gather(-1, labels[..., None]).sum())
    assert found.bits_per_byte == pytest.approx(nats / 102 / math.log(2))


def test_agreement(student, held_out):
    other = initialise(replace(PRESETS["micro"], tie_word_embeddings=False), seed=9)
    found = evaluate(student, windows(held_out, 16, 4), teacher=other)
    itself = evaluate(student, windows(held_out, 16, 4), teacher=student)
    assert itself.agreement == 1.0
    assert 0 <= found.agreement < 1
