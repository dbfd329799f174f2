import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.configuration.schema import Distillation
from trainer.errors import UserError
from trainer.losses.kd import (
    cross_entropy,
    forward_kl,
    jsd,
    kd_loss,
    objective_text,
    reverse_kl,
)
from trainer.models.interface import IGNORED


def logits(rows, columns, seed, dtype=torch.float32):
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed)).to(dtype)


def reference_kl(student, teacher, temperature):
    """Mean KL, written from the definition in float64."""
    p = torch.softmax(teacher.double() / temperature, -1)
    q = torch.softmax(student.double() / temperature, -1)
    return (p * (p / q).log()).sum(-1).mean()


ALL = torch.ones(17, dtype=torch.bool)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_the_divergence_equals_its_definition(temperature):
    student, teacher = logits(17, 31, 0), logits(17, 31, 1)
    found = forward_kl(student, teacher, temperature, ALL)
    assert found.item() == pytest.approx(reference_kl(student, teacher, temperature).item(), 1e-5)
    precise = forward_kl(student.double(), teacher.double(), temperature, ALL)
    assert precise.item() == pytest.approx(
        reference_kl(student, teacher, temperature).item(), rel=1e-12
    )


def test_it_is_forward_and_not_reverse():
    student, teacher = logits(17, 5, 0), 3 * logits(17, 5, 1)
    assert forward_kl(student, teacher, 1.0, ALL) != pytest.approx(
        reference_kl(teacher, student, 1.0).item(), 1e-3
    )


def reference_divergence(student, teacher, numbers):
    """Mean divergence, written from the definitions in float64."""
    p = torch.softmax(teacher.double() / numbers.temperature, -1)
    q = torch.softmax(student.double() / numbers.temperature, -1)
    m = numbers.teacher_share * p + (1 - numbers.teacher_share) * q
    parts = {
        "forward_kl": p * (p / q).log(),
        "reverse_kl": q * (q / p).log(),
        "jsd": numbers.teacher_share * p * (p / m).log()
        + (1 - numbers.teacher_share) * q * (q / m).log(),
    }
    return parts[numbers.divergence].sum(-1).mean()


DIVERGENCES = [
    Distillation(temperature=2.0),
    Distillation(temperature=2.0, divergence="reverse_kl"),
    Distillation(temperature=2.0, divergence="jsd"),
    Distillation(temperature=2.0, divergence="jsd", beta=0.1),
]


@pytest.mark.parametrize("numbers", DIVERGENCES, ids=objective_text)
def test_every_divergence_equals_its_definition_and_enters_with_t_squared(numbers):
    student, teacher = 3 * logits(17, 31, 0), 3 * logits(17, 31, 1)
    expected = reference_divergence(student, teacher, numbers).item()
    loss = kd_loss(student, teacher, torch.arange(17), numbers)
    assert loss.kd.item() == pytest.approx(4 * expected, rel=1e-5)
    assert loss.total.item() == pytest.approx(0.7 * 4 * expected + 0.3 * loss.ce.item(), rel=1e-5)


@pytest.mark.parametrize("numbers", DIVERGENCES, ids=objective_text)
@pytest.mark.parametrize("side", ["student", "teacher"])
def test_no_divergence_hides_a_logit_that_is_not_a_number(numbers, side):
    both = {"student": logits(4, 7, 0), "teacher": logits(4, 7, 1)}
    both[side][2, 3] = math.nan
    loss = kd_loss(both["student"], both["teacher"], torch.arange(4), numbers)
    assert math.isnan(loss.total.item())


@pytest.mark.parametrize(("beta", "end"), [(1e-6, forward_kl), (1 - 1e-6, reverse_kl)])
def test_towards_its_ends_the_mixture_goes_to_a_share_of_a_kl_and_not_to_that_kl(beta, end):
    student, teacher = logits(17, 31, 0, torch.float64), logits(17, 31, 1, torch.float64)
    found = jsd(student, teacher, 2.0, ALL, beta=beta).item()
    assert found == pytest.approx(1e-6 * end(student, teacher, 2.0, ALL).item(), rel=1e-4)


@given(seed=st.integers(0, 2**31), temperature=st.floats(0.1, 20), scale=st.floats(0.01, 30))
@settings(deadline=None)
def test_it_is_never_negative_and_positive_for_unequal_distributions(seed, temperature, scale):
    student = scale * logits(5, 7, seed, torch.float64)
    teacher = scale * logits(5, 7, seed + 1, torch.float64)
    assert forward_kl(student, teacher, temperature, ALL[:5]).item() > 0


@pytest.mark.parametrize("moved", ["student", "teacher"])
def test_a_constant_added_to_one_sides_logits_changes_nothing(moved):
    sides = {"student": logits(17, 31, 0, torch.float64), "teacher": logits(17, 31, 1).double()}
    before = forward_kl(sides["student"], sides["teacher"], 3.0, ALL).item()
    sides[moved] = sides[moved] + torch.linspace(-50, 50, 17).double()[:, None]
    after = forward_kl(sides["student"], sides["teacher"], 3.0, ALL).item()
    assert after == pytest.approx(before, rel=1e-10)


def test_t_squared_keeps_the_gradient_when_the_temperature_rises():
    """At high T the gradient of the KD term is (student - teacher) / (N V), whatever T is."""
    student = (logits(8, 5, 0, torch.float64) - 1).requires_grad_()
    teacher = logits(8, 5, 1, torch.float64)
    for temperature in (1e3, 1e4):
        loss = kd_loss(
            student,
            teacher,
            torch.zeros(8).long(),
            Distillation(temperature=temperature, alpha=1.0),
        )
        (gradient,) = torch.autograd.grad(loss.total, student)
        gap = (student - student.mean(-1, keepdim=True)) - (
            teacher - teacher.mean(-1, keepdim=True)
        )
        torch.testing.assert_close(gradient, gap.detach() / (8 * 5), rtol=0.02, atol=1e-4)


def test_a_batch_is_the_weighed_mean_of_its_parts():
    student, teacher = logits(17, 31, 0, torch.float64), logits(17, 31, 1, torch.float64)
    labels = torch.arange(17).masked_fill(torch.arange(17) % 4 == 1, IGNORED)
    whole = kd_loss(student, teacher, labels, Distillation(temperature=2.0, alpha=0.6))
    parts = [
        kd_loss(
            *(x[rows] for x in (student, teacher, labels)), Distillation(temperature=2.0, alpha=0.6)
        )
        for rows in (slice(0, 3), slice(3, 11), slice(11, 17))
    ]
    summed = sum(part.total * part.tokens for part in parts)
    assert summed.item() == pytest.approx((whole.total * whole.tokens).item(), rel=1e-12)


def test_it_is_zero_for_equal_distributions_and_blind_to_shifts():
    student = logits(17, 31, 0, torch.float64)
    assert abs(forward_kl(student, student + 5, 2.0, ALL).item()) < 1e-12


def test_the_total_is_the_weighed_sum_with_t_squared():
    student, teacher = logits(17, 31, 0, torch.float64), logits(17, 31, 1, torch.float64)
    labels = torch.arange(17)
    loss = kd_loss(student, teacher, labels, Distillation(temperature=3.0, alpha=0.7))
    kl = reference_kl(student, teacher, 3.0)
    ce = torch.nn.functional.cross_entropy(student, labels)
    assert loss.total.item() == pytest.approx((0.7 * 9 * kl + 0.3 * ce).item(), rel=1e-12)
    assert (loss.kd.item(), loss.ce.item()) == pytest.approx((9 * kl.item(), ce.item()))


@pytest.mark.parametrize(("alpha", "term"), [(0.0, "ce"), (1.0, "kd")])
def test_at_its_ends_alpha_leaves_one_term(alpha, term):
    loss = kd_loss(
        logits(4, 7, 0),
        logits(4, 7, 1),
        torch.arange(4),
        Distillation(temperature=2.0, alpha=alpha),
    )
    assert loss.total is getattr(loss, term)


def test_ignored_tokens_count_nowhere():
    student, teacher = logits(6, 9, 0), logits(6, 9, 1)
    labels = torch.tensor([1, IGNORED, 3, IGNORED, 5, 0])
    kept = labels != IGNORED
    whole = kd_loss(student, teacher, labels, Distillation(temperature=2.0, alpha=0.5))
    part = kd_loss(
        student[kept], teacher[kept], labels[kept], Distillation(temperature=2.0, alpha=0.5)
    )
    for name in ("total", "ce", "kd", "teacher_entropy", "agreement"):
        assert getattr(whole, name).item() == pytest.approx(getattr(part, name).item()), name
    assert whole.tokens.item() == 4


def test_a_longer_teacher_vocabulary_is_cut_before_the_softmax():
    student, teacher = logits(17, 5, 0), logits(17, 9, 1)
    found = forward_kl(student, teacher, 1.0, ALL)
    assert found.item() == pytest.approx(reference_kl(student, teacher[:, :5], 1.0).item(), 1e-5)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("temperature", [0.5, 4.0, 50.0])
def test_tokens_that_the_teacher_lacks_have_no_probability_to_it(dtype, temperature):
    student, teacher = logits(17, 9, 0).to(dtype), logits(17, 5, 1).to(dtype)
    p = torch.softmax(teacher.double() / temperature, -1)
    log_q = torch.log_softmax(student.double() / temperature, -1)
    expected = (p * (p.log() - log_q[:, :5])).sum(-1).mean().item()
    found = forward_kl(student, teacher, temperature, ALL)
    assert found.item() == pytest.approx(expected, rel=1e-4, abs=1e-6)
    numbers = Distillation(temperature=temperature)
    terms = kd_loss(student, teacher, torch.arange(17) % 5, numbers)
    assert terms.teacher_entropy.item() == pytest.approx(
        -(log_p := torch.log_softmax(teacher.double(), -1)).exp().mul(log_p).sum(-1).mean().item(),
        rel=1e-4,
    )
    assert all(torch.isfinite(term) for term in terms)


def test_the_reverse_divergence_of_a_longer_student_vocabulary_is_refused():
    with pytest.raises(UserError, match=r"vocab_size 9 is larger .* 5: reverse_kl is infinite"):
        reverse_kl(logits(17, 9, 0), logits(17, 5, 1), 1.0, ALL)


@pytest.mark.parametrize("side", ["student", "teacher"])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_logit_that_is_not_finite_never_gives_a_finite_loss(side, bad):
    both = {"student": logits(4, 7, 0), "teacher": logits(4, 7, 1)}
    both[side][2, 3] = bad
    loss = kd_loss(
        both["student"], both["teacher"], torch.arange(4), Distillation(temperature=2.0, alpha=0.5)
    )
    assert not math.isfinite(loss.total.item())


def test_half_precision_is_summed_in_float32():
    student, teacher = logits(17, 31, 0), logits(17, 31, 1)
    found = forward_kl(student.bfloat16(), teacher.bfloat16(), 1.0, ALL)
    assert found.dtype == torch.float32
    assert found.item() == pytest.approx(reference_kl(student, teacher, 1.0).item(), rel=0.02)


def test_entropy_and_agreement():
    teacher = torch.tensor([[0.0, 0.0], [5.0, 0.0]])
    student = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    loss = kd_loss(student, teacher, torch.tensor([0, 1]), Distillation(temperature=1.0, alpha=0.5))
    p = torch.softmax(teacher[1], -1)
    expected = (math.log(2) - (p * p.log()).sum().item()) / 2
    assert loss.teacher_entropy.item() == pytest.approx(expected)
    assert loss.agreement.item() == 0.5


def test_cross_entropy_is_torchs():
    found = cross_entropy(logits(4, 7, 0), torch.arange(4))
    assert found == torch.nn.functional.cross_entropy(logits(4, 7, 0), torch.arange(4))


def test_the_objective_is_printed_with_its_numbers():
    text = objective_text(Distillation())
    assert "0.7 * 4^2 * KL(p_teacher^T || p_student^T) + 0.3 * CE" in text
    assert "0.7 * 4^2 * KL(p_student^T || p_teacher^T) + 0.3 * CE" in objective_text(
        Distillation(divergence="reverse_kl")
    )
    mixed = objective_text(Distillation(divergence="jsd", beta=0.25))
    assert "[0.25 * KL(p_teacher^T || m) + 0.75 * KL(p_student^T || m)]" in mixed
    assert "m = 0.25 * p_teacher^T + 0.75 * p_student^T" in mixed
