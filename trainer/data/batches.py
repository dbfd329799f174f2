"""Deterministic batches: the tokens of a step are a pure function of text, seed and step."""

import numpy as np
import torch
from torch import Tensor

from trainer.configuration.schema import Training
from trainer.data.corpus import Tokens
from trainer.data.window_order import WindowIndices, count_windows, windows_of_step
from trainer.errors import UserError
from trainer.models.interface import IGNORED


def steps_per_epoch(size: int, batch_size: int, length: int) -> int:
    """Return how many whole batches a text of `size` tokens gives; UserError when it gives none.

    A window takes `length` tokens and one more as the last label; windows do not overlap.

    >>> steps_per_epoch(size=1001, batch_size=4, length=50)
    5
    """
    steps = count_windows(size, length) // batch_size
    if steps < 1:
        needed = batch_size * length + 1
        raise UserError(
            f"the corpus has {size} tokens to train on, less than one batch of {batch_size} "
            f"windows of {length} ({needed} tokens); add text, or lower training.batch_size or "
            "dataset.max_length"
        )
    return steps


def epoch_steps(size: int, training: Training, length: int) -> int:
    """Return the steps of an epoch: what the text gives, or training.steps_per_epoch if less."""
    there, most = steps_per_epoch(size, training.batch_size, length), training.steps_per_epoch
    return there if most is None else min(there, most)


def batch(
    text: Tokens,
    *,
    step: int,
    batch_size: int,
    length: int,
    seed: int,
    learned: Tokens | None = None,
) -> tuple[Tensor, Tensor]:
    """Return tokens and next-token labels (B, T), int64, of the 0-based `step`.

    A pure function of text, seed and step, in the order of `trainer.data.window_order`. Of tokens
    that are not `learned` the label is IGNORED. Raises UserError for a text of less than one batch.

    >>> tokens, labels = batch(np.arange(9), step=0, batch_size=2, length=4, seed=0)
    >>> tokens.shape, bool((labels == tokens + 1).all())
    (torch.Size([2, 4]), True)
    """
    steps_per_epoch(len(text), batch_size, length)
    numbers = windows_of_step(
        step, windows=count_windows(len(text), length), batch_size=batch_size, seed=seed
    )
    rows = window_tokens(text, numbers, length)  # (B, T + 1)
    both = torch.from_numpy(rows)
    labels = both[:, 1:].contiguous()
    if learned is not None:
        said = torch.from_numpy(window_tokens(learned, numbers, length)[:, 1:].astype(np.bool_))
        labels = labels.masked_fill(~said, IGNORED)
    return both[:, :-1].contiguous(), labels


def window_tokens(text: Tokens, numbers: WindowIndices, length: int) -> WindowIndices:
    """Return the tokens of windows (B,) and the one after each: (B, T + 1), int64."""
    starts = numbers[:, None] * length
    return text[starts + np.arange(length + 1)].astype(np.int64)
