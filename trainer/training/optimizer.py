"""AdamW by torch's functional form, with its state by parameter name.

`torch.optim.AdamW` imports the compiler on construction, which costs a smoke run a second.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw

BETA1, BETA2, EPSILON, WEIGHT_DECAY = 0.9, 0.999, 1e-8, 0.01


class AdamW:
    """AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) with torch's default coefficients.

    >>> module = nn.Linear(1, 1, bias=False)
    >>> optimizer = AdamW(module)
    >>> before = module.weight.item()
    >>> module.weight.grad = torch.ones(1, 1)
    >>> optimizer.step(learning_rate=0.1)
    >>> module.weight.item() < before
    True
    """

    def __init__(self, module: nn.Module) -> None:
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
        adamw(
            [self.parameters[name] for name in names],
            self.gradients(),
            [self.first[name] for name in names],
            [self.second[name] for name in names],
            [],
            [self.steps[name] for name in names],
            fused=True,
            amsgrad=False,
            beta1=BETA1,
            beta2=BETA2,
            lr=learning_rate,
            weight_decay=WEIGHT_DECAY,
            eps=EPSILON,
            maximize=False,
        )

    def state(self) -> dict[str, Tensor]:
        """Return the state by flat names such as `exp_avg.NAME`, for a checkpoint."""
        kinds = {"exp_avg": self.first, "exp_avg_sq": self.second, "step": self.steps}
        return {f"{kind}.{name}": t for kind, named in kinds.items() for name, t in named.items()}
