"""Read and check safetensors files; errors name the file."""

import math
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


def first_type(paths: Sequence[Path]) -> torch.dtype:
    """Return the type of the first tensor."""
    with safe_open(paths[0], framework="pt") as file:
        first: Tensor = file.get_tensor(next(iter(file.keys())))
    return first.dtype


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


def require_finite_weights(place: Path, paths: Sequence[Path], model: nn.Module) -> None:
    """Raise UserError naming the first parameter that holds a NaN or an infinity.

    Its files are looked at too: a finite number of theirs may be none in the model's type.
    """
    for held_as, parameter in model.named_parameters():
        if torch.isfinite(parameter).all():
            continue
        bad, name = int((~torch.isfinite(parameter)).sum()), held_as.removeprefix("inner.")
        if (largest := _largest(paths, name)) is not None:
            kind = str(parameter.dtype).removeprefix("torch.")
            raise UserError(
                f"{place}: {name} holds {bad} numbers that {kind} has not (up to {largest:g}); set "
                "teacher.dtype to bfloat16 or float32"
            )
        raise UserError(
            f"{place}: {name} holds {bad} non-finite numbers; "
            "give a model that was trained without a failure"
        )


def _largest(paths: Sequence[Path], name: str) -> float | None:
    """Return the largest number by size of a tensor, or None where it is absent or not finite."""
    for path in paths:
        with safe_open(path, framework="pt") as file:
            if name in file.keys():  # noqa: SIM118 - the file is not a mapping
                largest = float(file.get_tensor(name).abs().max())
                return largest if math.isfinite(largest) else None
    return None


def _tensors(path: Path) -> Iterator[tuple[str, Tensor]]:
    check_headers([path])
    with safe_open(path, framework="pt") as file:
        for name in file.keys():  # noqa: SIM118 - the file is not a mapping
            yield name, file.get_tensor(name)
