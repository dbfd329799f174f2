import importlib.util
import math
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils._python_dispatch import TorchDispatchMode

from trainer.configuration.schema import Distillation
from trainer.errors import UserError
from trainer.losses import chunked_loss, row_gradients
from trainer.losses.chunked_loss import Chunking
from trainer.losses.from_hidden_states import linear_loss
from trainer.losses.kd import kd_loss
from trainer.losses.teacher_logits import TeacherOutput
from trainer.models.interface import IGNORED, Head

SIZES = {"n": 11, "d": 6, "e": 9, "v": 37, "w": 41, "seed": 0}


class Case:
    """Random hidden states, and heads that make logits of deviation 1.

    `double` is the same numbers in float64.
    """

    def __init__(self, dtype=torch.float32, masked=(1, 4, 10), **shape):
        n, d, e, v, w, seed = (shape.get(k, SIZES[k]) for k in ("n", "d", "e", "v", "w", "seed"))
        g = torch.Generator().manual_seed(seed)
        self.hidden = torch.randn(n, d, generator=g).to(dtype)
        self.weight = (torch.randn(v, d, generator=g) / d**0.5).to(dtype)
        self.bias = torch.randn(v, generator=g).to(dtype)
        self.taught = torch.randn(n, e, generator=g).to(dtype)
        self.teacher = Head((torch.randn(w, e, generator=g) / e**0.5).to(dtype), None)
        self.labels = torch.randint(0, v, (n,), generator=g)
        self.labels[[row for row in masked if row < n]] = IGNORED

    def double(self):
        other = Case()
        for name in ("hidden", "weight", "bias", "taught"):
            setattr(other, name, getattr(self, name).double())
        other.teacher = Head(self.teacher.weight.double(), None)
        other.labels = self.labels
        return other

    def inputs(self):
        return [x.clone().requires_grad_() for x in (self.hidden, self.weight, self.bias)]

    def dense(self, numbers):
        h, w, b = inputs = self.inputs()
        loss = kd_loss(h @ w.T + b, self.taught @ self.teacher.weight.T, self.labels, numbers)
        terms = torch.stack((loss.ce, loss.kd, loss.teacher_entropy, loss.agreement)).detach()
        return loss.total.detach(), terms, torch.autograd.grad(loss.total, inputs)

    def chunked(self, numbers, rows, dtype=None):
        h, w, b = inputs = self.inputs()
        teacher_output = TeacherOutput(self.taught, self.teacher, numbers)
        loss, terms = linear_loss(h, Head(w, b), self.labels, teacher_output, Chunking(rows, dtype))
        return loss.detach(), terms, torch.autograd.grad(loss, inputs)


def gap(found, expected, factor):
    """Largest distance of a loss, its terms (but the agreement, which jumps) and its gradients."""
    mine = (found[0], found[1][:3], *found[2])
    theirs = (expected[0], expected[1][:3], *expected[2])
    return max(
        ((a.double() - b).abs().max() / max(1, factor, b.abs().max())).item()
        for a, b in zip(mine, theirs, strict=True)
    )


objectives = st.builds(
    lambda kind, beta, temperature, alpha: Distillation(
        divergence=kind, temperature=temperature, alpha=alpha, beta=beta if kind == "jsd" else None
    ),
    st.sampled_from(["forward_kl", "reverse_kl", "jsd"]),
    st.floats(0.05, 0.95),
    st.one_of(st.just(1.0), st.floats(0.5, 8)),
    st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1)),
)
shapes = st.fixed_dictionaries(
    {
        "n": st.integers(1, 40),
        "d": st.integers(1, 48),
        "e": st.integers(1, 48),
        "v": st.integers(2, 300),
        "seed": st.integers(0, 2**31),
    }
)


@given(shapes, st.integers(-9, 9), st.sets(st.integers(1, 39)), st.integers(1, 50), objectives)
@settings(deadline=None, max_examples=100)
def test_loss_and_gradients_are_those_of_float64_within_1e_6(shape, longer, masked, rows, numbers):
    if numbers.divergence == "reverse_kl":  # infinite where the teacher's vocabulary is shorter
        longer = abs(longer)
    case = Case(**shape, w=max(1, shape["v"] + longer), masked=sorted(masked))
    expected = case.double().dense(numbers)
    assert gap(case.chunked(numbers, rows), expected, numbers.temperature**2) <= 1e-6
    assert gap(case.double().chunked(numbers, rows), expected, 1) <= 1e-11


NUMBERS = [
    Distillation(),
    Distillation(divergence="reverse_kl", temperature=1),
    Distillation(divergence="jsd", beta=0.3, temperature=2),
]
KINDS = pytest.mark.parametrize("numbers", NUMBERS, ids=lambda n: n.divergence)


@KINDS
def test_the_agreement_is_that_of_the_logits(numbers):
    case = Case(n=40, v=3, w=3)
    assert case.chunked(numbers, 7)[1][3] == pytest.approx(case.dense(numbers)[1][3].item())


@KINDS
@pytest.mark.parametrize("rows", [1, 4, 100])
def test_products_in_bfloat16_come_near(numbers, rows):
    case = Case()
    exact, rough = case.dense(numbers), case.chunked(numbers, rows, torch.bfloat16)
    assert 0 < gap(rough, tuple(exact), 1) < 0.05
    assert [g.dtype for g in rough[2]] == [torch.float32] * 3


def test_small_items_of_a_float16_gradient_do_not_vanish():
    """A share of 1 / 4096 of a probability of 1 / 4096 is no number of float16."""
    case = Case(n=4096, d=8, v=4096, w=4096, masked=[])
    exact, rough = (case.chunked(Distillation(), 512, dtype) for dtype in (None, torch.float16))
    assert gap(rough, exact, 1) < 2e-3
    relative = (rough[2][1] - exact[2][1]).abs().max() / exact[2][1].abs().max()
    assert relative < 2e-3


def test_a_bfloat16_model_gets_bfloat16_gradients():
    case = Case(dtype=torch.bfloat16)
    loss, _, gradients = case.chunked(Distillation(), 4)
    assert loss == pytest.approx(case.double().dense(Distillation())[0].item(), rel=0.02)
    assert [g.dtype for g in gradients] == [torch.bfloat16] * 3


@KINDS
def test_given_logits_are_used_and_left_as_they_are(numbers):
    case = Case().double()
    given_logits = case.taught @ case.teacher.weight.T
    before = given_logits.clone()
    h, w, b = case.inputs()
    loss, _ = linear_loss(
        h, Head(w, b), case.labels, TeacherOutput(given_logits, None, numbers), Chunking(4)
    )
    assert loss.item() == pytest.approx(case.dense(numbers)[0].item(), rel=1e-12)
    assert torch.equal(given_logits, before)


def test_without_a_teacher_it_is_the_cross_entropy():
    case = Case().double()
    h, w, b = inputs = case.inputs()
    loss, terms = linear_loss(h, Head(w, b), case.labels, None, Chunking(4))
    expected = torch.nn.functional.cross_entropy(h @ w.T + b, case.labels)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-12)
    assert terms.tolist() == [loss.item()]
    for mine, theirs in zip(
        torch.autograd.grad(loss, inputs), torch.autograd.grad(expected, inputs), strict=True
    ):
        torch.testing.assert_close(mine, theirs, rtol=1e-10, atol=1e-12)


def test_tied_weights_get_the_gradients_of_both_uses():
    case = Case(d=6).double()
    gradients = []
    for way in ("dense", "chunked"):
        weight = case.weight.clone().requires_grad_()
        h = weight[case.labels.clamp_min(0)] * 2  # the embedding
        if way == "dense":
            loss = kd_loss(
                h @ weight.T, case.taught @ case.teacher.weight.T, case.labels, Distillation()
            ).total
        else:
            teacher_output = TeacherOutput(case.taught, case.teacher, Distillation())
            loss, _ = linear_loss(h, Head(weight), case.labels, teacher_output, Chunking(3))
        (0.5 * loss).backward()
        gradients.append(weight.grad)
    torch.testing.assert_close(*gradients, rtol=1e-10, atol=1e-12)


def test_a_frozen_head_gets_no_gradient_and_none_is_computed_where_none_is_wanted():
    case = Case()
    h, w, b = case.inputs()
    teacher_output = TeacherOutput(case.taught, case.teacher, Distillation())
    loss, _ = linear_loss(h, Head(w.detach(), b.detach()), case.labels, teacher_output, Chunking(4))
    loss.backward()
    assert h.grad is not None
    with torch.no_grad():
        unattached, _ = linear_loss(h, Head(w, b), case.labels, teacher_output, Chunking(4))
    assert not unattached.requires_grad
    assert unattached.item() == loss.item()


def test_the_gradient_can_be_used_once():
    case = Case()
    h, w, b = case.inputs()
    teacher_output = TeacherOutput(case.taught, case.teacher, Distillation())
    loss, _ = linear_loss(h, Head(w, b), case.labels, teacher_output, Chunking(4))
    loss.backward(retain_graph=True)
    with pytest.raises(RuntimeError, match="used already; compute the loss again"):
        loss.backward()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("numbers", [Distillation(), Distillation(divergence="jsd", beta=0.3)])
def test_tokens_that_the_teacher_lacks_are_so_in_half_precision(dtype, numbers):
    case = Case(w=30)
    found = case.chunked(numbers, 4, dtype)
    assert gap(found, case.double().dense(numbers), numbers.temperature**2) <= 0.02
    taught = case.taught @ case.teacher.weight.T
    h, w, b = case.inputs()
    teacher_output = TeacherOutput(taught.to(dtype), None, numbers)
    loss, terms = linear_loss(h, Head(w, b), case.labels, teacher_output, Chunking(4, dtype))
    by_logits = loss.detach(), terms, torch.autograd.grad(loss, (h, w, b))
    assert gap(by_logits, found, numbers.temperature**2) <= 0.02


def test_the_reverse_divergence_of_a_larger_student_vocabulary_is_refused():
    with pytest.raises(UserError, match="vocab_size 37 is larger than the teacher's 36"):
        Case(w=36).chunked(Distillation(divergence="reverse_kl"), 4)


@KINDS
@pytest.mark.parametrize("side", ["hidden", "taught"])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_state_that_is_not_finite_never_gives_a_finite_loss(numbers, side, bad):
    case = Case()
    getattr(case, side)[2, 3] = bad
    assert not math.isfinite(case.chunked(numbers, 4)[0].item())


@pytest.mark.parametrize("side", ["hidden", "taught"])
def test_a_masked_state_may_be_anything(side):
    case = Case(masked=[2])
    getattr(case, side)[2] = math.nan
    loss, _, gradients = case.chunked(Distillation(), 4)
    assert math.isfinite(loss.item())
    assert all(torch.isfinite(g).all() for g in gradients)
    assert gradients[0][2].abs().max() == 0


def test_a_batch_without_a_valid_token_has_no_loss():
    assert math.isnan(Case(masked=range(11)).chunked(Distillation(), 4)[0].item())


@KINDS
@pytest.mark.parametrize("dtype", [None, torch.bfloat16], ids=str)
def test_rows_that_are_aligned_for_a_gpu_change_nothing(monkeypatch, numbers, dtype):
    case = Case()
    loss, terms, gradients = case.chunked(numbers, 4, dtype)
    monkeypatch.setattr(chunked_loss, "_row_width", lambda _, vocabulary: vocabulary + 27)
    other = case.chunked(numbers, 4, dtype)
    torch.testing.assert_close((loss, terms, gradients), other, rtol=1e-6, atol=1e-6)


def test_a_row_for_a_gpu_begins_at_whole_128_bytes():
    widths = [chunked_loss._row_width(torch.device("cuda"), n) for n in (50_257, 50_304, 1)]
    assert widths == [50_304, 50_304, 64]
    assert chunked_loss._row_width(torch.device("cpu"), 50_257) == 50_257


class Largest(TorchDispatchMode):
    """Watches for the largest tensor that any operation makes."""

    items = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        if isinstance(made, torch.Tensor):
            self.items = max(self.items, made.numel())
        return made


@KINDS
def test_the_logits_of_all_tokens_never_exist(numbers):
    case = Case(n=64, v=500, w=500)
    with Largest() as watched:
        case.chunked(numbers, 8)
    assert watched.items <= max(8 * 500 * 4, 500 * 9)  # scratch space of a chunk, or a head
    with Largest() as watched:
        case.dense(numbers)
    assert watched.items == 64 * 500


@pytest.fixture
def planted(monkeypatch, tmp_path):
    """Return a planter of a bug in `row_gradients`: (old, new) -> None."""

    def plant(old, new):
        text = Path(row_gradients.__file__).read_text(encoding="utf-8")
        assert text.count(old) == 1
        file = tmp_path / "planted.py"
        file.write_text(text.replace(old, new), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("planted", file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name in ("differentiate", "totals"):
            monkeypatch.setattr(chunked_loss, name, getattr(module, name))

    return plant


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (0, "weights.kd * settings.temperature ", "weights.kd * settings.temperature**2 "),
        (0, "(p, -factor / sums.p)", "(p, -factor / sums.q)"),
        (0, "settings.temperature - log_p + log_q", "settings.temperature + log_p + log_q"),
        (0, "(weight / sums.student)", "(-weight / sums.student)"),
        (1, "sub(student, teacher, out=teacher)", "sub(teacher, student, out=teacher)"),
        (1, "- log_q + log_p", "+ log_q - log_p"),
        (2, "(1 - beta) * factor / sums.q", "factor / sums.q"),
        (2, "(beta / sums.p)", "((1 - beta) / sums.p)"),
        (2, "(of_student, of_teacher,", "(of_teacher, of_student,"),
    ],
)
def test_a_bug_in_the_rows_is_seen(planted, kind, old, new):
    case = Case()
    expected = case.double().dense(NUMBERS[kind])
    assert gap(case.chunked(NUMBERS[kind], 4), expected, 1) < 1e-5
    planted(old, new)
    assert not gap(case.chunked(NUMBERS[kind], 4), expected, 1) < 1e-3
