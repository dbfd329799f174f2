"""A teacher's output for tokens, and its logits for a chunk of them at a time."""

from dataclasses import dataclass

from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.losses.vocabulary import absent_logit, fit_vocabulary
from trainer.models.interface import Head


@dataclass(frozen=True, slots=True)
class TeacherOutput:
    """A teacher's output for N tokens: hidden states (N, E) and their head, or logits (N, W)."""

    states: Tensor
    head: Head | None
    settings: Distillation

    @property
    def is_logits(self) -> bool:
        """True if the states are logits, which must not be overwritten."""
        return self.head is None

    @property
    def vocab_size(self) -> int:
        """The size W of the teacher's vocabulary."""
        return self.states.shape[-1] if self.head is None else len(self.head.weight)


class TeacherLogits:
    """The teacher's logits over the student's vocabulary, V tokens, a chunk at a time."""

    def __init__(self, teacher_output: TeacherOutput, student_logits: Tensor) -> None:
        """Allocate a buffer of the shape (rows, V), strides and type of `student_logits`."""
        self._size = student_logits.shape[-1]
        self._states = teacher_output.states
        self._space = student_logits
        self._head: Head | None = None
        if teacher_output.head is not None:
            self._head = teacher_output.head.cut(student_logits.shape[-1]).to(student_logits.dtype)
            shape, strides = student_logits.shape, student_logits.stride()
            self._space = student_logits.new_empty_strided(shape, strides)

    def of(self, chunk: slice) -> Tensor:
        """Return the chunk's logits (rows, V), in the buffer of the chunk before."""
        if self._head is None:
            return fit_vocabulary(self._states[chunk], self._size)
        states = self._states[chunk].to(self._space.dtype)
        space, known = self._space[: len(states)], len(self._head.weight)
        self._head.logits(states, space[:, :known])
        return space if known == self._size else _without(space, known)


def _without(logits: Tensor, known: int) -> Tensor:
    """Make the tokens from `known` on absent, in place."""
    logits[:, known:] = absent_logit(logits.dtype)
    return logits
