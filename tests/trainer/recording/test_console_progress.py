import io

import pytest

from trainer.recording.console_progress import ConsoleProgress, ProgressBar, step_line
from trainer.schedule import training_steps
from trainer.training.callbacks import StepReport

TERMS = {"total": 2.5, "ce": 3.0, "kd": 2.25, "teacher_entropy": 1.5, "agreement": 0.125}


def reports(count, terms=TERMS):
    steps = training_steps(1, count, None)
    return [StepReport(step, terms, 0.5, 1e-3, 512, 0.25) for step in steps]


@pytest.mark.parametrize(
    ("every", "printed"),
    [(1, [1, 2, 3, 4, 5, 6]), (3, [1, 3, 6]), (100, [1]), (0, [])],
    ids=["each", "third", "rare", "never"],
)
def test_lines_from_the_first_step_on(every, printed):
    out = io.StringIO()
    progress = ConsoleProgress(out, every)
    progress.on_train_begin(6)
    for report in reports(6):
        progress.on_step_end(report)
    starts = [line.split()[1] for line in out.getvalue().splitlines()]
    assert starts == [f"{number}/6" for number in printed]


def test_each_line_is_flushed():
    class Watched(io.StringIO):
        flushes = 0

        def flush(self):
            self.flushes += 1

    out = Watched()
    progress = ConsoleProgress(out, 1)
    progress.on_train_begin(3)
    for report in reports(3):
        progress.on_step_end(report)
    assert out.flushes == 3


def test_line():
    assert step_line(reports(1)[0], 8, left=3723.4) == (
        "step 1/8 epoch 1 loss=2.5000 ce=3.0000 kd=2.2500 teacher_entropy=1.5000 "
        "agreement=0.1250 lr=1.00e-03 2,048 tokens/s ETA 1:02:03"
    )


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()], ids=["terminal", "file"])
def test_a_bar_on_a_terminal_alone(stream):
    bar = ProgressBar(stream, done=2)
    bar.on_train_begin(8)
    for report in reports(8)[2:]:
        bar.on_step_end(report)
    bar.on_train_end(6)
    assert ("2/8" in stream.getvalue()) == stream.isatty()
    assert (stream.getvalue() == "") != stream.isatty()
