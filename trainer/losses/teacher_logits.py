"""What a teacher says of tokens, and its logits of some of them at a time."""

from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.models.interface import Head


@dataclass(frozen=True, slots=True)
class Teaching:
    """What the teacher says of N tokens: hidden states (N, E) and their head, or logits (N, W)."""

    states: Tensor
    head: Head | None
    numbers: Distillation

    @property
    def by_logits(self) -> bool:
        """Whether it is logits, which belong to whoever gave them."""
        return self.head is None

    @property
    def vocab_size(self) -> int:
        """W."""
        return self.states.shape[-1] if self.head is None else len(self.head.weight)


class TeacherLogits:
    """The teacher's logits over the student's vocabulary, V tokens, a chunk at a time."""

    def __init__(self, teaching: Teaching, student_logits: Tensor) -> None:
        """Make room for as many logits as the student has, (rows, V), in the same type."""
        self._states = teaching.states
        self._space = student_logits
        self._head: Head | None = None
        if teaching.head is not None:
            self._head = teaching.head.cut(student_logits.shape[-1]).to(student_logits.dtype)
            self._space = torch.empty_like(student_logits)

    def of(self, chunk: slice) -> Tensor:
        """Return logits (rows, V); those of the chunk before are gone then."""
        if self._head is None:
            return self._states[chunk, : self._space.shape[-1]]
        return self._head.logits(self._states[chunk].to(self._space.dtype), self._space)
