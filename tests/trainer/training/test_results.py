import pytest

from trainer.schedule import Step
from trainer.training.callbacks import StepReport
from trainer.training.results import Progress


@pytest.mark.parametrize(("loss", "best"), [(2.0, 2.0), (4.0, 3.0)])
def test_a_step_moves_the_progress_on(loss, best):
    step = Step(8, 1, 3, last_of_epoch=False)
    report = StepReport(step, {"total": loss}, 1.0, 1e-4, tokens=8, seconds=0.1)
    assert Progress(6, 5, 9.0, 3.0).after(report) == Progress(8, 6, 9.0, best)
