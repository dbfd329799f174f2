"""LoRA: low-rank adapters beside frozen linear maps (Hu et al. 2021, arXiv:2106.09685).

The only module that imports peft, which takes seconds.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from trainer.configuration.schema import Lora
from trainer.errors import UserError
from trainer.models.interface import LanguageModel

try:
    from peft import LoraConfig, inject_adapter_in_model
    from peft.tuners.lora import LoraLayer
except ModuleNotFoundError as missing:
    raise UserError(
        "student.lora needs peft; install the extra: pip install 'pv-contracts[trainer,lora]'"
    ) from missing

_NAME = "default"
_BASE = ".base_layer."
_MATRIX = 2


@dataclass(frozen=True, slots=True)
class LoraAdapters:
    """The LoRA adapters of a model, by the names of the linear maps that they adapt."""

    lora: Lora
    layers: Mapping[str, LoraLayer]

    @property
    def text(self) -> str:
        """Rank and number of the adapters."""
        return f"of rank {self.lora.rank} beside {len(self.layers)} linear maps"

    @torch.no_grad()
    def merged(self, parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the parameters of the merged model: W + alpha / rank * B A for each adapted W.

        Merged weights are on the CPU, so that a GPU never holds a second model.
        """
        others = (item for item in parameters.items() if not _is_factor(item[0]))
        return dict(self._merged(name, tensor) for name, tensor in others)

    def _merged(self, name: str, tensor: Tensor) -> tuple[str, Tensor]:
        place, beside, kind = name.rpartition(_BASE)
        if not beside:
            return name, tensor
        if kind == "weight":
            tensor = (tensor + self.layers[place].get_delta_weight(_NAME)).cpu()
        return f"{place}.{kind}", tensor


def add_lora(model: LanguageModel, lora: Lora, seed: int) -> None:
    """Freeze a model and add adapters to its linear maps, the head left out.

    The second factor begins at 0, so the logits are unchanged; the first one depends on the seed
    alone. Raises UserError naming a target that the model does not have.
    """
    config = LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=_targets(model.trunk, lora.target_modules),
    )
    model.requires_grad_(requires_grad=False)
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "fan_in_fan_out is set to False")  # and then set right
        torch.default_generator.manual_seed(seed)
        try:
            inject_adapter_in_model(config, model.trunk, _NAME)
        except ValueError as fault:
            reason = " ".join(str(fault).split())[:300]
            raise UserError(
                f"student.lora.target_modules: peft has no adapter for one of them ({reason}); "
                "name others"
            ) from fault
    layers = {n: part for n, part in model.named_modules() if isinstance(part, LoraLayer)}
    model.adapters = LoraAdapters(lora, layers)


def _targets(trunk: nn.Module, wanted: tuple[str, ...] | None) -> list[str]:
    """Return the names of the target linear maps; raise UserError for a name that matches none."""
    linear = [name for name, part in trunk.named_modules() if _is_linear(part)]
    if wanted is None:
        return linear
    for name in wanted:
        if not any(_is_called(each, name) for each in linear):
            known = sorted({each.rpartition(".")[2] for each in linear})
            raise UserError(
                f"student.lora.target_modules: the student has no linear map {name} before its "
                f"head; it has {', '.join(known)}"
            )
    return [each for each in linear if any(_is_called(each, name) for name in wanted)]


def _is_linear(part: nn.Module) -> bool:
    """Return whether a module is a linear map; GPT-2 has a class of its own for them."""
    weight = getattr(part, "weight", None)
    matrix = isinstance(weight, Tensor) and weight.dim() == _MATRIX
    return matrix and not isinstance(part, nn.Embedding)


def _is_called(place: str, name: str) -> bool:
    return place == name or place.endswith(f".{name}")


def _is_factor(name: str) -> bool:
    return ".lora_A." in name or ".lora_B." in name
