"""A model's loss on held-out text, and its agreement with a teacher."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from trainer.data.corpus import UNMARKED, Marks
from trainer.data.document_positions import begins_document, positions_in_documents
from trainer.models.interface import IGNORED, CausalModel

_LARGEST = 700.0  # nats; exp of a larger number overflows


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Means over `tokens` predicted tokens. `agreement`: share with equal argmax, or None."""

    tokens: int
    bits_per_byte: float | None
    """None where it is not known how many bytes of text the tokens are."""
    perplexity: float
    """Per token."""
    agreement: float | None


@torch.no_grad()
def evaluate(
    model: CausalModel,
    batches: Iterable[tuple[Tensor, Tensor]],
    *,
    teacher: CausalModel | None,
    bytes_per_token: float | None = 1.0,
) -> Evaluation:
    """Predict the labels of batches of tokens and labels (B, T), but for those that are IGNORED.

    A token sees only its own window, so the first ones of a window have little context.
    """
    nats, agreed, count = 0.0, 0.0, 0
    for tokens, labels in batches:
        logits, valid = model(tokens), labels != IGNORED  # (B, T, V)
        nats += float(
            cross_entropy(
                logits.double().flatten(0, 1), labels.flatten(),
                reduction="sum", ignore_index=IGNORED,
            )
        )  # fmt: skip
        count += int(valid.sum())
        if teacher is not None:
            teacher_logits = teacher(tokens)[..., : logits.shape[-1]]
            agreed += float((teacher_logits.argmax(-1) == logits.argmax(-1))[valid].sum())
    mean = nats / count
    bits = None if bytes_per_token is None else mean / math.log(2) / bytes_per_token
    agreement = None if teacher is None else agreed / count
    return Evaluation(count, bits, math.exp(min(mean, _LARGEST)), agreement)


def windows(
    held_out: Tensor,
    length: int,
    batch_size: int,
    marks: Marks = UNMARKED,
) -> list[tuple[Tensor, Tensor]]:
    """Cut tokens (S,) into batches of tokens and next-token labels (B, T); a short rest is last.

    The labels of tokens that are not learned, and positions where documents are kept apart, are as
    for the training.
    """
    tokens, labels = held_out[:-1].long(), held_out[1:].long()
    if marks.learned is not None:
        learned = torch.from_numpy(np.array(marks.learned[1 : len(held_out)]))
        labels = labels.masked_fill(~learned.to(labels.device), IGNORED)
    whole = tokens.numel() // length * length

    def cut(row: Tensor) -> list[Tensor]:
        return [*torch.split(row[:whole].view(-1, length), batch_size), row[whole:][None]]

    inputs = cut(tokens)
    if marks.starts is not None:
        indices = np.arange(len(tokens))
        first = torch.from_numpy(begins_document(marks.starts, indices + 1))
        labels = labels.masked_fill(first.to(labels.device), IGNORED)
        positions = torch.from_numpy(positions_in_documents(marks.starts, indices, length))
        pairs = zip(inputs, cut(positions.to(tokens.device)), strict=True)
        inputs = [torch.stack(pair, dim=1) for pair in pairs]
    return [pair for pair in zip(inputs, cut(labels), strict=True) if pair[1].numel()]
