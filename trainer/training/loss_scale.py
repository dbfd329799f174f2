"""Dynamic loss scaling for float16, in which small gradients would underflow to zero.

Micikevicius et al. (2018), Mixed Precision Training, section 3.2; torch's own GradScaler does it.
"""

import math
from collections.abc import Iterable
from types import SimpleNamespace
from typing import cast

import torch
from torch import Tensor, nn

from trainer.storage.json_files import JsonObject

_SMALLEST = 1.0
"""Below this scale an overflow is not due to the scale."""


class LossScale:
    """Scales the loss up and the gradients down again, where `mixed_precision` is fp16.

    When scaled gradients overflow, the scale is halved and the same batch is computed again: no
    step is left out, so that as many steps are made as were asked for.
    """

    def __init__(
        self, device: torch.device, mixed_precision: str, parameters: Iterable[nn.Parameter] = ()
    ) -> None:
        self._enabled = mixed_precision == "fp16"
        self._scaler = torch.amp.GradScaler(device.type, enabled=self._enabled)
        # the scaler reads nothing else of an optimiser
        groups = SimpleNamespace(param_groups=[{"params": list(parameters)}])
        self._optimizer = cast("torch.optim.Optimizer", groups)

    def scale(self, loss: Tensor) -> Tensor:
        """Return the scaled loss, to call `backward` on."""
        scaled: Tensor = self._scaler.scale(loss)
        return scaled

    def unscale(self) -> None:
        """Divide the gradients by the scale."""
        self._scaler.unscale_(self._optimizer)

    def lowered(self, loss: float, gradient_norm: float) -> bool:
        """Return whether an overflow lowered the scale, so that the batch must be repeated."""
        if not self._enabled:
            return False
        if not math.isfinite(loss) or math.isfinite(gradient_norm):
            self._scaler.update()
            return False
        before = self._scaler.get_scale()  # makes a GPU wait, so only here
        self._scaler.update()
        return before > self._scaler.get_scale() >= _SMALLEST

    def state(self) -> JsonObject:
        """Return plain values for a checkpoint; empty where nothing is scaled."""
        return self._scaler.state_dict()

    def load(self, state: JsonObject) -> None:
        """Restore a state."""
        self._scaler.load_state_dict(state)
