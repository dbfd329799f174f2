"""Loss scaling for float16, whose smallest gradients would vanish. Other precisions need none.

Micikevicius et al. (2018), Mixed Precision Training, section 3.2; torch's own GradScaler does it.
"""

import math
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

_SMALLEST = 1.0
"""Below this scale an overflow is not the scale's fault."""


class LossScale:
    """Scales losses up and gradients down again, where `mixed_precision` is fp16.

    When scaled gradients overflow, the scale is halved and the same batch is computed again: no
    step is left out, so that as many steps are made as were asked for.
    """

    def __init__(
        self, device: torch.device, mixed_precision: str, parameters: Iterable[nn.Parameter] = ()
    ) -> None:
        self._enabled = mixed_precision == "fp16"
        self._scaler = torch.amp.GradScaler(device.type, enabled=self._enabled)
        self._optimizer: Any = SimpleNamespace(param_groups=[{"params": list(parameters)}])

    def scale(self, loss: Tensor) -> Tensor:
        """Return what to call `backward` on."""
        scaled: Tensor = self._scaler.scale(loss)
        return scaled

    def unscale(self) -> None:
        """Bring the gradients back to their own size."""
        self._scaler.unscale_(self._optimizer)

    def lowered(self, loss: float, gradient_norm: float) -> bool:
        """Tell whether the scale was too large, and is lower now: compute the batch again."""
        if not self._enabled:
            return False
        overflowed = math.isfinite(loss) and not math.isfinite(gradient_norm)
        before = self._scaler.get_scale()
        self._scaler.update()
        return overflowed and before > self._scaler.get_scale() >= _SMALLEST

    def state(self) -> dict[str, Any]:
        """Return plain values for a checkpoint; empty where nothing is scaled."""
        return self._scaler.state_dict()

    def load(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self._scaler.load_state_dict(state)
