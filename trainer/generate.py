"""Text from a byte-level model."""

import torch

from trainer.models import LanguageModel


@torch.no_grad()
def generate(
    model: LanguageModel, prompt: bytes, *, count: int, temperature: float, seed: int
) -> bytes:
    """Return `count` bytes that continue `prompt`; temperature 0 takes the likeliest byte.

    The model sees its last max_position_embeddings bytes; an empty prompt starts from a newline.
    """
    device = next(model.parameters()).device
    generator = torch.Generator(device).manual_seed(seed)
    context = model.max_positions
    tokens = torch.tensor([list(prompt or b"\n")], device=device)  # (1, T)
    start = tokens.shape[1]
    for _ in range(count):
        logits = model(tokens[:, -context:])[:, -1].float()  # (1, V)
        if temperature == 0:
            chosen = logits.argmax(-1, keepdim=True)
        else:
            chances = torch.softmax(logits / temperature, dim=-1)
            chosen = torch.multinomial(chances, 1, generator=generator)
        tokens = torch.cat([tokens, chosen], dim=1)
    return bytes(tokens[0, start:].tolist())
