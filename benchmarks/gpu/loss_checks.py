"""Check the loss, its kernel and a step's waiting on a device; a line for each check.

On a CPU the kernel is checked only with TRITON_INTERPRET=1 and triton installed.
"""

import argparse
import math
import os
import sys
import warnings
from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor
from verdicts import Check, require, run_checks

from trainer.configuration.schema import Distillation, Training
from trainer.losses.chunked_loss import Chunking
from trainer.losses.from_hidden_states import linear_loss
from trainer.losses.kd import kd_loss
from trainer.losses.kernel_choice import distance, kernel_fault
from trainer.losses.loss_chunking import LossShape, plan_loss
from trainer.losses.teacher_logits import TeacherOutput
from trainer.losses.tuning import Sample, tune
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.models.interface import IGNORED, Head
from trainer.schedule import Step
from trainer.training.loop import Run, optimise
from trainer.training.objective import Objective
from trainer.training.optimizer import AdamW
from trainer.training.random_states import random_states, restore_random_states

LIMIT = 1e-6
SETTINGS = (
    Distillation(),
    Distillation(divergence="reverse_kl", temperature=2),
    Distillation(divergence="jsd", beta=0.3, temperature=2),
)
WIDTHS = (192, 384)


def main() -> int:
    """Run every check; return 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda", choices=["cpu", "cuda"])
    parser.add_argument("--tiny", action="store_true", help="sizes that an interpreter can do")
    options = parser.parse_args()
    return run_checks(dict(checks(torch.device(options.device), tiny=options.tiny)))


def checks(device: torch.device, *, tiny: bool) -> Iterator[tuple[str, Check]]:
    """Yield the checks by name."""
    fused = device.type == "cuda" or os.environ.get("TRITON_INTERPRET") == "1"
    for vocabulary in (256, 1000) if tiny else (256, 32_768, 131_072):
        for settings in SETTINGS:
            case = partial(LossCase, device, vocabulary, 8 if tiny else 64, settings)
            name = f"loss and gradient in float32 against float64, {settings.divergence}"
            for kernel in (False, True) if fused else (False,):
                by = "kernel" if kernel else "torch"
                yield f"{name}, V = {vocabulary:,}, by {by}", partial(float64_gap, case, kernel)
            for dtype in (None, torch.bfloat16, torch.float16) if fused else ():
                kind = str(dtype or torch.float32).removeprefix("torch.")
                name = f"the kernel against torch in {kind}, {settings.divergence}"
                yield f"{name}, V = {vocabulary:,}", partial(kernel_gap, case, dtype)
    for bad in (math.nan, math.inf):
        case = partial(LossCase, device, 256, 8, SETTINGS[0])
        yield f"a state of {bad} gives no finite loss", partial(not_finite, case, bad, fused)
    yield "a masked state may be NaN", partial(masked, case, fused)
    yield "the kernel is chosen on a GPU, and torch on a CPU", partial(choice, device, tiny)
    yield "a step waits for its device once", partial(waiting, device)
    yield "random states are restored", partial(states_restored, device)


class LossCase:
    """Hidden states of two models and their heads, with labels."""

    def __init__(
        self, device: torch.device, vocabulary: int, tokens: int, settings: Distillation
    ) -> None:
        generator = torch.Generator(device).manual_seed(vocabulary)

        def draw(rows: int, width: int, scale: float = 1.0) -> Tensor:
            return torch.randn(rows, width, device=device, generator=generator) * scale

        student, teacher = WIDTHS
        self.settings = settings
        self.hidden, self.taught = draw(tokens, student), draw(tokens, teacher)
        self.weight = draw(vocabulary, student, student**-0.5)
        self.teacher = draw(vocabulary, teacher, teacher**-0.5)
        self.labels = torch.arange(tokens, device=device) * 37 % vocabulary

    def chunked(self, *, fused: bool) -> tuple[Tensor, ...]:
        """Return loss, terms and gradients in float32; chunks end within the tokens."""
        hidden, weight = self.hidden.requires_grad_(), self.weight.requires_grad_()
        taught = TeacherOutput(self.taught, Head(self.teacher), self.settings)
        rows = len(self.labels) // 2 + 1
        loss, terms = linear_loss(
            hidden, Head(weight), self.labels, taught, Chunking(rows, None, fused)
        )
        return loss.detach(), terms[:3], *torch.autograd.grad(loss, (hidden, weight))

    def dense(self) -> tuple[Tensor, ...]:
        """Return the same from all logits, in float64."""
        inputs = [x.detach().double().requires_grad_() for x in (self.hidden, self.weight)]
        logits = self.taught.double() @ self.teacher.double().T
        loss = kd_loss(inputs[0] @ inputs[1].T, logits, self.labels, self.settings)
        terms = torch.stack((loss.ce, loss.kd, loss.teacher_entropy)).detach()
        return loss.total.detach(), terms, *torch.autograd.grad(loss.total, inputs)

    def sample(self, dtype: torch.dtype | None) -> Sample:
        """Return the heads as a run would try its kernel on them."""
        heads = Head(self.weight.requires_grad_()), Head(self.teacher)
        return Sample(*heads, len(self.teacher), self.settings, dtype)


def float64_gap(case: partial[LossCase], fused: bool) -> str:  # noqa: FBT001 - of a table
    """Compare in units of 1, of T², or of the number itself, whichever is largest."""
    made = case()
    found, expected = made.chunked(fused=fused), made.dense()
    unit = max(1.0, made.settings.temperature**2)
    worst = max(
        float((mine.double() - theirs).abs().max() / max(unit, float(theirs.abs().max())))
        for mine, theirs in zip(found, expected, strict=True)
    )
    relative = distance(found[2:], expected[2:])
    fact = f"{worst:.1e} of at most {LIMIT:g}; gradients {relative:.1e} of their largest item"
    return require(worst <= LIMIT, fact)


def kernel_gap(case: partial[LossCase], dtype: torch.dtype | None) -> str:
    """Compare the kernel's loss and gradients with those of torch's operations."""
    sample = case().sample(dtype)
    found, expected = (sample.compute(64, 48, fused=fused) for fused in (True, False))
    fact = kernel_fault(found, expected, dtype or torch.float32)
    return require(
        fact is None, fact or f"gradients within {distance(found[1:], expected[1:]):.1e}"
    )


def not_finite(case: partial[LossCase], bad: float, fused: bool) -> str:  # noqa: FBT001 - likewise
    """Look for a finite loss from a state that is not."""
    made = case()
    made.hidden[2, 3] = bad
    loss = float(made.chunked(fused=fused)[0])
    return require(not math.isfinite(loss), f"loss {loss}")


def masked(case: partial[LossCase], fused: bool) -> str:  # noqa: FBT001 - likewise
    """Look for what a token that is left out changes."""
    made = case()
    made.hidden[2], made.labels[2] = math.nan, IGNORED
    loss, _, by_hidden, by_weight = made.chunked(fused=fused)
    finite = all(bool(part.isfinite().all()) for part in (loss, by_hidden, by_weight))
    return require(finite and not by_hidden[2].any(), f"loss {float(loss):.4f}")


def choice(device: torch.device, tiny: bool) -> str:  # noqa: FBT001 - likewise
    """Tune as a run does."""
    vocabulary, tokens = (1000, 64) if tiny else (32_768, 16_384)
    case = LossCase(device, vocabulary, 8, SETTINGS[0])
    plan = plan_loss(
        Training(), LossShape(tokens, vocabulary, 4, taught=True), device.type, linear=True
    )
    found = tune(plan, case.sample(None), fixed_rows=False)
    wanted = "triton" if device.type == "cuda" else "torch"
    kernel = found.plan.kernel
    fact = "; ".join(found.lines()) or str(kernel)
    return require(kernel is not None and kernel.name == wanted, fact)


def waiting(device: torch.device) -> str:
    """Count the synchronisations of a step, as torch reports them."""
    if device.type == "cpu":
        return "not on a CPU; tests/trainer/training/test_waiting.py counts what would wait"
    teacher = initialise(PRESETS["micro"], 2).to(device).requires_grad_(requires_grad=False)
    student = initialise(PRESETS["nano"], 1).to(device)
    windows = torch.arange(4 * 33).view(4, 33) % 256
    run = Run(
        student=student,
        optimizer=AdamW(student),
        objective=Objective(teacher, Distillation(), "bf16", 64, fused=True),
        batch=lambda _: (windows[:, :-1].to(device), windows[:, 1:].contiguous()),
        training=Training(batch_size=4, gradient_clip=1e-3),
        steps_per_epoch=9,
        max_steps=None,
        device=device,
    )
    for number in (1, 2):
        optimise(run, Step(number, 0, number - 1, last_of_epoch=False))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            optimise(run, Step(3, 0, 2, last_of_epoch=False))
        finally:
            torch.cuda.set_sync_debug_mode("default")
    places = [f"{one.filename}:{one.lineno}" for one in caught if "synchroniz" in str(one.message)]
    # the batch of this check is not pinned, so that its copy waits as well
    found = [place for place in places if "loss_checks" not in place]
    return require(len(found) == 1, f"{len(found)} times: {', '.join(found)}")


def states_restored(device: torch.device) -> str:
    """Draw, restore, and draw again."""
    kept = random_states()
    first = torch.rand(5, device=device)
    restore_random_states(kept)
    same = torch.equal(first, torch.rand(5, device=device))
    return require(same, f"kept {', '.join(sorted(kept))}")


if __name__ == "__main__":
    sys.exit(main())
