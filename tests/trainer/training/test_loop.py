from dataclasses import replace

import pytest
import torch

from trainer.configuration.schema import Distillation, Training
from trainer.errors import TrainingFailure
from trainer.models.parameters import parameters_digest
from trainer.schedule import learning_rate
from trainer.training.callbacks import Callback, CallbackAction
from trainer.training.loop import Run, train
from trainer.training.objective import Objective
from trainer.training.optimizer import AdamW

CONTINUE, STOP, SKIP = CallbackAction.CONTINUE, CallbackAction.STOP, CallbackAction.SKIP


class Journal(Callback):
    """Notes every hook, and answers as told: {(hook, argument): action}."""

    def __init__(self, answers=()):
        self.events, self.reports, self.answers = [], [], dict(answers)

    def note(self, hook, argument):
        self.events.append((hook, argument))
        return self.answers.get((hook, argument), CONTINUE)

    def on_train_begin(self, steps):
        return self.note("begin", steps)

    def on_epoch_begin(self, epoch):
        return self.note("epoch", epoch)

    def on_step_end(self, report):
        self.reports.append(report)
        return self.note("step", report.step.number)

    def on_epoch_end(self, epoch):
        return self.note("/epoch", epoch)

    def on_train_end(self, steps):
        return self.note("end", steps)


def batch(step):
    windows = torch.arange(step, step + 36).view(4, 9) % 256
    return windows[:, :-1], windows[:, 1:]


@pytest.fixture
def run(student):
    return Run(
        student=student,
        optimizer=AdamW(student),
        objective=Objective(None, Distillation(), "none"),
        batch=batch,
        training=Training(epochs=2, learning_rate=1e-2, batch_size=4),
        steps_per_epoch=2,
        max_steps=None,
        device=torch.device("cpu"),
    )


def steps(journal):
    return [argument for hook, argument in journal.events if hook == "step"]


@pytest.mark.parametrize(
    ("max_steps", "answers", "events"),
    [
        (None, {}, "begin4 epoch0 step1 step2 /epoch0 epoch1 step3 step4 /epoch1 end4"),
        (9, {}, "begin4 epoch0 step1 step2 /epoch0 epoch1 step3 step4 /epoch1 end4"),
        (3, {}, "begin3 epoch0 step1 step2 /epoch0 epoch1 step3 /epoch1 end3"),
        (1, {}, "begin1 epoch0 step1 /epoch0 end1"),
        (None, {("begin", 4): STOP}, "begin4 end0"),
        (None, {("epoch", 0): STOP}, "begin4 epoch0 /epoch0 end0"),
        (None, {("step", 1): STOP}, "begin4 epoch0 step1 /epoch0 end1"),
        (None, {("step", 2): STOP}, "begin4 epoch0 step1 step2 /epoch0 end2"),
        (None, {("/epoch", 0): STOP}, "begin4 epoch0 step1 step2 /epoch0 end2"),
        (None, {("epoch", 0): SKIP}, "begin4 epoch0 /epoch0 epoch1 step3 step4 /epoch1 end2"),
        (None, {("step", 1): SKIP}, "begin4 epoch0 step1 /epoch0 epoch1 step3 step4 /epoch1 end3"),
    ],
    ids=[
        "full",
        "limit-beyond",
        "partial-epoch",
        "one",
        "stop-at-begin",
        "stop-at-epoch",
        "stop-in-epoch",
        "stop-at-its-end",
        "stop-after-epoch",
        "skip-epoch",
        "skip-rest",
    ],
)
def test_hooks_come_in_fixed_order(run, max_steps, answers, events):
    journal = Journal(answers)
    train(replace(run, max_steps=max_steps), journal)
    assert " ".join(f"{hook}{argument}" for hook, argument in journal.events) == events
    assert journal.events[-1] == ("end", len(steps(journal)))


@pytest.mark.parametrize("limit", [None, 1])
def test_every_step_is_applied_before_the_break(run, limit):
    digests = [parameters_digest(run.student)]

    class Watch(Callback):
        def on_step_end(self, report):
            del report
            digests.append(parameters_digest(run.student))
            return CONTINUE

    train(replace(run, max_steps=limit), Watch())
    assert len(set(digests)) == (limit or 4) + 1
    assert parameters_digest(run.student) == digests[-1]


def test_learning_rate_is_of_the_full_schedule_under_a_limit(run):
    journal = Journal()
    train(
        replace(
            run,
            max_steps=2,
            training=run.training.model_copy(update={"warmup_steps": 1, "schedule": "linear"}),
        ),
        journal,
    )
    assert [report.learning_rate for report in journal.reports] == [
        learning_rate(n, peak=1e-2, warmup_steps=1, total_steps=4, decay="linear") for n in (1, 2)
    ]


def test_report(run):
    journal = Journal()
    train(run, journal)
    report = journal.reports[0]
    assert report.tokens == 32
    assert report.gradient_norm > 0
    assert set(report.terms) == {"total", "ce"}
    assert report.seconds > 0


def test_loss_goes_down_on_what_repeats(run):
    journal = Journal()
    train(replace(run, batch=lambda _: batch(1), steps_per_epoch=10), journal)
    assert journal.reports[-1].terms["total"] < journal.reports[0].terms["total"] - 0.5


def test_clipping_bounds_the_gradient(run):
    norms = []
    original = run.optimizer.step

    def step(rate):
        norms.append(float(torch.nn.utils.get_total_norm(run.optimizer.gradients())))
        original(rate)

    run.optimizer.step = step
    clipped = run.training.model_copy(update={"gradient_clip": 1e-3})
    train(replace(run, training=clipped, max_steps=1), Journal())
    free = run.training.model_copy(update={"gradient_clip": None})
    train(replace(run, training=free, max_steps=1), Journal())
    assert norms[0] == pytest.approx(1e-3, rel=1e-2)
    assert norms[1] > 1e-2


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_non_finite_loss_stops_before_the_optimiser_step(run, value):
    digests = []

    class Poison(Callback):
        def on_step_end(self, report):
            if report.step.number == 2:
                with torch.no_grad():
                    next(iter(run.student.parameters())).fill_(value)
                digests.append(parameters_digest(run.student))
            return CONTINUE

    with pytest.raises(TrainingFailure, match=r"step 3 \(epoch 2\).*non-finite total"):
        train(run, Poison())
    assert digests == [parameters_digest(run.student)]


def test_non_finite_gradient_stops_before_the_optimiser_step(run):
    parameter = next(iter(run.student.parameters()))
    parameter.register_hook(lambda gradient: gradient * float("inf"))
    before = parameters_digest(run.student)
    with pytest.raises(TrainingFailure, match=r"step 1 .*non-finite gradient_norm"):
        train(run, Journal())
    assert parameters_digest(run.student) == before
