"""Views of `trainer.losses.from_top_k` for one token, in float64."""

import torch
from torch import Tensor

from trainer.configuration.schema import Distillation
from trainer.losses.from_top_k import kd_loss_from_cache, keep_top_k


def cached_kl(student: Tensor, teacher: Tensor, temperature: float, kept: int) -> float:
    """Return the divergence at one token from the teacher's `kept` largest logits."""
    taught = keep_top_k(teacher[None], kept, temperature)
    numbers = Distillation(temperature=temperature, alpha=1.0)
    found = kd_loss_from_cache(student[None], taught, torch.tensor([0]), numbers)
    return found.kd.item() / temperature**2


def tail_mass(teacher: Tensor, temperature: float, kept: int) -> float:
    """Return the probability, at a temperature, of all but the `kept` largest logits."""
    taught = keep_top_k(teacher[None], kept, temperature)
    if kept == len(teacher):
        return 0.0
    whole = temperature * torch.logsumexp(teacher / temperature, dim=-1)
    return torch.exp((taught.tail[0] - whole) / temperature).item()


def three_kept(*numbers: float) -> float:
    """Return `cached_kl` of the first three logits and the next three, at T, keeping k."""
    student, teacher = (
        torch.tensor(part, dtype=torch.float64) for part in (numbers[:3], numbers[3:6])
    )
    return cached_kl(student, teacher, numbers[6], int(numbers[7]))
