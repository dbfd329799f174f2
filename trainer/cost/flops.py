"""Count the FLOPs of matrix products on one window with torch's FlopCounterMode.

A multiplication and an addition are two operations. Norms, softmax and the optimiser are left
out, as is usual for model FLOPs utilisation.
"""

import torch
from torch.utils.flop_counter import FlopCounterMode, sdpa_backward_flop_count, sdpa_flop_count

from trainer.cost.activation_memory import run_one_window
from trainer.models.interface import LanguageModel


def token_flops(model: LanguageModel, length: int, vocab_size: int) -> float:
    """Return the FLOPs per token of windows of `length`.

    That is a forward pass, and a backward pass unless the model is frozen, both with a head over
    `vocab_size` tokens. A model with adapters has no gradient by its other matrices.
    """
    forward, backward = _counter(), _counter()
    hidden = run_one_window(model, (length,), "none", lambda: forward)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    with backward:
        if hidden.requires_grad:
            torch.autograd.grad(hidden.sum(), trained, allow_unused=True)
    trunk = forward.get_total_flops() + backward.get_total_flops()
    products = 1  # logits; then the gradients by hidden states and, without adapters, by the head
    if trained:
        products = 3 if model.adapters is None else 2
    return trunk / length + products * 2 * vocab_size * hidden.shape[-1]


def _counter() -> FlopCounterMode:
    """Return torch's counter, extended by attention on a CPU, which torch leaves out."""
    name = "_scaled_dot_product_flash_attention_for_cpu"
    return FlopCounterMode(
        display=False,
        custom_mapping={
            getattr(torch.ops.aten, name): _attention,
            getattr(torch.ops.aten, f"{name}_backward"): _attention_backward,
        },
    )


def _attention(q: torch.Size, k: torch.Size, v: torch.Size, *_: object, **__: object) -> int:
    return int(sdpa_flop_count(q, k, v))  # type: ignore[no-untyped-call]


def _attention_backward(
    out: torch.Size, q: torch.Size, k: torch.Size, v: torch.Size, *_: object, **__: object
) -> int:
    return int(sdpa_backward_flop_count(out, q, k, v))  # type: ignore[no-untyped-call]
