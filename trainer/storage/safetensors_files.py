"""Read and check safetensors files; errors name the file."""

from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from trainer.errors import UserError
from trainer.storage.atomic_files import flush_to_disk

_FLOATS = ("F64", "F32", "F16", "BF16")
_REMEDY = "copy or export the model again"


def save_weights(tensors: Mapping[str, Tensor], path: Path) -> None:
    """Write tensors that share no memory, and flush them to the disk."""
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    save_file(whole, path, metadata={"format": "pt"})
    flush_to_disk(path)


def read_weights(paths: Sequence[Path]) -> dict[str, Tensor]:
    """Return the tensors of all files by name.

    Raises UserError: a file that is missing, truncated or contradicts its own header, or a name
    that two files hold.
    """
    tensors: dict[str, Tensor] = {}
    for path in paths:
        for name, tensor in _tensors(path):
            if name in tensors:
                raise UserError(f"{path}: {name} is also in another shard; {_REMEDY}")
            tensors[name] = tensor
    return tensors


def check_headers(paths: Sequence[Path]) -> None:
    """Raise UserError for a file that cannot be opened or contradicts its own header."""
    for path in paths:
        try:
            with safe_open(path, framework="pt") as file:
                file.keys()
        except (SafetensorError, OSError) as fault:
            raise UserError(f"{path}: not a readable safetensors file ({fault}); {_REMEDY}") from (
                fault
            )


def require_floats(paths: Sequence[Path], names: Container[str]) -> None:
    """Raise UserError for a parameter that is quantised: its bare numbers mean nothing."""
    for path in paths:
        with safe_open(path, framework="pt") as file:
            for name in file.keys():  # noqa: SIM118 - the file is not a mapping
                kind = file.get_slice(name).get_dtype()
                if name in names and kind not in _FLOATS:
                    raise UserError(
                        f"{path}: {name} is {kind}, not {', '.join(_FLOATS)}; "
                        "give a model that is not quantised"
                    )


def require_fit(place: Path, tensors: Mapping[str, Tensor], model: nn.Module) -> None:
    """Raise UserError, naming the first tensor, unless the tensors are the model's parameters."""
    held = dict(model.named_parameters())
    for name in sorted({*tensors, *held}):
        found, wanted = (
            tuple(source[name].shape) if name in source else None for source in (tensors, held)
        )
        if found != wanted:
            raise UserError(
                f"{place}: does not fit config.json: {name} is {found or 'absent'} in the file, "
                f"{wanted or 'absent'} in the model; {_REMEDY}"
            )


def require_finite_weights(place: Path, model: nn.Module) -> None:
    """Raise UserError naming the first parameter that holds a NaN or an infinity."""
    for name, parameter in model.named_parameters():
        if not torch.isfinite(parameter).all():
            bad = int((~torch.isfinite(parameter)).sum())
            raise UserError(
                f"{place}: {name.removeprefix('inner.')} holds {bad} non-finite numbers; "
                "give a model that was trained without a failure"
            )


def _tensors(path: Path) -> Iterator[tuple[str, Tensor]]:
    check_headers([path])
    with safe_open(path, framework="pt") as file:
        for name in file.keys():  # noqa: SIM118 - the file is not a mapping
            yield name, file.get_tensor(name)
