"""The interface of a language model, whatever its architecture."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from trainer.storage.json_files import JsonObject

IGNORED = -100
"""Label of a token that is left out of every mean."""


def split_positions(tokens: Tensor) -> tuple[Tensor, Tensor | None]:
    """Return tokens (B, T) and their positions, of tokens with positions (B, 2, T), or None.

    >>> split_positions(torch.zeros(1, 3))[1] is None
    True
    """
    if tokens.dim() == 2:  # noqa: PLR2004 - batch and time
        return tokens, None
    ids, positions = tokens.unbind(1)
    return ids, positions


def type_name(dtype: torch.dtype) -> str:
    """Return the name of a type, as in a `config.json`.

    >>> type_name(torch.bfloat16)
    'bfloat16'
    """
    return str(dtype).removeprefix("torch.")


class Head(NamedTuple):
    """The last linear map of a model, from hidden states to logits.

    >>> Head(torch.ones(2, 3)).logits(torch.ones(1, 3), space=torch.empty(4, 2))
    tensor([[3., 3.]])
    """

    weight: Tensor
    """(V, D); of a tied model, also the embedding."""
    bias: Tensor | None = None
    """(V,)"""

    def to(self, dtype: torch.dtype) -> "Head":
        """Return the head converted to a type."""
        return Head(self.weight.to(dtype), None if self.bias is None else self.bias.to(dtype))

    def cut(self, vocabulary: int) -> "Head":
        """Return the part that gives the logits of the first tokens of the vocabulary."""
        first = slice(vocabulary)
        return Head(self.weight[first], None if self.bias is None else self.bias[first])

    def logits(self, hidden: Tensor, space: Tensor) -> Tensor:
        """Write logits (N, V) of hidden states (N, D) to the first rows of `space`; return them."""
        logits = torch.mm(hidden, self.weight.T, out=space[: len(hidden)])
        return logits if self.bias is None else logits.add_(self.bias)


class CausalModel(Protocol):
    """The part of a language model that the objective calls.

    Tokens may come with their positions in their documents (B, 2, T): a token sees those of its
    document alone. Documents begin where the position is not one more than that before.

    With a head, logits are exactly `hidden @ head.weight.T + head.bias`, so that a loss may
    compute them in chunks. A model that transforms its logits further, as by capping, has no head.
    """

    def __call__(self, tokens: Tensor, /) -> Tensor:
        """Map tokens (B, T) to logits (B, T, V)."""

    def hidden(self, tokens: Tensor, /) -> Tensor:
        """Map tokens (B, T) to what the head reads (B, T, D)."""

    @property
    def head(self) -> Head | None:
        """The head, whose tensors are the parameters themselves, or None."""


@contextmanager
def evaluating(model: CausalModel) -> Iterator[None]:
    """Put the model in evaluation mode within, and restore its mode afterwards."""
    if not isinstance(model, nn.Module):
        yield
        return
    training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(training)


class Adapters(Protocol):
    """Adapters of a model, which are trained instead of its weights."""

    @property
    def text(self) -> str:
        """A description of a few words."""

    def merged(self, parameters: Mapping[str, Tensor], /) -> Mapping[str, Tensor]:
        """Return the parameters of the equivalent model without adapters, by its names."""


class LanguageModel(nn.Module, ABC):
    """A causal language model that can be trained, saved and loaded: a `CausalModel` and its facts.

    The names of its parameters are those of the weights in its folder, unless it has adapters.
    """

    vocab_size: int
    max_positions: int
    unused: tuple[str, ...] = ()
    """Names of tensors in its files that the architecture does not use."""
    stored_as: torch.dtype = torch.float32
    """Type of its weights in the files that it is saved to."""
    adapters: Adapters | None = None
    """Its trainable parts, if it has adapters; all other parameters are frozen."""

    @abstractmethod
    def hidden(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to what the head reads (B, T, D)."""

    @property
    @abstractmethod
    def head(self) -> Head | None:
        """The head, or None where logits are more than a linear map of the hidden states."""

    @property
    @abstractmethod
    def trunk(self) -> nn.Module:
        """The part that `hidden` calls."""

    @abstractmethod
    def recompute_activations(self) -> None:
        """Turn on gradient checkpointing: recompute a block's activations in the backward pass."""

    @abstractmethod
    def config_json(self) -> JsonObject:
        """Return the content of a `config.json` from which the same model can be built."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write config and weights to an empty folder, as `AutoModelForCausalLM` reads them."""

    def weights(self) -> Mapping[str, Tensor]:
        """Return the weights to export: its parameters, with adapters merged."""
        parameters = {name: tensor.detach() for name, tensor in self.named_parameters()}
        return parameters if self.adapters is None else self.adapters.merged(parameters)

    def stored_weights(self) -> Mapping[str, Tensor]:
        """Return the weights in the type of its files; those of another one are on the CPU.

        So a GPU never holds a second model.
        """
        kind = self.stored_as
        return {n: t if t.dtype == kind else t.cpu().to(kind) for n, t in self.weights().items()}

    def trained_parameters(self) -> Mapping[str, nn.Parameter]:
        """Return the parameters in its checkpoints: all of them, or those of its adapters alone."""
        adapted = self.adapters is not None
        return {n: p for n, p in self.named_parameters() if p.requires_grad or not adapted}
