"""One optimiser step of the real loop, and what is told of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import torch
from torch import nn
from torch.nn.utils import get_total_norm

from contracts.bindings.trainer_loop import tiny_run
from trainer.recording.step_logs import facts_of
from trainer.runs.prepare import Prepared
from trainer.runs.prepared_run import RunState
from trainer.schedule import Step
from trainer.training.callbacks import StepReport
from trainer.training.loop import optimise
from trainer.training.loss_scale import LossScale
from trainer.training.optimizer import AdamW
from trainer.training.results import Metrics, Progress
from trainer.training.standing import Standing
from trainer.watchdog.watchdog import Watchdog

_PARAMETERS = {
    "embedding": "0.weight",
    "matrix": "1.weight",
    "bias": "1.bias",
    "norm": "2.weight",
}


def plain_norm(step: int) -> float:
    """Return the norm of the gradient of a step's loss, which nothing scales or clips."""
    run = tiny_run(1, 1, None, 1)
    loss = run.objective.terms(run.student, *run.batch(step))["total"]
    return float(get_total_norm(torch.autograd.grad(loss, list(run.student.parameters()))))


def told_norm(precision: str, clip: float, step: int) -> float:
    """Return the norm that is written down of a step."""
    return _optimised(precision, clip, step)[0]


def taken_norm(precision: str, clip: float, step: int) -> float:
    """Return the norm of the gradient that the optimiser was given in a step."""
    return _optimised(precision, clip, step)[1]


def kept_share(kind: str, weight_decay: float, rate: float) -> float:
    """Return what is left of a weight after a step without a gradient, as a share."""
    torch.manual_seed(1)
    module = nn.Sequential(nn.Embedding(2, 2), nn.Linear(2, 2), nn.LayerNorm(2))
    optimizer = AdamW(module, weight_decay)
    weight = module.get_parameter(_PARAMETERS[kind])
    for parameter in module.parameters():
        parameter.grad = torch.zeros_like(parameter)
    before = float(weight.detach().norm())
    optimizer.step(rate)
    return float(weight.detach().norm()) / before


def lowest(initial: float, losses: Sequence[float], final: float) -> float:
    """Return the best loss that is told of a run that had these losses."""
    return _told(Progress(0, 0, initial, initial), losses, final).best_loss


def told_steps(before: int, steps: int) -> int:
    """Return the steps that are told of a run that goes on after some, and makes others."""
    return _told(Progress(before, before, 2.0, 2.0), [1.0] * steps, 1.0).steps_completed


def _told(progress: Progress, losses: Sequence[float], final: float) -> Metrics:
    """Return the metrics of a run that goes on with steps of these losses."""
    for number, loss in enumerate(losses, progress.step + 1):
        step = Step(number, 0, number - 1, last_of_epoch=False)
        report = StepReport(step, {"total": loss}, 1.0, 1e-3, tokens=8, seconds=0.1)
        progress = progress.after(report, Standing())
    nothing = cast("tuple[Prepared, Watchdog]", (None, None))  # neither has a part in the metrics
    return RunState(Path(), nothing[0], progress, nothing[1], 0.0).metrics(final)


def _optimised(precision: str, clip: float, step: int) -> tuple[float, float]:
    """Make one step; return the norm that is told and that of the gradient as it is applied."""
    run = tiny_run(1, 1, None, 1)
    run = replace(
        run,
        training=run.training.model_copy(update={"gradient_clip": clip}),
        loss_scale=LossScale(run.device, precision, run.optimizer.parameters.values()),
    )
    applied: list[float] = []
    original: Callable[[float], None] = run.optimizer.step

    def note(rate: float) -> None:
        applied.append(float(get_total_norm(run.optimizer.gradients())))
        original(rate)

    run.optimizer.step = note  # type: ignore[method-assign]
    report = optimise(run, Step(step, 0, step - 1, last_of_epoch=False))
    return float(facts_of(report)["gradient_norm"]), applied[0]
