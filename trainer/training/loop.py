"""The training loop."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from time import perf_counter

import torch
from torch import Tensor
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

from trainer.configuration.schema import Training
from trainer.device import synchronise
from trainer.models.interface import LanguageModel
from trainer.schedule import Step, learning_rate, planned_steps, training_steps
from trainer.training.callbacks import Callback, CallbackAction, StepReport, strongest
from trainer.training.guards import require_finite
from trainer.training.loss_scale import LossScale
from trainer.training.objective import Goal, accumulate, numbers
from trainer.training.optimizer import AdamW


@dataclass(frozen=True, slots=True)
class Run:
    """All that the loop needs. `batch` maps a 1-based step to tokens and labels (B, T)."""

    student: LanguageModel
    optimizer: AdamW
    objective: Goal
    batch: Callable[[int], tuple[Tensor, Tensor]]
    training: Training
    steps_per_epoch: int
    max_steps: int | None
    device: torch.device
    loss_scale: LossScale = field(default_factory=lambda: LossScale(torch.device("cpu"), "none"))
    done: int = 0
    """Steps that an earlier part of this run made."""
    said: CallbackAction = CallbackAction.CONTINUE
    """What its callbacks said after the last of them."""

    @property
    def planned(self) -> int:
        """The steps of the full run, whatever the limit."""
        return planned_steps(self.training.epochs, self.steps_per_epoch)

    @property
    def steps(self) -> int:
        """The steps that are to run."""
        return self.planned if self.max_steps is None else min(self.max_steps, self.planned)

    @property
    def open_epoch(self) -> int | None:
        """The epoch, from 0, that an earlier part began and did not end."""
        return (self.done - 1) // self.steps_per_epoch if self.done else None


def train(run: Run, callback: Callback) -> None:
    """Run the steps; TrainingFailure on a non-finite loss or gradient, before it is applied.

    A later part of a run calls the hooks that the whole run would call after its last step.
    """
    ran = 0
    epoch = run.open_epoch  # the one that has begun and not ended
    action = strongest([callback.on_train_begin(run.steps), run.said])
    plan = training_steps(run.training.epochs, run.steps_per_epoch, run.max_steps)
    for step in islice(plan, run.done, None):
        if action is not CallbackAction.STOP and epoch is not None and epoch < step.epoch:
            action = callback.on_epoch_end(epoch)
            epoch = None
        if action is CallbackAction.STOP:
            break
        if epoch is None:
            epoch, action = step.epoch, callback.on_epoch_begin(step.epoch)
        if action is CallbackAction.CONTINUE:
            action = callback.on_step_end(optimise(run, step))
            ran += 1
    if epoch is not None:
        callback.on_epoch_end(epoch)
    callback.on_train_end(ran)


def optimise(run: Run, step: Step) -> StepReport:
    """Make one optimiser step on one batch, and report it with its seconds.

    Raises TrainingFailure where the loss or the gradient is not finite; nothing was applied then.
    """
    started = perf_counter()
    tokens, labels = run.batch(step.number)
    facts = differentiate(run, tokens, labels)
    require_finite(f"step {step.number} (epoch {step.epoch + 1}), not applied", facts)
    clip_gradients(run, facts["gradient_norm"])
    rate = learning_rate(
        step.number,
        peak=run.training.learning_rate,
        warmup_steps=run.training.warmup_steps,
        total_steps=run.planned,
        decay=run.training.schedule,
    )
    run.optimizer.step(rate)
    run.optimizer.clear_gradients()
    synchronise(run.device)
    gradient_norm = facts.pop("gradient_norm")
    tokens_of_all = run.training.batch_size * labels.shape[1]
    return StepReport(step, facts, gradient_norm, rate, tokens_of_all, perf_counter() - started)


def differentiate(run: Run, tokens: Tensor, labels: Tensor) -> dict[str, float]:
    """Leave the gradient of a batch in the parameters; return its terms and the gradient's norm.

    In float16 the batch is computed again, at a smaller scale, while scaled gradients overflow.
    """
    pieces, scale = run.training.gradient_accumulation, run.loss_scale.scale
    while True:
        terms = accumulate(run.objective, run.student, tokens, labels, pieces=pieces, scale=scale)
        run.loss_scale.unscale()
        norm = get_total_norm(run.optimizer.gradients())
        facts = numbers({**terms, "gradient_norm": norm})
        if not run.loss_scale.lowered(facts["total"], facts["gradient_norm"]):
            return facts
        run.optimizer.clear_gradients()


def clip_gradients(run: Run, norm: float) -> None:
    """Shorten the gradient to the configured norm, if it is longer."""
    if run.training.gradient_clip is not None:
        parameters = run.optimizer.parameters.values()
        clip_grads_with_norm_(parameters, run.training.gradient_clip, torch.tensor(norm))
