"""Find out whether models keep the documents of a window apart."""

import torch
from torch import Tensor, nn

from trainer.errors import UserError
from trainer.models.interface import LanguageModel, evaluating

_DOCUMENT = 4  # tokens


def require_separation(documents: str, **models: LanguageModel | None) -> None:
    """Raise UserError where documents are to be separate, and a model cannot do so.

    Architectures that count positions themselves, or that keep a state, do not look at the
    positions that come with the tokens. `models` are by their roles.
    """
    for role, model in models.items():
        if documents == "separate" and model is not None and not _separates(model):
            raise UserError(
                f"dataset.documents separate: the {role} does not keep the documents of a window "
                "apart; set it to joined, or take a model of another architecture"
            )


def _separates(model: LanguageModel) -> bool:
    """Return whether the logits of a document are its own, behind another one in a window.

    They must have no gradient by the other's embeddings: that is exact in any type, as what a mask
    hides counts zero times. Half of their digits must be those of the document alone.
    """
    parameter = next(model.parameters())
    texts = torch.arange(2 * _DOCUMENT, device=parameter.device) % model.vocab_size
    positions = torch.arange(_DOCUMENT, device=parameter.device).repeat(2)
    with evaluating(model), torch.enable_grad():
        together, embedded = _with_embeddings(model, torch.stack((texts, positions))[None])
        alone, _ = _with_embeddings(model, texts[None, _DOCUMENT:])
    if embedded is None:
        return False
    behind = together[:, _DOCUMENT:]
    (gradient,) = torch.autograd.grad(behind.square().sum(), embedded)
    alone = alone.detach()
    closeness = float((behind.detach() - alone).abs().max() / alone.abs().max())
    own = not gradient[:, :_DOCUMENT].any()
    return own and closeness <= torch.finfo(parameter.dtype).eps ** 0.5


def _with_embeddings(model: LanguageModel, tokens: Tensor) -> tuple[Tensor, Tensor | None]:
    """Return the logits of tokens, in float32, and the embeddings from which they follow.

    None where the model looks up no embeddings, so that nothing can be told of it.
    """
    found: list[Tensor] = []

    def keep(module: nn.Module, inputs: object, output: Tensor) -> Tensor:
        del module, inputs
        found.append(output.detach().requires_grad_())
        return found[-1]

    tables = [part for part in model.modules() if isinstance(part, nn.Embedding)]
    hooks = [part.register_forward_hook(keep) for part in tables]
    try:
        logits = model(tokens).float()
    finally:
        for hook in hooks:
            hook.remove()
    return logits, found[0] if found else None
