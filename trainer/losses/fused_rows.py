"""The objective and its gradient for rows of logits, in one Triton kernel.

What `trainer.losses.row_gradients` does in some twenty passes over a chunk: one program takes one
row, reads it once for its sums (the maximum is found on the way: Milakov & Gimelshein 2018, Online
normalizer calculation for softmax, arXiv:1805.02867), and once more to write the gradient over the
student's logits; the JSD reads it a third time. Logits are read in the type of the matrix product
and computed in float32. With TRITON_INTERPRET=1 the kernels run on a CPU.

In the comments, s and t are a token's logits, the student's and the teacher's, less their maximum;
p = exp(t / T) and q = exp(s / T), not normalised. Sums are held as a block of partial sums.
"""

from typing import NamedTuple

import triton
import triton.language as tl
from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.losses.row_gradients import Sums, Weights

_KINDS = {"forward_kl": 0, "reverse_kl": 1, "jsd": 2}
FORWARD, REVERSE, JSD = (tl.constexpr(_KINDS[name]) for name in _KINDS)

LABEL, STUDENT, TEACHER, MOMENT, NEAREST, P, Q, P_GAP, Q_GAP = (
    tl.constexpr(Sums._fields.index(name)) for name in Sums._fields
)
LOWEST = tl.constexpr(-3.0e38)
"""In place of -inf, which less itself is NaN."""
TINY = tl.constexpr(1.1754943508222875e-38)


class Rows(NamedTuple):
    """Logits and labels of R tokens. The student's logits are overwritten by their gradient."""

    student: Tensor
    """(R, V), a row without gaps"""
    teacher: Tensor | None
    """(R, V), likewise; only read"""
    labels: Tensor
    """(R,)"""
    sums: Tensor
    """(S, R), float32: `Sums` by their order; without a teacher the first two"""


class Launch(NamedTuple):
    """How a program takes its row; the default is a guess that no GPU has judged yet."""

    block: int = 2048
    """Columns at a time, a power of 2; fewer where the vocabulary is smaller."""
    warps: int = 8


_DEFAULT = Launch()


def differentiate_rows(
    rows: Rows, settings: Distillation | None, weights: Weights, launch: Launch = _DEFAULT
) -> None:
    """Overwrite the student's logits with the gradient of weights.ce CE + weights.kd T² D.

    Fills the rows' sums, except a gap that the divergence D does not use. Without a teacher,
    D and `settings` are left out.
    """
    student, teacher, labels, sums = rows
    count, vocabulary = student.shape
    block = min(launch.block, triton.next_power_of_2(vocabulary))
    warps = launch.warps if block == launch.block else max(1, launch.warps // 2)
    shape = {"block": block, "num_warps": warps}
    if teacher is None or settings is None:
        _cross_entropy[(count,)](
            student,
            labels,
            sums,
            student.stride(0),
            sums.stride(0),
            vocabulary,
            weights.ce,
            **shape,
        )
        return
    _distillation[(count,)](
        student,
        teacher,
        labels,
        sums,
        student.stride(0),
        teacher.stride(0),
        sums.stride(0),
        vocabulary,
        settings.temperature,
        settings.teacher_share if settings.divergence == "jsd" else 0.5,
        weights.ce,
        weights.kd,
        kind=_KINDS[settings.divergence],
        teaches=weights.kd != 0,  # else left out of the gradient, as it may be NaN
        **shape,
    )


@triton.jit
def _load(row, at, vocabulary):
    """Return a block of a row in float32, and which of its columns exist; the others are -inf."""
    inside = at < vocabulary
    return tl.load(row + at, mask=inside, other=float("-inf")).to(tl.float32), inside


@triton.jit
def _first_maximum(row, vocabulary, block: tl.constexpr):
    """Return the maximum of a row's first block, to start from."""
    logits, _ = _load(row, tl.arange(0, block), vocabulary)
    return tl.maximum(tl.max(logits, 0), LOWEST)


@triton.jit
def _cross_entropy(
    students, labels, sums, student_stride, sums_stride, vocabulary, weight, block: tl.constexpr
):
    """Overwrite a row with weight * (softmax - one-hot label); fill the first two sums."""
    number = tl.program_id(0).to(tl.int64)
    student, columns = students + number * student_stride, tl.arange(0, block)
    label = tl.load(labels + number)
    label_logit = tl.load(student + label).to(tl.float32)
    top = _first_maximum(student, vocabulary, block)
    total = tl.zeros([block], tl.float32)
    for start in range(0, vocabulary, block):
        logits, _ = _load(student, start + columns, vocabulary)
        higher = tl.maximum(top, tl.max(logits, 0))
        total = total * tl.exp(top - higher) + tl.exp(logits - higher)
        top = higher
    mass = tl.sum(total, 0)
    tl.store(sums + LABEL * sums_stride + number, label_logit - top)
    tl.store(sums + STUDENT * sums_stride + number, mass)
    for start in range(0, vocabulary, block):
        at = start + columns
        logits, inside = _load(student, at, vocabulary)
        gradient = tl.exp(logits - top) * (weight / mass) - tl.where(at == label, weight, 0.0)
        tl.store(student + at, gradient.to(students.dtype.element_ty), mask=inside)


@triton.jit
def _distillation(
    students,
    teachers,
    labels,
    sums,
    student_stride,
    teacher_stride,
    sums_stride,
    vocabulary,
    temperature,
    beta,
    weight_ce,
    weight_kd,
    block: tl.constexpr,
    kind: tl.constexpr,
    teaches: tl.constexpr,
):
    """Overwrite a row of the student's logits with its gradient; fill its sums."""
    number = tl.program_id(0).to(tl.int64)
    student, teacher = students + number * student_stride, teachers + number * teacher_stride
    sums, cool = sums + number, 1.0 / temperature
    label = tl.load(labels + number)
    label_logit = tl.load(student + label).to(tl.float32)
    top_s, top_t, mass_s, mass_t, moment, p_sum, q_sum, gap = _row_sums(
        student, teacher, vocabulary, cool, block, kind
    )
    tl.store(sums + LABEL * sums_stride, label_logit - top_s)
    tl.store(sums + STUDENT * sums_stride, mass_s)
    tl.store(sums + TEACHER * sums_stride, mass_t)
    tl.store(sums + MOMENT * sums_stride, moment)
    tl.store(sums + P * sums_stride, p_sum)
    tl.store(sums + Q * sums_stride, q_sum)
    of_teacher, of_student = beta / p_sum, (1 - beta) / q_sum
    if kind == JSD:
        p_gap, gap = _mixture_gaps(
            student, teacher, top_s, top_t, vocabulary, cool, of_teacher, of_student, block
        )
        tl.store(sums + P_GAP * sums_stride, p_gap)
    if kind == FORWARD:
        tl.store(sums + P_GAP * sums_stride, gap)
    else:
        tl.store(sums + Q_GAP * sums_stride, gap)
    factor = weight_kd * temperature  # T² of the objective, 1/T of the inner derivative
    columns, nearest = tl.arange(0, block), tl.full([block], float("-inf"), tl.float32)
    for start in range(0, vocabulary, block):
        at = start + columns
        s, inside = _load(student, at, vocabulary)
        t, _ = _load(teacher, at, vocabulary)
        s, t = s - top_s, t - top_t
        nearest = tl.maximum(nearest, s + t)
        gradient = tl.exp(s) * (weight_ce / mass_s) - tl.where(at == label, weight_ce, 0.0)
        if teaches:
            q = tl.exp(s * cool)
            if kind == FORWARD:
                gradient += factor * (q / q_sum - tl.exp(t * cool) / p_sum)
            if kind == REVERSE:
                gradient += (factor * cool / q_sum) * q * (s - t - gap / q_sum)
            if kind == JSD:
                log_m = _log_mixture(tl.exp(t * cool), q, of_teacher, of_student)
                gradient += (factor * of_student) * q * (s * cool - log_m - gap / q_sum)
        tl.store(student + at, gradient.to(students.dtype.element_ty), mask=inside)
    tl.store(sums + NEAREST * sums_stride, tl.max(nearest, 0))


@triton.jit
def _row_sums(student, teacher, vocabulary, cool, block: tl.constexpr, kind: tl.constexpr):
    """Return the maxima of s and t, Σ exp(s), Σ exp(t), Σ t exp(t), Σ p, Σ q, and the gap.

    The gap is Σ p (t - s) of the forward KL, Σ q (s - t) of the reverse, and 0 of the JSD.
    """
    columns, nothing = tl.arange(0, block), tl.zeros([block], tl.float32)
    top_s = _first_maximum(student, vocabulary, block)
    top_t = _first_maximum(teacher, vocabulary, block)
    mass_s, mass_t, moment, p_sum, q_sum, gap = nothing, nothing, nothing, nothing, nothing, nothing
    for start in range(0, vocabulary, block):
        s, inside = _load(student, start + columns, vocabulary)
        t, _ = _load(teacher, start + columns, vocabulary)
        higher_s, higher_t = tl.maximum(top_s, tl.max(s, 0)), tl.maximum(top_t, tl.max(t, 0))
        rise_s, rise_t = higher_s - top_s, higher_t - top_t
        top_s, top_t = higher_s, higher_t
        s, t = s - top_s, t - top_t
        p, q, exp_t = tl.exp(t * cool), tl.exp(s * cool), tl.exp(t)
        # what was summed was less the maximum so far, which has risen
        if kind == FORWARD:
            gap = (gap + p_sum * (rise_s - rise_t)) * tl.exp(-rise_t * cool)
            gap += tl.where(inside, p * (t - s), 0.0)
        if kind == REVERSE:
            gap = (gap + q_sum * (rise_t - rise_s)) * tl.exp(-rise_s * cool)
            gap += tl.where(inside, q * (s - t), 0.0)
        moment = (moment - mass_t * rise_t) * tl.exp(-rise_t) + tl.where(inside, t * exp_t, 0.0)
        mass_t = mass_t * tl.exp(-rise_t) + exp_t
        mass_s = mass_s * tl.exp(-rise_s) + tl.exp(s)
        p_sum = p_sum * tl.exp(-rise_t * cool) + p
        q_sum = q_sum * tl.exp(-rise_s * cool) + q
    return (
        top_s,
        top_t,
        tl.sum(mass_s, 0),
        tl.sum(mass_t, 0),
        tl.sum(moment, 0),
        tl.sum(p_sum, 0),
        tl.sum(q_sum, 0),
        tl.sum(gap, 0),
    )


@triton.jit
def _mixture_gaps(
    student,
    teacher,
    top_s,
    top_t,
    vocabulary,
    cool,
    of_teacher,
    of_student,
    block: tl.constexpr,
):
    """Return Σ p (t / T - log m) and Σ q (s / T - log m)."""
    columns = tl.arange(0, block)
    p_gap = tl.zeros([block], tl.float32)
    q_gap = tl.zeros([block], tl.float32)
    for start in range(0, vocabulary, block):
        s, inside = _load(student, start + columns, vocabulary)
        t, _ = _load(teacher, start + columns, vocabulary)
        s, t = (s - top_s) * cool, (t - top_t) * cool
        p, q = tl.exp(t), tl.exp(s)
        log_m = _log_mixture(p, q, of_teacher, of_student)
        p_gap += tl.where(inside, p * (t - log_m), 0.0)
        q_gap += tl.where(inside, q * (s - log_m), 0.0)
    return tl.sum(p_gap, 0), tl.sum(q_gap, 0)


@triton.jit
def _log_mixture(p, q, of_teacher, of_student):
    """Return log m of the normalised mixture m."""
    return tl.log(tl.maximum(p * of_teacher + q * of_student, TINY))
