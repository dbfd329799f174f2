from dataclasses import dataclass, field

import pytest
import torch

from trainer.configuration.schema import Distillation
from trainer.losses import kernel_choice, tuning
from trainer.losses.loss_chunking import LossPlan, LossShape, RowKernel
from trainer.losses.tuning import Sample, tune
from trainer.models.interface import Head

SHAPE = LossShape(tokens=4096, vocab_size=32768, item_size=4, taught=True)
PLAN = LossPlan("chunked", 1024, SHAPE, "auto")


@dataclass
class FakeGpu:
    """A GPU on which a loss takes the given milliseconds by rows; its clock is the time taken."""

    milliseconds: dict
    device: torch.device = field(default_factory=lambda: torch.device("cuda"))
    logits_type: torch.dtype = torch.float32
    now: float = 0.0
    asked: list = field(default_factory=list)

    def compute(self, tokens, rows, *, fused):
        self.asked.append((tokens, rows, fused))
        took = self.milliseconds.get(rows, 0.0)
        if isinstance(took, Exception):
            raise took
        first = self.asked.count((tokens, rows, fused)) == 1
        self.now += took / 1e3 * (50 if first else 1)  # the first time compiles and allocates
        return (torch.ones(2),)


@pytest.fixture
def gpu(monkeypatch):
    def make(milliseconds):
        made = FakeGpu(milliseconds)
        monkeypatch.setattr(tuning, "perf_counter", lambda: made.now)
        return made

    monkeypatch.setattr(tuning, "synchronise", lambda _: None)
    monkeypatch.setattr(kernel_choice, "find_spec", lambda _: object())
    return make


@pytest.mark.parametrize(
    ("milliseconds", "rows"),
    [
        ({256: 20.0, 512: 11.0, 1024: 10.6}, 512),  # within 5 % of the fastest, and leaner
        ({256: 20.0, 512: 12.0, 1024: 10.6}, 1024),
        ({256: 9.0, 512: 12.0, 1024: 10.6}, 256),
        ({256: 9.0, 512: 8.0, 1024: torch.OutOfMemoryError()}, 512),
    ],
)
def test_the_leanest_of_the_fast_sizes_is_taken(gpu, milliseconds, rows):
    found = tune(PLAN, gpu(milliseconds), fixed_rows=False)
    assert found.plan.rows == rows
    assert found.plan.fused
    assert found.by_rows[512] == pytest.approx(milliseconds[512])
    assert found.plan.logits_bytes == rows * SHAPE.row_bytes


def test_what_is_timed_is_the_kernel_that_was_chosen(gpu, monkeypatch):
    monkeypatch.setattr(kernel_choice, "find_spec", lambda _: None)
    fake = gpu({256: 3.0, 512: 2.0, 1024: 1.0})
    found = tune(PLAN, fake, fixed_rows=False)
    assert found.plan.kernel.name == "torch"
    assert {fused for _, _, fused in fake.asked} == {False}


def test_fixed_rows_are_not_timed(gpu):
    fake = gpu({1024: 1.0})
    found = tune(PLAN, fake, fixed_rows=True)
    assert (found.plan.rows, dict(found.by_rows)) == (1024, {})
    assert [fused for _, _, fused in fake.asked] == [True, False]  # the trial alone


def test_the_time_is_told_and_so_is_the_choice(gpu):
    found = tune(PLAN, gpu({256: 20.0, 512: 11.0, 1024: 10.6}), fixed_rows=False)
    assert found.seconds == pytest.approx(53 * (20 + 11 + 10.6) / 1e3)
    kernel, chunks = found.lines()
    assert kernel.startswith("loss kernel: triton, ")
    assert kernel.endswith("chosen in 2.2 s")
    assert chunks == (
        "loss chunks: 512 tokens; timed 256: 20.00 ms, 512: 11.00 ms, 1,024: 10.60 ms"
    )


def test_a_kernel_that_was_turned_down_is_a_note(gpu, monkeypatch):
    refused = RowKernel("torch", "the kernel's result is off by 1.0e-01 of its size")
    monkeypatch.setattr(tuning, "choose_kernel", lambda *_: refused)
    line, _ = tune(PLAN, gpu({256: 20.0, 512: 11.0, 1024: 10.6}), fixed_rows=False).lines()
    assert line.startswith("note: loss kernel: torch, the kernel's result is off by 1.0e-01")


def head(rows, columns, seed):
    generator = torch.Generator().manual_seed(seed)
    return Head(torch.randn(rows, columns, generator=generator).requires_grad_())


def test_on_a_cpu_nothing_is_tried():
    sample = Sample(head(50, 4, 0), head(60, 6, 1), 60, Distillation(), None)
    found = tune(PLAN, sample, fixed_rows=False)
    assert (found.seconds, found.plan.rows, found.plan.fused) == (0.0, PLAN.rows, False)
    assert found.plan.kernel == RowKernel("torch", "the device is a cpu")
    assert list(found.lines()) == []


@pytest.mark.parametrize(
    ("teacher", "settings"),
    [(head(60, 6, 1), Distillation()), (None, Distillation()), (None, None)],
    ids=["taught", "logits", "alone"],
)
@pytest.mark.parametrize("dtype", [None, torch.bfloat16])
def test_a_sample_is_the_same_each_time_whatever_the_rows(teacher, settings, dtype):
    sample = Sample(head(50, 4, 0), teacher, 60, settings, dtype)
    state = torch.get_rng_state()
    terms, by_hidden, by_weight = sample.compute(20, 20, fused=False)
    again = sample.compute(20, 7, fused=False)
    close = 1e-5 if dtype is None else 0.05
    for mine, theirs in zip((terms, by_hidden, by_weight), again, strict=True):
        torch.testing.assert_close(mine, theirs.to(mine.dtype), rtol=close, atol=close)
    assert by_hidden.shape == (20, 4)
    assert by_weight.abs().max() > 0
    assert len(terms) == (3 if settings else 1)
    assert torch.equal(torch.get_rng_state(), state)  # those of the run are untouched


def test_a_frozen_head_is_no_obstacle():
    frozen = Head(head(50, 4, 0).weight.detach())
    assert len(Sample(frozen, None, 0, None, None).compute(20, 7, fused=False)) == 2
