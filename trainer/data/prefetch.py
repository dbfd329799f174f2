"""Batches for a GPU, made one step ahead in pinned memory."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import torch
from torch import Tensor

Batch = tuple[Tensor, Tensor]


def pinned(batch: Batch) -> Batch:
    """Return a batch in memory from which a GPU copies without the processor waiting."""
    return batch[0].pin_memory(), batch[1].pin_memory()


class Prefetched:
    """Tokens on a device and labels in the host's memory, of 1-based steps: what `make` returns.

    While a step runs, another thread makes the batch of the next one. Labels stay where counting
    the valid ones makes no GPU wait; the loss moves them.

    >>> batches = Prefetched(lambda step: (torch.full((2,), step),) * 2, torch.device("cpu"), tuple)
    >>> [batches(step)[0].tolist() for step in (1, 2, 7)]
    [[1, 1], [2, 2], [7, 7]]
    """

    def __init__(
        self,
        make: Callable[[int], Batch],
        device: torch.device,
        pin: Callable[[Batch], Batch] = pinned,
    ) -> None:
        self._make, self._device, self._pin = make, device, pin
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="batches")
        self._ahead: tuple[int, Future[Batch]] | None = None

    def __call__(self, step: int) -> Batch:
        """Return tokens and labels (B, T) of a step, and begin to make those of the next."""
        if self._ahead is not None and self._ahead[0] == step:
            tokens, labels = self._ahead[1].result()
        else:
            tokens, labels = self._ready(step)
        if self._ahead is None or self._ahead[0] != step + 1:
            self._ahead = step + 1, self._worker.submit(self._ready, step + 1)
        return tokens.to(self._device, non_blocking=True), labels

    def _ready(self, step: int) -> Batch:
        return self._pin(self._make(step))
