"""Views of windows that keep documents apart by numbers, so that claims can be decided by cases."""

import numpy as np
import torch
from torch import Tensor

from trainer.data.batches import labelled_windows
from trainer.data.corpus import Indices, Marks
from trainer.data.document_positions import starts_behind
from trainer.evaluation.held_out import windows
from trainer.models.configuration import ModelConfig
from trainer.models.initialisation import initialise
from trainer.models.interface import IGNORED
from trainer.teacher_cache.store import window_keys

torch.set_num_threads(1)  # the models are tiny
_TEXT = 25  # tokens, each its place in the text
_LONGER = 36  # so that windows of training reach as far as a text's rest in evaluation
_END = 7
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


def gap(first: int, second: int, third: int, activations: str, seed: int) -> float:
    """Return the largest difference of a logit in a window of documents and in one alone.

    One window has three documents, and the one beside it two: the last two as one, and the first.
    """
    sizes = (first, second, third, second + third, first)
    length = first + second + third
    starts = np.cumsum((0, *sizes[:-1]))
    tokens, _ = labelled_windows(
        np.arange(2 * length + 1), np.arange(2), length, Marks(starts=starts)
    )
    model = initialise(_SMALL, seed=seed)
    if activations == "recomputed":
        model.recompute_activations()
    together = model(tokens).flatten(0, 1)
    alone = [model(part[None])[0] for part in tokens[:, 0].flatten().split(sizes)]
    return float((together - torch.cat(alone)).detach().abs().max())


def unlike(first: int, second: int, length: int, every: int) -> int:
    """Return how many tokens, positions and labels of evaluation are not those of training."""
    marks = Marks(
        learned=np.arange(_LONGER) % every == 0, starts=np.array([0, first, first + second])
    )
    numbers = np.arange(-(-(_TEXT - 1) // length))
    trained = _by_place(labelled_windows(np.arange(_LONGER), numbers, length, marks))
    batches = windows(torch.arange(_TEXT), length, 2, marks)
    judged = torch.cat([_by_place(each) for each in batches], dim=1)
    return int((judged != trained[:, : _TEXT - 1]).sum())


def begins(at: int, first: int, second: int, third: int) -> bool:
    """Return whether a document is found to begin at a place, by two end tokens."""
    text = np.zeros(first + second + third, dtype=np.int64)
    text[[first - 1, first + second - 1]] = _END
    return at in starts_behind(text, _END)


def same_answer(first: int, second: int, third: int, fourth: int) -> bool:
    """Return whether a window has the key of another, whose documents begin at other places."""
    return bool((_key(first, second) == _key(third, fourth)).all())


def _key(first: int, second: int) -> Indices:
    tokens, _ = _window(0, first, second, length=12)
    return window_keys(tokens.numpy()).astype(np.int64)


def _by_place(found: tuple[Tensor, Tensor]) -> Tensor:
    """Return the tokens, positions and labels (3, B * T) of windows side by side."""
    tokens, labels = found
    return torch.cat((tokens, labels[:, None]), dim=1).transpose(0, 1).flatten(1)


def _window(at: int, first: int, second: int, length: int) -> tuple[Tensor, Tensor]:
    marks = Marks(starts=np.array([0, first, first + second]))
    return labelled_windows(np.arange(_TEXT), np.array([at // length]), length, marks)
