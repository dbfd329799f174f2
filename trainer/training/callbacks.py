"""Hooks into the loop, always called in the order of their list."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer.schedule import Step


class CallbackAction(enum.Enum):
    """What the loop does next."""

    CONTINUE = "continue"
    STOP = "stop"
    """End the training; `on_epoch_end` and `on_train_end` still follow."""
    SKIP = "skip"
    """Leave the rest of the epoch out; its steps are passed over, not run."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """One finished optimiser step. `terms`: total, ce, and with a teacher kd and its facts."""

    step: Step
    terms: Mapping[str, float]
    gradient_norm: float
    learning_rate: float
    tokens: int
    seconds: float


class Callback:
    """Does nothing at every hook; override what you need.

    One that remembers something from step to step says so by `state_dict`, so that a resumed run
    goes on as the whole one would.
    """

    def state_dict(self) -> dict[str, Any]:
        """Return what a later part of the run has to know, as JSON has it; empty: nothing.

        It is asked for after a step, when a checkpoint is written.
        """
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over what `state_dict` returned, before `on_train_begin` of the later part."""
        del state

    def on_train_begin(self, steps: int) -> CallbackAction:
        """Before the first step; `steps` is how many are to run."""
        del steps
        return CallbackAction.CONTINUE

    def on_epoch_begin(self, epoch: int) -> CallbackAction:
        """Before the first step of an epoch, counted from 0."""
        del epoch
        return CallbackAction.CONTINUE

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """After the optimiser changed the weights."""
        del report
        return CallbackAction.CONTINUE

    def on_epoch_end(self, epoch: int) -> CallbackAction:
        """After the last step that ran of an epoch, complete or not."""
        del epoch
        return CallbackAction.CONTINUE

    def on_train_end(self, steps: int) -> CallbackAction:
        """After everything; `steps` is how many ran."""
        del steps
        return CallbackAction.CONTINUE


class Chain(Callback):
    """Several callbacks as one: each hook calls all of them, in the order given."""

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        self._callbacks = tuple(callbacks)

    def on_train_begin(self, steps: int) -> CallbackAction:
        """Call every callback's `on_train_begin`."""
        return strongest([callback.on_train_begin(steps) for callback in self._callbacks])

    def on_epoch_begin(self, epoch: int) -> CallbackAction:
        """Call every callback's `on_epoch_begin`."""
        return strongest([callback.on_epoch_begin(epoch) for callback in self._callbacks])

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Call every callback's `on_step_end`."""
        return strongest([callback.on_step_end(report) for callback in self._callbacks])

    def on_epoch_end(self, epoch: int) -> CallbackAction:
        """Call every callback's `on_epoch_end`."""
        return strongest([callback.on_epoch_end(epoch) for callback in self._callbacks])

    def on_train_end(self, steps: int) -> CallbackAction:
        """Call every callback's `on_train_end`."""
        return strongest([callback.on_train_end(steps) for callback in self._callbacks])


def strongest(actions: Sequence[CallbackAction]) -> CallbackAction:
    """Stop outweighs skip, skip outweighs continue."""
    for action in (CallbackAction.STOP, CallbackAction.SKIP):
        if action in actions:
            return action
    return CallbackAction.CONTINUE
