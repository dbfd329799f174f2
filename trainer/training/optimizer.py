"""AdamW by torch's functional form, with its state by parameter name.

`torch.optim.AdamW` imports the compiler on construction, which costs a smoke run a second.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw

EPSILON = 1e-8


class AdamW:
    """AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101), by default with torch's coefficients.

    Norms, biases and embeddings do not decay.

    >>> module = nn.Linear(1, 1, bias=False)
    >>> optimizer = AdamW(module)
    >>> before = module.weight.item()
    >>> module.weight.grad = torch.ones(1, 1)
    >>> optimizer.step(learning_rate=0.1)
    >>> module.weight.item() < before
    True
    """

    def __init__(
        self,
        module: nn.Module,
        weight_decay: float = 0.01,
        betas: tuple[float, float] = (0.9, 0.999),
    ) -> None:
        self.weight_decay, self.betas = weight_decay, betas
        self.decaying = decaying(module)
        """Names of the parameters that decay."""
        named = {name: p for name, p in module.named_parameters() if p.requires_grad}
        self.parameters: Mapping[str, nn.Parameter] = named
        self.first = {name: torch.zeros_like(p) for name, p in named.items()}
        self.second = {name: torch.zeros_like(p) for name, p in named.items()}
        self.steps = {
            name: torch.zeros((), dtype=torch.float32, device=p.device) for name, p in named.items()
        }

    def gradients(self) -> list[Tensor]:
        """Return the gradients of the parameters that have one."""
        return [p.grad for p in self.parameters.values() if p.grad is not None]

    def clear_gradients(self) -> None:
        """Set all gradients to None."""
        for parameter in self.parameters.values():
            parameter.grad = None

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """Update every parameter that has a gradient, in place."""
        names = [name for name, p in self.parameters.items() if p.grad is not None]
        decay = [name for name in names if name in self.decaying]
        self._update(decay, learning_rate, self.weight_decay)
        self._update([name for name in names if name not in self.decaying], learning_rate, 0.0)

    def _update(self, names: Sequence[str], learning_rate: float, weight_decay: float) -> None:
        if not names:
            return
        adamw(
            [self.parameters[name] for name in names],
            [grad for name in names if (grad := self.parameters[name].grad) is not None],
            [self.first[name] for name in names],
            [self.second[name] for name in names],
            [],
            [self.steps[name] for name in names],
            fused=True,
            amsgrad=False,
            beta1=self.betas[0],
            beta2=self.betas[1],
            lr=learning_rate,
            weight_decay=weight_decay,
            eps=EPSILON,
            maximize=False,
        )

    def state(self) -> dict[str, Tensor]:
        """Return the state by flat names such as `exp_avg.NAME`, for a checkpoint."""
        kinds = {"exp_avg": self.first, "exp_avg_sq": self.second, "step": self.steps}
        return {f"{kind}.{name}": t for kind, named in kinds.items() for name, t in named.items()}


def decaying(module: nn.Module) -> frozenset[str]:
    """Return the names of the matrices that are no embedding, also where that is the head too.

    >>> sorted(decaying(nn.Sequential(nn.Embedding(2, 2), nn.Linear(2, 2), nn.LayerNorm(2))))
    ['1.weight']
    """
    embeddings = {
        id(part)
        for each in module.modules()
        if isinstance(each, nn.Embedding)
        for part in each.parameters()
    }
    return frozenset(
        name
        for name, parameter in module.named_parameters()
        if parameter.ndim > 1 and id(parameter) not in embeddings
    )
