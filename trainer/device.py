"""The device and the precision of modules."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress

import torch
from torch import nn

from trainer.errors import TrainingFailure, UserError


def resolve_device(wanted: str) -> torch.device:
    """Map auto, cpu or cuda to a device; UserError when a GPU is asked for and none is there."""
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise UserError("--device cuda: no CUDA GPU is available here; use --device cpu or auto")
    return torch.device("cuda", torch.cuda.current_device())


def busy_cores(device: torch.device) -> Iterator[str]:
    """Yield a note where the load of the machine leaves fewer cores than torch takes threads.

    The threads of one operation wait for the last of them, so one without a core delays all.
    """
    threads, cores = torch.get_num_threads(), os.cpu_count() or 1
    with suppress(OSError):  # where a machine does not tell its load
        load = os.getloadavg()[0]
        fit = max(1, cores - int(load))
        if device.type == "cpu" and fit < threads:
            yield (
                f"note: torch takes {threads} threads, but other work ({load:.1f} of {cores} cores "
                f"in the last minute) leaves it fewer; OMP_NUM_THREADS={fit} in the environment "
                "may make steps faster"
            )


def devices_of(module: nn.Module) -> list[str]:
    """Name each device that holds a parameter or buffer of `module`."""
    held = {str(tensor.device) for tensor in (*module.parameters(), *module.buffers())}
    return sorted(held)


def require_on(device: torch.device, name: str, module: nn.Module) -> None:
    """Raise TrainingFailure unless all of `module` lies on `device`."""
    held = devices_of(module)
    if held != [str(device)]:
        raise TrainingFailure(
            f"{name} is on {', '.join(held)} although {device} was asked for; "
            "move it there before training"
        )


_PRECISIONS = {"bf16": torch.bfloat16, "fp16": torch.float16}


def autocast(device: torch.device, mixed_precision: str) -> AbstractContextManager[object]:
    """Compute matrix products in bfloat16 or float16; change nothing for `none`."""
    if mixed_precision == "none":
        return nullcontext()
    return torch.autocast(device.type, dtype=_PRECISIONS[mixed_precision])


def product_type(mixed_precision: str) -> torch.dtype | None:
    """Return the type that `autocast` gives matrix products; None: that of their factors."""
    return _PRECISIONS.get(mixed_precision)


def synchronise(device: torch.device) -> None:
    """Wait for queued kernels, so that a clock read afterwards counts them."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
