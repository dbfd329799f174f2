from trainer.recording import step_timer
from trainer.recording.step_timer import StepTimer
from trainer.schedule import Step
from trainer.training.callbacks import CallbackAction, StepReport


def report(number, seconds):
    step = Step(number, 0, number - 1, last_of_epoch=False)
    return StepReport(step, {"total": 1.0}, 1.0, 1e-4, tokens=8, seconds=seconds)


def test_times_are_of_the_steps_and_of_all_between(monkeypatch):
    clock = iter([0.0, 10.0, 11.5, 14.0, 15.0])
    monkeypatch.setattr(step_timer, "perf_counter", lambda: next(clock))
    timer = StepTimer()
    timer.on_train_begin(2)
    assert timer.times.seconds == 0.0
    assert timer.on_step_end(report(1, 1.0)) is CallbackAction.CONTINUE
    timer.on_step_end(report(2, 2.0))
    assert timer.times.step_seconds == (1.0, 2.0)
    assert timer.times.seconds == 4.0  # also of a run that ends here, with the time of callbacks
    timer.on_train_end(2)
    assert timer.times.seconds == 5.0
