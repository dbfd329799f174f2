"""Deterministic batches: the tokens of a step are a pure function of text, seed and step."""

import numpy as np
import torch
from torch import Tensor

from trainer.configuration.schema import Training
from trainer.data.corpus import UNMARKED, Marks, Tokens
from trainer.data.document_positions import begins_document, positions_in_documents
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
    marks: Marks = UNMARKED,
) -> tuple[Tensor, Tensor]:
    """Return tokens and next-token labels (B, T), int64, of the 0-based `step`.

    A pure function of text, seed and step, in the order of `trainer.data.window_order`; see
    `labelled_windows`. Raises UserError for a text of less than one batch.

    >>> tokens, labels = batch(np.arange(9), step=0, batch_size=2, length=4, seed=0)
    >>> tokens.shape, bool((labels == tokens + 1).all())
    (torch.Size([2, 4]), True)
    """
    steps_per_epoch(len(text), batch_size, length)
    numbers = windows_of_step(
        step, windows=count_windows(len(text), length), batch_size=batch_size, seed=seed
    )
    return labelled_windows(text, numbers, length, marks)


def labelled_windows(
    text: Tokens, numbers: WindowIndices, length: int, marks: Marks
) -> tuple[Tensor, Tensor]:
    """Return tokens and next-token labels (B, T), int64, of windows (B,).

    Of tokens that are not learned the label is IGNORED. Where documents are kept apart, tokens come
    with their positions (B, 2, T), and a document's first token, which does not follow from the
    document before, is no label.
    """
    both = torch.from_numpy(window_tokens(text, numbers, length))
    tokens = both[:, :-1].contiguous()
    labels = both[:, 1:].contiguous()
    if marks.learned is not None:
        said = torch.from_numpy(
            window_tokens(marks.learned, numbers, length)[:, 1:].astype(np.bool_)
        )
        labels = labels.masked_fill(~said, IGNORED)
    if marks.starts is None:
        return tokens, labels
    indices = window_indices(numbers, length)
    positions = torch.from_numpy(positions_in_documents(marks.starts, indices[:, :-1], length))
    first = torch.from_numpy(begins_document(marks.starts, indices[:, 1:]))
    return torch.stack((tokens, positions), dim=1), labels.masked_fill(first, IGNORED)


def window_tokens(text: Tokens, numbers: WindowIndices, length: int) -> WindowIndices:
    """Return the tokens of windows (B,) and the one after each: (B, T + 1), int64."""
    return text[window_indices(numbers, length)].astype(np.int64)


def window_indices(numbers: WindowIndices, length: int) -> WindowIndices:
    """Return the indices of the tokens of windows (B,) and of the one after each: (B, T + 1)."""
    return numbers[:, None] * length + np.arange(length + 1)
