import math

import pytest

from trainer.configuration.schema import Evaluation
from trainer.errors import TrainingFailure
from trainer.schedule import Step
from trainer.training.callbacks import CallbackAction, StepReport
from trainer.training.held_out_evaluation import HeldOutEvaluation
from trainer.training.standing import Standing

STOP, CONTINUE = CallbackAction.STOP, CallbackAction.CONTINUE


def report(number):
    step = Step(number, 0, number - 1, last_of_epoch=False)
    return StepReport(step, {"total": 1.0}, 1.0, 1e-4, tokens=8, seconds=0.1)


class Evaluated:
    """An evaluation whose losses are given."""

    def __init__(self, losses, last_step=100, standing=None, **settings):
        self.recorded = []
        left = iter(losses)
        self.callback = HeldOutEvaluation(
            Evaluation(**settings),
            lambda: next(left),
            lambda *line: self.recorded.append(line),
            last_step=last_step,
            standing=standing or Standing(),
        )

    def run(self, steps):
        return [self.callback.on_step_end(report(step)) for step in steps]


def test_it_is_evaluated_at_every_nth_step_and_after_the_last():
    evaluated = Evaluated([3.0, 2.0, 2.5], last_step=7, every=3)
    evaluated.run(range(1, 8))
    assert [(step, loss) for step, loss, _ in evaluated.recorded] == [(3, 3.0), (6, 2.0), (7, 2.5)]
    assert evaluated.callback.standing == Standing(6, 2.0, 1)


def test_never_means_never():
    evaluated = Evaluated([], last_step=2, every=0)
    assert evaluated.run([1, 2]) == [CONTINUE, CONTINUE]
    assert evaluated.recorded == []


def test_the_best_step_so_far_is_told_apart():
    evaluated = Evaluated([3.0, 2.0, 2.0, 1.0], every=1)
    told = []
    for step in range(1, 5):
        evaluated.run([step])
        told.append(evaluated.callback.improved)
    assert told == [True, True, False, True]


def test_a_run_ends_when_nothing_has_improved_for_as_long_as_it_says():
    evaluated = Evaluated([2.0, 2.1, 1.9, 1.9, 1.95], every=2, patience=2)
    actions = evaluated.run(range(1, 11))
    assert actions[:9] == [CONTINUE] * 9
    assert actions[9] is STOP


def test_a_run_that_had_ended_ends_again_when_it_is_resumed():
    over = Standing(2, 1.0, worse=2)
    assert Evaluated([], standing=over, every=1, patience=2).callback.on_train_begin(9) is STOP
    assert Evaluated([], standing=over, every=1, patience=3).callback.on_train_begin(9) is CONTINUE


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_is_a_failure_with_its_step(loss):
    with pytest.raises(TrainingFailure, match="held-out text after step 2"):
        Evaluated([1.0, loss], every=1).run([1, 2])
