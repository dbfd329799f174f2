"""The losses of other trainers, each behind one signature; what is not installed is absent.

A contestant maps a student's hidden states (N, D) and head (V, D), a teacher's (N, E) and (V, E),
and labels (N,) to its loss. All mix forward KL at one temperature and cross-entropy by one alpha,
in the manner of each package: TRL and Liger leave out T^2, torchtune's divergence is its
cross-entropy part and knows no temperature, so its logits are divided before. They cost the same.
"""

import os
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.losses.chunked_loss import Chunking
from trainer.losses.from_hidden_states import linear_loss
from trainer.losses.kd import kd_loss
from trainer.losses.teacher_logits import TeacherOutput
from trainer.models.interface import Head

Loss = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], Tensor]

NUMBERS = Distillation(temperature=4.0, alpha=0.7)
LIGER_ROWS = (256, 1024)
"""A chunk of its own size in our first comparison, and its default."""


def ours_chunked(rows: int, dtype: torch.dtype | None = None, *, fused: bool = False) -> Loss:
    """Return our loss, `rows` tokens at a time."""

    def loss(
        hidden: Tensor, head: Tensor, taught: Tensor, teacher: Tensor, labels: Tensor
    ) -> Tensor:
        teacher_output = TeacherOutput(taught, Head(teacher), NUMBERS)
        chunking = Chunking(rows, dtype, fused)
        return linear_loss(hidden, Head(head), labels, teacher_output, chunking)[0]

    return loss


def ours_dense(
    hidden: Tensor, head: Tensor, taught: Tensor, teacher: Tensor, labels: Tensor
) -> Tensor:
    """Compute our loss from all logits."""
    return kd_loss(*_logits(hidden, head, taught, teacher), labels, NUMBERS).total


def naive(hidden: Tensor, head: Tensor, taught: Tensor, teacher: Tensor, labels: Tensor) -> Tensor:
    """Compute the loss as a first version of a trainer would."""
    student, target = _logits(hidden, head, taught, teacher)
    kl = F.kl_div(
        F.log_softmax(student.float() / NUMBERS.temperature, -1),
        F.softmax(target.float() / NUMBERS.temperature, -1),
        reduction="batchmean",
    )
    ce = F.cross_entropy(student.float(), labels)
    return NUMBERS.alpha * NUMBERS.temperature**2 * kl + (1 - NUMBERS.alpha) * ce


def peers(absent: list[str]) -> Iterator[tuple[str, Loss]]:
    """Yield what is installed, and note in `absent` what is not."""
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
    for name, make in (("Liger", _liger), ("TRL", _trl), ("torchtune", _torchtune)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield from make()
        except ImportError as missing:
            absent.append(f"{name} ({missing})")


def _liger() -> Iterator[tuple[str, Loss]]:
    kind = import_module("liger_kernel.chunked_loss").LigerFusedLinearJSDLoss
    for rows in LIGER_ROWS:
        made = kind(
            weight_hard_loss=1 - NUMBERS.alpha,
            weight_soft_loss=NUMBERS.alpha,
            beta=0.0,  # its forward KL
            temperature=NUMBERS.temperature,
            compiled=torch.cuda.is_available(),
            chunk_size=rows,
        )
        yield f"Liger, chunks of {rows}", made


def _trl() -> Iterator[tuple[str, Loss]]:
    trainer: Any = import_module("trl.experimental.gkd").GKDTrainer

    def loss(
        hidden: Tensor, head: Tensor, taught: Tensor, teacher: Tensor, labels: Tensor
    ) -> Tensor:
        student, target = _logits(hidden, head, taught, teacher)
        kl = trainer.generalized_jsd_loss(
            student[None], target[None], labels[None], beta=0.0, temperature=NUMBERS.temperature
        )
        return NUMBERS.alpha * kl + (1 - NUMBERS.alpha) * F.cross_entropy(student, labels)

    yield "TRL", loss


def _torchtune() -> Iterator[tuple[str, Loss]]:
    losses = import_module("torchtune.modules.loss")
    kl, chunked_kl = losses.ForwardKLLoss(), losses.ForwardKLWithChunkedOutputLoss()
    chunked_ce = losses.CEWithChunkedOutputLoss()
    pieces = chunked_kl.num_output_chunks
    chunked_ce.num_output_chunks = pieces

    def dense(
        hidden: Tensor, head: Tensor, taught: Tensor, teacher: Tensor, labels: Tensor
    ) -> Tensor:
        student, target = _logits(hidden, head, taught, teacher)
        soft = kl(student / NUMBERS.temperature, target / NUMBERS.temperature, labels)
        return NUMBERS.alpha * soft + (1 - NUMBERS.alpha) * F.cross_entropy(student, labels)

    def chunked(
        hidden: Tensor, head: Tensor, taught: Tensor, teacher: Tensor, labels: Tensor
    ) -> Tensor:
        student, target = _logits(hidden, head, taught, teacher)
        mine, theirs = student[None].chunk(pieces, 1), target[None].chunk(pieces, 1)
        soft = chunked_kl(
            [x / NUMBERS.temperature for x in mine],
            [x / NUMBERS.temperature for x in theirs],
            labels[None],
        )
        hard = chunked_ce(list(mine), labels[None])
        return NUMBERS.alpha * soft + (1 - NUMBERS.alpha) * hard

    yield "torchtune", dense
    yield "torchtune, chunked", chunked


def _logits(hidden: Tensor, head: Tensor, taught: Tensor, teacher: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        target = taught @ teacher.T
    return hidden @ head.T, target
