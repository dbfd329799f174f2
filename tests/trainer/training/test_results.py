import pytest

from trainer.schedule import Step
from trainer.training.callbacks import StepReport
from trainer.training.results import Progress
from trainer.training.standing import Standing


@pytest.mark.parametrize(("loss", "best"), [(2.0, 2.0), (4.0, 3.0)])
def test_a_step_moves_the_progress_on(loss, best):
    step, held_out = Step(8, 1, 3, last_of_epoch=False), Standing(8, 1.5)
    report = StepReport(step, {"total": loss}, 1.0, 1e-4, tokens=8, seconds=0.1)
    assert Progress(6, 5, 9.0, 3.0).after(report, held_out) == Progress(8, 6, 9.0, best, held_out)
