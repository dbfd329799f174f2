"""The objective: L = alpha T² D(p_teacher^T, p_student^T) + (1 − alpha) CE(labels, p_student).

Pure functions of logits. Sums and softmaxes are in float32 at least; float64 stays float64.
D is the forward KL, the reverse KL or a generalised Jensen-Shannon divergence.
Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network (2015), for the factor T²;
Agarwal et al.: On-Policy Distillation of Language Models (2024), for the mixture.
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.losses.vocabulary import fit_vocabulary, require_finite_divergence
from trainer.models.interface import IGNORED


class KDLoss(NamedTuple):
    """The loss and its terms: scalars of one batch, means over the valid tokens, in nats."""

    total: Tensor
    """The loss that is optimised."""
    ce: Tensor
    """Cross-entropy with the labels."""
    kd: Tensor
    """T² D, as it enters the total."""
    teacher_entropy: Tensor
    """In nats, at temperature 1."""
    agreement: Tensor
    """Share of tokens at which a most likely token of the teacher is one of the student."""
    tokens: Tensor
    """Number of valid tokens."""


def cross_entropy(student_logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean cross-entropy in nats of logits (N, V) and labels (N,).

    >>> round(cross_entropy(torch.zeros(2, 8), torch.tensor([3, IGNORED])).item(), 4)  # log 8
    2.0794
    """
    return F.cross_entropy(precise(student_logits), labels, ignore_index=IGNORED)


def forward_kl(
    student_logits: Tensor, teacher_logits: Tensor, temperature: float, valid: Tensor
) -> Tensor:
    """Return the mean of KL(p_teacher^T ‖ p_student^T) over the tokens where `valid` (N,) is true.

    In nats. Logits are (N, V), those of the teacher possibly (N, W): its columns past V are cut
    before the softmax, and where W < V it gives the others no probability. Likewise for `jsd`.

    >>> student, teacher = torch.tensor([[0.0, 0.0]]), torch.tensor([[math.log(3), 0.0]])
    >>> valid = torch.tensor([True])
    >>> round(forward_kl(student, teacher, 1.0, valid).item(), 4)  # ¾ log 3/2 + ¼ log 1/2
    0.1308
    """
    student, teacher = _softened(student_logits, teacher_logits, temperature)
    return _mean(_kl(teacher, student), valid)


def reverse_kl(
    student_logits: Tensor, teacher_logits: Tensor, temperature: float, valid: Tensor
) -> Tensor:
    """Return the mean of KL(p_student^T ‖ p_teacher^T) over the valid tokens.

    Raises UserError when W < V, where it is infinite.
    """
    sizes = student_logits.shape[-1], teacher_logits.shape[-1]
    require_finite_divergence(*sizes, "reverse_kl")
    student, teacher = _softened(student_logits, teacher_logits, temperature)
    return _mean(_kl(student, teacher), valid)


def jsd(
    student_logits: Tensor,
    teacher_logits: Tensor,
    temperature: float,
    valid: Tensor,
    *,
    beta: float,
) -> Tensor:
    """Return the mean of beta KL(p ‖ m) + (1 − beta) KL(q ‖ m), m = beta p + (1 − beta) q.

    p is the teacher's and q the student's distribution at T, and 0 < beta < 1. As beta goes to 0
    it approaches beta KL(p ‖ q), and as beta goes to 1, (1 − beta) KL(q ‖ p); both go to zero. (TRL
    has the same formula for 0 < beta < 1, and the divergences themselves at 0 and 1, where its
    loss is discontinuous.)
    """
    student, teacher = _softened(student_logits, teacher_logits, temperature)
    mixture = torch.logaddexp(teacher + math.log(beta), student + math.log1p(-beta))
    return _mean(beta * _kl(teacher, mixture) + (1 - beta) * _kl(student, mixture), valid)


def divergence(
    student_logits: Tensor, teacher_logits: Tensor, valid: Tensor, settings: Distillation
) -> Tensor:
    """Return the mean of the divergence that `settings` name, at their temperature, in nats."""
    sides = (student_logits, teacher_logits, settings.temperature, valid)
    match settings.divergence:
        case "forward_kl":
            return forward_kl(*sides)
        case "reverse_kl":
            return reverse_kl(*sides)
        case "jsd":
            return jsd(*sides, beta=settings.teacher_share)


def kd_loss(
    student_logits: Tensor, teacher_logits: Tensor, labels: Tensor, settings: Distillation
) -> KDLoss:
    """Return the loss of logits (N, V), teacher logits (N, W), and labels (N,).

    Raises UserError when W < V and the divergence is the reverse KL.

    >>> student, teacher = torch.zeros(1, 2), torch.tensor([[math.log(3), 0.0]])
    >>> settings = Distillation(temperature=1.0, alpha=0.5)
    >>> loss = kd_loss(student, teacher, torch.tensor([0]), settings)
    >>> print(*(f"{term.item():.4f}" for term in (loss.total, loss.ce, loss.kd)))
    0.4120 0.6931 0.1308
    """
    valid = labels != IGNORED
    ce = cross_entropy(student_logits, labels)
    kd = settings.temperature**2 * divergence(student_logits, teacher_logits, valid, settings)
    with torch.no_grad():
        teacher_logits = fit_vocabulary(teacher_logits, student_logits.shape[-1])
        log_teacher = F.log_softmax(precise(teacher_logits), dim=-1)
        entropy = _mean(-(log_teacher.exp() * log_teacher).sum(-1), valid)
        agreement = _mean(_agree(student_logits, teacher_logits).to(entropy.dtype), valid)
    return KDLoss(combine(ce, kd, settings.alpha), ce, kd, entropy, agreement, valid.sum())


def combine(ce: Tensor, kd: Tensor, alpha: float) -> Tensor:
    """Return alpha kd + (1 − alpha) ce; a term of weight zero is left out, as it may be NaN."""
    if alpha == 0:
        return ce
    if alpha == 1:
        return kd
    return alpha * kd + (1 - alpha) * ce


def objective_text(settings: Distillation) -> str:
    """Return the objective as one line of text, with its numbers."""
    alpha, temperature = settings.alpha, settings.temperature
    divergence_text, mixture_text = _divergence_texts(settings)
    return (
        f"L = {alpha:g} * {temperature:g}^2 * {divergence_text} "
        f"+ {1 - alpha:g} * CE(labels, p_student), {mixture_text}T = {temperature:g}, "
        "mean over valid tokens"
    )


def precise(logits: Tensor) -> Tensor:
    """Return logits in float32, or float64 as they are: the precision of all sums."""
    return logits if logits.dtype == torch.float64 else logits.float()


def _divergence_texts(settings: Distillation) -> tuple[str, str]:
    """Return the divergence as text, and the definition of m in it."""
    match settings.divergence:
        case "forward_kl":
            return "KL(p_teacher^T || p_student^T)", ""
        case "reverse_kl":
            return "KL(p_student^T || p_teacher^T)", ""
        case "jsd":
            theirs, mine = f"{settings.teacher_share:g}", f"{1 - settings.teacher_share:g}"
            return (
                f"[{theirs} * KL(p_teacher^T || m) + {mine} * KL(p_student^T || m)]",
                f"m = {theirs} * p_teacher^T + {mine} * p_student^T, ",
            )


def _softened(student: Tensor, teacher: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """Return log-probabilities (N, V) of both at a temperature, over the student's vocabulary."""
    teacher = fit_vocabulary(teacher, student.shape[-1])
    return (
        F.log_softmax(precise(student) / temperature, dim=-1),
        F.log_softmax(precise(teacher) / temperature, dim=-1),
    )


def _kl(p: Tensor, q: Tensor) -> Tensor:
    """Return KL(p ‖ q) of each row (N,), from logarithms (N, V)."""
    return F.kl_div(q, p, reduction="none", log_target=True).sum(-1)


def _agree(student: Tensor, teacher: Tensor) -> Tensor:
    """Return for each row (N,) whether both have their maximum at a common column."""
    best = (logits == logits.amax(-1, keepdim=True) for logits in (student, teacher))
    return torch.logical_and(*best).any(-1)


def _mean(per_token: Tensor, valid: Tensor) -> Tensor:
    return per_token[valid].mean()
