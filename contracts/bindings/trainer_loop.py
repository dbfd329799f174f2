"""The real loop over a model of a few dozen numbers, so that it can be run for every small plan."""

from collections.abc import Callable
from dataclasses import replace
from itertools import zip_longest

import torch
from torch import Tensor

from trainer.configuration.schema import Distillation, Training
from trainer.models.configuration import ModelConfig
from trainer.models.decoder import Decoder
from trainer.models.initialisation import initialise
from trainer.training.callbacks import Callback, CallbackAction, StepReport
from trainer.training.loop import Run, differentiate, train
from trainer.training.objective import Objective
from trainer.training.optimizer import AdamW

_TINY = ModelConfig(4, 4, 1, 1, 1, vocab_size=8, max_position_embeddings=8)
_WINDOWS, _LENGTH = 4, 5


def optimizer_steps(max_steps: int, epochs: int, steps_per_epoch: int, accumulation: int) -> int:
    """Return how often the optimiser changed the weights."""
    run = tiny_run(epochs, steps_per_epoch, max_steps, accumulation)
    applied = 0
    original: Callable[[float], None] = run.optimizer.step

    def step(rate: float) -> None:
        nonlocal applied
        applied += 1
        original(rate)

    run.optimizer.step = step  # type: ignore[method-assign]
    train(run, Callback())
    return applied


class _Journal(Callback):
    """Notes every hook on a line of its own, and stops or skips after one step each."""

    def __init__(self, stop_at: int, skip_at: int) -> None:
        self.lines: list[str] = []
        self._answers = {stop_at: CallbackAction.STOP}
        self._answers.setdefault(skip_at, CallbackAction.SKIP)

    def on_train_begin(self, steps: int) -> CallbackAction:
        return self._note(f"begin {steps}")

    def on_epoch_begin(self, epoch: int) -> CallbackAction:
        return self._note(f"epoch {epoch}")

    def on_step_end(self, report: StepReport) -> CallbackAction:
        self._note(f"step {report.step.number}")
        return self.answer(report.step.number)

    def answer(self, step: int) -> CallbackAction:
        """Return what is said after a step."""
        return self._answers.get(step, CallbackAction.CONTINUE)

    def on_epoch_end(self, epoch: int) -> CallbackAction:
        return self._note(f"ended {epoch}")

    def on_train_end(self, steps: int) -> CallbackAction:
        return self._note(f"end {steps}")

    def _note(self, line: str) -> CallbackAction:
        self.lines.append(line)
        return CallbackAction.CONTINUE


def hooks(max_steps: int, epochs: int, steps_per_epoch: int, stop_at: int, skip_at: int) -> str:
    """Return the hooks that the loop called, a line each; 0: no stop, no skip."""
    journal = _Journal(stop_at, skip_at)
    train(tiny_run(epochs, steps_per_epoch, max_steps, 1), journal)
    return "".join(f"{line}\n" for line in journal.lines)


def lines_apart(step: int, epochs: int, steps_per_epoch: int, stop_at: int, skip_at: int) -> int:
    """Return how many hooks after a step differ between a part that begins there and the whole.

    Of both the end is left out, which says how many steps ran; of the part, its beginning.
    """
    whole, part = _Journal(stop_at, skip_at), _Journal(stop_at, skip_at)
    run = tiny_run(epochs, steps_per_epoch, None, 1)
    train(run, whole)
    at = f"step {step}"
    if at not in whole.lines:
        return 0
    train(replace(run, done=step, last_action=part.answer(step)), part)
    after = whole.lines[whole.lines.index(at) + 1 : -1]
    return sum(one != other for one, other in zip_longest(after, part.lines[1:-1]))


def gradient_gap(pieces: int, hidden_labels: int, seed: int) -> float:
    """Return how far the gradient in `pieces` is from the one in one piece, over its norm.

    Of the labels of the first windows some count nowhere, so that pieces differ in weight.
    """
    tokens, labels = _batch(seed)
    labels.view(-1)[:hidden_labels] = -100
    whole, split = (_gradient(count, tokens, labels) for count in (1, pieces))
    return float((whole - split).norm() / whole.norm())


def _gradient(pieces: int, tokens: Tensor, labels: Tensor) -> Tensor:
    run = tiny_run(1, 1, None, pieces)
    differentiate(run, tokens, labels)
    return torch.cat([gradient.flatten() for gradient in run.optimizer.gradients()]).double()


def tiny_run(epochs: int, steps_per_epoch: int, max_steps: int | None, accumulation: int) -> Run:
    """Return the arguments of the loop for a fresh student."""
    torch.set_num_threads(1)
    student: Decoder = initialise(_TINY, seed=1)
    return Run(
        student=student,
        optimizer=AdamW(student),
        objective=Objective(None, Distillation(), "none"),
        batch=_batch,
        training=Training(
            epochs=epochs,
            batch_size=_WINDOWS,
            gradient_accumulation=accumulation,
            learning_rate=1e-3,
        ),
        steps_per_epoch=steps_per_epoch,
        max_steps=max_steps,
        device=torch.device("cpu"),
    )


def _batch(step: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(step)
    rows = torch.randint(8, (_WINDOWS, _LENGTH + 1), generator=generator)
    return rows[:, :-1].contiguous(), rows[:, 1:].contiguous()
