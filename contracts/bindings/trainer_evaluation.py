"""Views of the loop's evaluation on held-out text: an evaluation after each of some steps."""

from collections.abc import Iterator, Sequence

from trainer.configuration.schema import Evaluation
from trainer.schedule import Step
from trainer.training.callbacks import CallbackAction, StepReport
from trainer.training.held_out_evaluation import HeldOutEvaluation
from trainer.training.standing import Standing


def best(losses: Sequence[float], k: int) -> int:
    """Return the best step after the first `k` evaluations."""
    callback = _callback(iter(losses), patience=None)
    for step in range(1, k + 1):
        callback.on_step_end(_report(step))
    return callback.standing.best_step


def ended(losses: Sequence[float], patience: int) -> int:
    """Return the number of evaluations until the callback ends the run, or there are no more."""
    callback = _callback(iter(losses), patience)
    for step in range(1, len(losses) + 1):
        if callback.on_step_end(_report(step)) is CallbackAction.STOP:
            return step
    return len(losses)


def _callback(losses: Iterator[float], patience: int | None) -> HeldOutEvaluation:
    return HeldOutEvaluation(
        Evaluation(every=1, patience=patience),
        lambda: next(losses),
        lambda *_: None,
        last_step=99,
        standing=Standing(),
    )


def _report(number: int) -> StepReport:
    step = Step(number, 0, number - 1, last_of_epoch=False)
    return StepReport(step, {"total": 1.0}, 1.0, 1e-4, tokens=8, seconds=0.1)
