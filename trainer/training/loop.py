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
from trainer.training.objective import ObjectiveProtocol, accumulate_gradients, to_floats
from trainer.training.optimizer import AdamW


@dataclass(frozen=True, slots=True)
class Run:
    """The arguments of the loop.

    `batch` maps a 1-based step to tokens (B, T) on the device, and to labels there or on the host.
    """

    student: LanguageModel
    optimizer: AdamW
    objective: ObjectiveProtocol
    batch: Callable[[int], tuple[Tensor, Tensor]]
    training: Training
    steps_per_epoch: int
    max_steps: int | None
    device: torch.device
    loss_scale: LossScale = field(default_factory=lambda: LossScale(torch.device("cpu"), "none"))
    done: int = 0
    """Steps that were done before this run was resumed; 0 for a new run."""
    last_action: CallbackAction = CallbackAction.CONTINUE
    """The answer of its callbacks after the last of those steps."""

    @property
    def planned(self) -> int:
        """Number of steps of the full run, regardless of the limit."""
        return planned_steps(self.training.epochs, self.steps_per_epoch)

    @property
    def steps(self) -> int:
        """Number of steps to run."""
        return self.planned if self.max_steps is None else min(self.max_steps, self.planned)

    @property
    def open_epoch(self) -> int | None:
        """The epoch, from 0, in which a resumed run was interrupted; None for a new run."""
        return (self.done - 1) // self.steps_per_epoch if self.done else None


def train(run: Run, callback: Callback) -> None:
    """Run the steps; raise TrainingFailure for a non-finite loss or gradient, before it is applied.

    A resumed run calls the hooks that an uninterrupted one would call from that step on.
    """
    ran = 0
    epoch = run.open_epoch  # the epoch that has begun and not ended
    action = strongest([callback.on_train_begin(run.steps), run.last_action])
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
    synchronise(run.device)
    callback.on_train_end(ran)


def optimise(run: Run, step: Step) -> StepReport:
    """Make one optimiser step on one batch, and report it with its seconds.

    Raises TrainingFailure for a loss or gradient that is not finite, before it is applied. A GPU
    is waited for once, when loss and norm are read: its optimiser step is counted in the next one.
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
    gradient_norm = facts.pop("gradient_norm")
    tokens_of_all = run.training.batch_size * labels.shape[1]
    return StepReport(step, facts, gradient_norm, rate, tokens_of_all, perf_counter() - started)


def differentiate(run: Run, tokens: Tensor, labels: Tensor) -> dict[str, float]:
    """Compute the gradient of a batch into the parameters; return loss terms and gradient norm.

    In float16 the batch is computed again, at a smaller scale, while scaled gradients overflow.
    """
    pieces, scale = run.training.gradient_accumulation, run.loss_scale.scale
    while True:
        terms = accumulate_gradients(
            run.objective, run.student, tokens, labels, pieces=pieces, scale=scale
        )
        run.loss_scale.unscale()
        norm = get_total_norm(run.optimizer.gradients())
        facts = to_floats({**terms, "gradient_norm": norm})
        if not run.loss_scale.lowered(facts["total"], facts["gradient_norm"]):
            return facts
        run.optimizer.clear_gradients()


def clip_gradients(run: Run, norm: float) -> None:
    """Clip the gradient to the configured norm."""
    if run.training.gradient_clip is not None:
        parameters = run.optimizer.parameters.values()
        on_device = torch.full((), norm, device=run.device)  # a copy from the host would wait
        clip_grads_with_norm_(parameters, run.training.gradient_clip, on_device)
