"""A model's loss on held-out text, and its agreement with a teacher."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

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
    held_out: Tensor, length: int, batch_size: int, learned: Tensor | None = None
) -> list[tuple[Tensor, Tensor]]:
    """Cut tokens (S,) into batches of tokens and next-token labels (B, T); a short rest is last.

    Of tokens that are not `learned` (S,) the label is IGNORED.
    """
    tokens, labels = held_out[:-1].long(), held_out[1:].long()
    if learned is not None:
        labels = labels.masked_fill(~learned[1:], IGNORED)
    whole = tokens.numel() // length * length
    batches = list(
        zip(
            torch.split(tokens[:whole].view(-1, length), batch_size),
            torch.split(labels[:whole].view(-1, length), batch_size),
            strict=True,
        )
    )
    rest = [(tokens[whole:][None], labels[whole:][None])] if whole < tokens.numel() else []
    return [(t, b) for t, b in batches if t.numel()] + rest
