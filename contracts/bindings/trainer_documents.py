"""Views of windows that keep documents apart by numbers, so that claims can be decided by cases."""

import numpy as np
import torch
from torch import Tensor

from trainer.data.batches import labelled_windows
from trainer.data.corpus import Marks
from trainer.models.configuration import ModelConfig
from trainer.models.initialisation import initialise
from trainer.models.interface import IGNORED

_TEXT = 25  # tokens, each its place in the text
_SMALL = ModelConfig(
    vocab_size=32,
    hidden_size=16,
    intermediate_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    num_key_value_heads=1,
    max_position_embeddings=16,
)


def position(at: int, first: int, second: int, length: int) -> int:
    """Return the position of the token at a place, of a text whose first documents are so long."""
    tokens, _ = _window(at, first, second, length)
    return int(tokens[0, 1, at % length])


def label(at: int, first: int, second: int, length: int) -> int:
    """Return the label of the token at a place; -1 for none."""
    _, labels = _window(at, first, second, length)
    found = int(labels[0, at % length])
    return -1 if found == IGNORED else found


def gap(first: int, second: int, third: int, seed: int) -> float:
    """Return the largest difference of a logit in a window of three documents and in one alone."""
    text = np.arange(first + second + third + 1)
    starts = np.array([0, first, first + second])
    tokens, _ = labelled_windows(text, np.arange(1), len(text) - 1, Marks(starts=starts))
    model = initialise(_SMALL, seed=seed)
    with torch.no_grad():
        together = model(tokens)[0]
        alone = [model(part[None])[0] for part in tokens[0, 0].split((first, second, third))]
    return float((together - torch.cat(alone)).abs().max())


def _window(at: int, first: int, second: int, length: int) -> tuple[Tensor, Tensor]:
    marks = Marks(starts=np.array([0, first, first + second]))
    return labelled_windows(np.arange(_TEXT), np.array([at // length]), length, marks)
