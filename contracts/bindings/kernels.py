"""Views of PyTorch for the kernels of a transformer, where signatures differ."""

import torch
from torch import Tensor
from torch.nn import functional

_RATE, _DECAY, _BETAS, _EPS = 1e-3, 1e-2, (0.9, 0.999), 1e-8


def silu(z: float) -> float:
    """Return SiLU of one number."""
    return functional.silu(torch.tensor(z, dtype=torch.float64)).item()


def gelu(z: float) -> float:
    """Return GELU of one number."""
    return functional.gelu(torch.tensor(z, dtype=torch.float64)).item()


def layer_norm(x: Tensor, eps: float) -> Tensor:
    """Return the layer norm over all of x (n,)."""
    return functional.layer_norm(x, x.shape, eps=eps)


def rms_norm(x: Tensor, eps: float) -> Tensor:
    """Return the root-mean-square norm over all of x (n,)."""
    return functional.rms_norm(x, x.shape, eps=eps)


def adamw(w: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int) -> Tensor:
    """Return the weights (n,) after step t of AdamW, for the moments after step t - 1."""
    weights = w.clone().requires_grad_()
    weights.grad = g.clone()
    optimizer = torch.optim.AdamW(
        [weights], lr=_RATE, betas=_BETAS, eps=_EPS, weight_decay=_DECAY, foreach=False
    )
    optimizer.state[weights] = {
        "step": torch.tensor(float(t - 1)),
        "exp_avg": m.clone(),
        "exp_avg_sq": v.clone(),
    }
    optimizer.step()
    return weights.detach()
