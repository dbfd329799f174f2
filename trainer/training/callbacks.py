"""Hooks into the training loop, called in the order of their list."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainer.schedule import Step
from trainer.storage.json_files import JsonObject


class CallbackAction(enum.Enum):
    """The next action of the loop, as a hook's answer."""

    CONTINUE = "continue"
    STOP = "stop"
    """End the training; `on_epoch_end` and `on_train_end` are still called."""
    SKIP = "skip"
    """Skip the remaining steps of the epoch."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """A finished optimiser step: its loss terms, gradient norm, learning rate, tokens and seconds.

    `terms` has `total` and `ce`, with a teacher also `kd`, `teacher_entropy` and `agreement`, in
    nats except `agreement`, a share. `tokens` counts those of all processes.
    """

    step: Step
    terms: Mapping[str, float]
    gradient_norm: float
    learning_rate: float
    tokens: int
    seconds: float


class Callback:
    """A callback that does nothing; override the hooks you need.

    One with a state returns it from `state_dict`, so that a resumed run continues as an
    uninterrupted one would.

    >>> class StopBelow(Callback):
    ...     def on_step_end(self, report: StepReport) -> CallbackAction:
    ...         low = report.terms["total"] < 1.0
    ...         return CallbackAction.STOP if low else CallbackAction.CONTINUE
    >>> step = Step(number=1, epoch=0, index=0, last_of_epoch=False)
    >>> report = StepReport(step, {"total": 0.5, "ce": 0.5}, 1.0, 1e-4, tokens=64, seconds=0.1)
    >>> StopBelow().on_step_end(report)
    <CallbackAction.STOP: 'stop'>
    """

    def state_dict(self) -> JsonObject:
        """Return the state to keep in a checkpoint, as JSON values; empty for none.

        It is called after a step, when a checkpoint is written.
        """
        return {}

    def load_state_dict(self, state: JsonObject) -> None:
        """Restore what `state_dict` returned, before `on_train_begin` of the resumed run."""
        del state

    def on_train_begin(self, steps: int) -> CallbackAction:
        """Handle the start of the training; `steps` is the number of steps to run."""
        del steps
        return CallbackAction.CONTINUE

    def on_epoch_begin(self, epoch: int) -> CallbackAction:
        """Handle the start of an epoch, counted from 0."""
        del epoch
        return CallbackAction.CONTINUE

    def on_step_end(self, report: StepReport) -> CallbackAction:
        """Handle the end of a step, after the optimiser changed the weights."""
        del report
        return CallbackAction.CONTINUE

    def on_epoch_end(self, epoch: int) -> CallbackAction:
        """Handle the end of an epoch, complete or not."""
        del epoch
        return CallbackAction.CONTINUE

    def on_train_end(self, steps: int) -> CallbackAction:
        """Handle the end of the training; `steps` is the number of steps that ran."""
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
    """Return the strongest of some actions: stop, then skip, then continue.

    >>> strongest([CallbackAction.CONTINUE, CallbackAction.SKIP])
    <CallbackAction.SKIP: 'skip'>
    """
    for action in (CallbackAction.STOP, CallbackAction.SKIP):
        if action in actions:
            return action
    return CallbackAction.CONTINUE
