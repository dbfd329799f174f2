"""The schedule of a run: number and order of steps, learning rate, projected time. Free of torch.

The training loop iterates over `training_steps`, so a property of these functions that is proved
for every input holds for the number of steps of the real loop.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Literal

from trainer.errors import UserError

Decay = Literal["cosine", "linear", "constant"]

_POSITIVE = re.compile(r"[1-9][0-9]*", re.ASCII)
_LONGEST = 18  # digits; more steps than that are a slip of the keyboard
_FEWEST_STEADY = 5  # steps after warm-up below which a projection is not to be relied on


def parse_step_limit(
    text: str | None,
    variable: str = "APR_DISTILL_MAX_STEPS",
    remedy: str = "give 1 or more, or unset it for the full run",
) -> int | None:
    """Return the positive integer that a variable spells, or None when it is unset or empty.

    Raises UserError, naming the variable, for everything else: it never falls back to a full run.

    >>> parse_step_limit("20"), parse_step_limit(None)
    (20, None)
    """
    if text is None or text == "":
        return None
    if _POSITIVE.fullmatch(text) and len(text) <= _LONGEST:
        return int(text)
    fact = "0 steps requested" if text.strip("0") == "" else "not a positive integer"
    raise UserError(f"{variable}={text!r}: {fact}; {remedy}")


@dataclass(frozen=True, slots=True)
class Step:
    """One optimiser step of the plan."""

    number: int
    """From 1, over all epochs."""
    epoch: int
    """From 0."""
    index: int
    """From 0, in its epoch."""
    last_of_epoch: bool


def planned_steps(epochs: int, steps_per_epoch: int) -> int:
    """Return the optimiser steps of a full run."""
    return epochs * steps_per_epoch


def limit_reached(steps_done: int, max_steps: int | None) -> bool:
    """Return whether the limit is reached after `steps_done` applied steps."""
    return max_steps is not None and steps_done >= max_steps


def training_steps(epochs: int, steps_per_epoch: int, max_steps: int | None) -> Iterator[Step]:
    """Yield the steps that run; the limit is checked after the body of each step.

    >>> [step.number for step in training_steps(epochs=2, steps_per_epoch=3, max_steps=4)]
    [1, 2, 3, 4]
    """
    done = 0
    for epoch in range(epochs):
        for index in range(steps_per_epoch):
            yield Step(done + 1, epoch, index, index + 1 == steps_per_epoch)
            done += 1
            if limit_reached(done, max_steps):
                return


def count_steps(max_steps: int | None, epochs: int, steps_per_epoch: int) -> int:
    """Return the number of steps that run."""
    return sum(1 for _ in training_steps(epochs, steps_per_epoch, max_steps))


def smoke_requested(max_steps: int | None) -> bool:
    """Return whether this is a smoke run: a limit was given, even one above the plan."""
    return max_steps is not None


def learning_rate(
    step: int,
    *,
    peak: float,
    warmup_steps: int,
    total_steps: int,
    decay: Decay,
) -> float:
    """Return the rate of a 1-based step: linear warm-up to `peak`, then decay to 0.

    `total_steps` is the full run's, also when a limit cuts it short: a smoke run has the rates
    with which the full run begins.

    >>> rates = [
    ...     learning_rate(step, peak=1.0, warmup_steps=2, total_steps=6, decay="linear")
    ...     for step in (1, 2, 3, 4, 6)
    ... ]
    >>> rates
    [0.5, 1.0, 1.0, 0.75, 0.25]
    """
    if step <= warmup_steps:
        return peak * step / warmup_steps
    if decay == "constant":
        return peak
    progress = min(1.0, (step - 1 - warmup_steps) / max(1, total_steps - warmup_steps))
    share = 1.0 - progress if decay == "linear" else 0.5 * (1.0 + math.cos(math.pi * progress))
    return peak * share


def is_due(step: int, every: int) -> bool:
    """Return whether an action of every `every`-th step is due; `every` < 1: never."""
    return every > 0 and step % every == 0


@dataclass(frozen=True, slots=True)
class SteadyState:
    """Distribution of the seconds of a step after warm-up."""

    median: float
    p10: float
    p90: float
    steps: int
    """Number of steps it was computed from."""
    reliable: bool
    """False when there were too few steps after warm-up."""


def steady_state(step_seconds: Sequence[float], warmup: int) -> SteadyState:
    """Return the distribution of the steps after `warmup`, or of all if none are left.

    Raises UserError when no step ran.
    """
    if not step_seconds:
        raise UserError("smoke mode ran 0 steps: the teacher or the student failed to load")
    settled = step_seconds[warmup:] or step_seconds
    if len(settled) == 1:
        low = median = high = settled[0]
    else:
        deciles = quantiles(settled, n=10, method="inclusive")
        low, median, high = deciles[0], deciles[4], deciles[8]
    reliable = len(step_seconds) - warmup >= _FEWEST_STEADY
    return SteadyState(median, low, high, len(settled), reliable)


def project_seconds(
    step_seconds: float,
    target_steps: int,
    *,
    one_off_seconds: float,
    checkpoint_seconds: float,
    checkpoints: int,
) -> float:
    """Return the seconds of a run of `target_steps`, its one-off and checkpoint costs included."""
    return one_off_seconds + target_steps * step_seconds + checkpoints * checkpoint_seconds


def throughput(steps: int, seconds: float) -> float:
    """Return steps per second; raise UserError for zero steps or seconds."""
    if steps < 1 or seconds <= 0:
        raise UserError(f"no throughput can be computed from {steps} steps in {seconds} s")
    return steps / seconds
