"""Run by test_fused_rows.py under TRITON_INTERPRET=1: the kernel's distances from float64, as JSON.

Triton decides when it is imported whether it interprets, so that this is a process of its own.
Standard input has a case a line: size, type and settings by the names below. With an argument, a
file that stands in for the kernel's module, only those are computed.
"""

import importlib.util
import json
import math
import sys

import torch

from trainer.configuration.schema import Distillation
from trainer.losses.chunked_loss import Chunking
from trainer.losses.from_hidden_states import linear_loss
from trainer.losses.kd import kd_loss
from trainer.losses.row_gradients import Sums, Weights, totals
from trainer.losses.teacher_logits import TeacherOutput
from trainer.models.interface import IGNORED, Head

NAME = "trainer.losses.fused_rows"
if len(sys.argv) > 1:
    spec = importlib.util.spec_from_file_location(NAME, sys.argv[1])
    kernels = sys.modules[NAME] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(kernels)
else:
    kernels = importlib.import_module(NAME)

TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
SETTINGS = {
    "forward_kl": Distillation(),
    "forward_kl-T1": Distillation(temperature=1, alpha=0.5),
    "alpha0": Distillation(alpha=0),
    "alpha1": Distillation(alpha=1, temperature=8),
    "cold": Distillation(temperature=0.5),
    "reverse_kl": Distillation(divergence="reverse_kl", temperature=2),
    "jsd": Distillation(divergence="jsd", beta=0.3, temperature=2),
    "ce": None,
}
SIZES = {"256": (9, 256), "1000": (5, 1000), "32768": (2, 32768), "2": (3, 2)}


def logits(seed, rows, vocabulary, dtype, scale=3.0):
    generator = torch.Generator().manual_seed(seed)
    return (torch.randn(rows, vocabulary, generator=generator) * scale).to(dtype)


def expected(student, teacher, labels, settings):
    """Return the terms and the gradient of the mean loss, by autograd in float64."""
    wide = student.double().requires_grad_()
    if settings is None:
        loss = torch.nn.functional.cross_entropy(wide, labels)
        return loss.detach()[None], torch.autograd.grad(loss, wide)[0]
    found = kd_loss(wide, teacher.double(), labels, settings)
    terms = torch.stack((found.ce, found.kd, found.teacher_entropy, found.agreement)).detach()
    return terms, torch.autograd.grad(found.total, wide)[0]


def by_kernel(student, teacher, labels, settings):
    """Return the same from the kernel, and the gradient before its type was narrowed."""
    count = len(labels)
    alpha = 0.0 if settings is None else settings.alpha
    weights = Weights((1 - alpha) / count, alpha / count)
    sums = torch.full((len(Sums._fields), count), math.nan)
    gradient = student.new_empty(count, student.shape[1] + 3)[:, :-3].copy_(student)  # aligned
    kernels.differentiate_rows(kernels.Rows(gradient, teacher, labels, sums), settings, weights)
    return totals(Sums(*sums), settings) / count, gradient


def distances(student, teacher, labels, settings):
    """Return the distances of the terms and of the gradient, in units of 1 or of what is large."""
    terms, gradient = expected(student, teacher, labels, settings)
    found, mine = by_kernel(student, teacher, labels, settings)
    squared = 1 if settings is None else settings.temperature**2
    scale = terms.abs().clamp_min(max(1, squared))
    return [
        ((found - terms).abs() / scale).max().item(),
        ((mine.double() - gradient).abs().max() / gradient.abs().max()).item(),
    ]


def measured(size, dtype, settings):
    rows, vocabulary = SIZES[size]
    student = logits(0, rows, vocabulary, TYPES[dtype])
    teacher = logits(1, rows, vocabulary + 8, TYPES[dtype])[:, :vocabulary]  # rows with gaps
    labels = torch.arange(rows) * 37 % vocabulary
    chosen = SETTINGS[settings]
    return distances(student, None if chosen is None else teacher, labels, chosen)


def by_linear_loss():
    """Return the distances of the whole loss from the one without the kernel, by its numbers."""
    found = {}
    generator = torch.Generator().manual_seed(5)

    def draw(*shape):
        return torch.randn(*shape, generator=generator)

    hidden, weight, bias = draw(11, 6), draw(37, 6), draw(37)
    taught, teacher = draw(11, 9), Head(draw(41, 9))
    labels = torch.randint(0, 37, (11,), generator=generator)
    labels[[1, 4, 10]] = IGNORED
    hidden[4] = math.nan  # of a token that is left out
    for name, settings in SETTINGS.items():
        for kind, dtype in TYPES.items():
            for given in (False, True):
                output = TeacherOutput(taught, teacher, settings)
                if given:
                    output = TeacherOutput(taught @ teacher.weight.T, None, settings)
                before = output.states.clone()
                results = []
                for fused in (True, False):
                    inputs = [x.clone().requires_grad_() for x in (hidden, weight, bias)]
                    loss, terms = linear_loss(
                        inputs[0],
                        Head(*inputs[1:]),
                        labels,
                        None if settings is None else output,
                        Chunking(4, dtype, fused),
                    )
                    results.append((loss, terms, *torch.autograd.grad(loss, inputs)))
                assert torch.equal(output.states, before)
                gaps = [
                    ((a - b).abs().max() / b.abs().max().clamp_min(1)).item()
                    for a, b in zip(*results, strict=True)
                ]
                found[f"{name}-{kind}-{'logits' if given else 'states'}"] = max(gaps)
    return found


def edges():
    """Return for logits at the edge of what numbers can be what the kernel and autograd find."""
    found = {}
    for name, settings in SETTINGS.items():
        for edge, (row, column, value) in {
            "plus": (0, 5, math.inf),
            "nan": (0, 5, math.nan),
            "minus": (0, 5, -math.inf),
            "large": (0, 5, 3e30),
            "low": (0, 5, -3e30),
            "label": (0, 0, -math.inf),
            "block": (0, slice(0, 2048), -math.inf),
        }.items():
            for side in ("student", "teacher"):
                student, teacher = (logits(seed, 2, 5000, torch.float32) for seed in (0, 1))
                (student if side == "student" else teacher)[row, column] = value
                sides = (student, None if settings is None else teacher)
                labels = torch.tensor([0 if edge != "block" else 4000, 1])
                terms, gradient = expected(*sides, labels, settings)
                mine, by_mine = by_kernel(*sides, labels, settings)
                found[f"{name}-{edge}-{side}"] = [
                    [math.isfinite(x) for x in terms.tolist()],
                    [math.isfinite(x) for x in mine.tolist()],
                    bool(gradient[1].isfinite().all()),
                    bool(by_mine[1].isfinite().all()),
                    (by_mine[1] - gradient[1]).abs().max().item(),
                ]
    return found


def same():
    """Return KD and its gradient where teacher and student are one."""
    student = logits(3, 4, 3000, torch.float32)
    labels, settings = torch.arange(4), Distillation(alpha=0.25)
    terms, gradient = by_kernel(student, student.clone(), labels, settings)
    _, alone = by_kernel(student, None, labels, None)
    return {
        "kd": terms[1].item(),
        "agreement": terms[3].item(),
        "agreements": agreements(),
        "gradient": ((gradient - 0.75 * alone).abs().max() / alone.abs().max()).item(),
    }


def agreements():
    """Return how many of 40 tokens agree, of which 30 have both maxima in one column."""
    rising = torch.linspace(0, 3, 5000) ** 3  # the maximum more than doubles from block to block
    student = logits(4, 40, 5000, torch.float32, scale=0.1) + rising
    teacher = student * 0.37 + 1.1
    teacher[30:] = teacher[30:].roll(1, -1)
    labels = torch.arange(40)
    return round(by_kernel(student, teacher, labels, Distillation())[0][3].item() * 40)


def main():
    torch.set_num_threads(1)
    cases = [line.split() for line in sys.stdin.read().splitlines()]
    told = {" ".join(case): measured(*case) for case in cases}
    if len(sys.argv) == 1:
        told |= {"linear": by_linear_loss(), "edges": edges(), "same": same()}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
