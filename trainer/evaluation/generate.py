"""Generate text from a prompt."""

import torch

from trainer.data.tokenizer import Tokenizer
from trainer.models.interface import LanguageModel


@torch.no_grad()
def generate(
    model: LanguageModel,
    tokenizer: Tokenizer,
    prompt: str,
    *,
    count: int,
    temperature: float,
    seed: int,
) -> bytes:
    """Return up to `count` tokens that continue `prompt`, as text; temperature 0 is greedy.

    The model sees its last `max_positions` tokens; an empty prompt starts from a newline. A
    tokenizer's end token ends the text.
    """
    device = next(model.parameters()).device
    generator = torch.Generator(device).manual_seed(seed)
    (given,) = tokenizer.encode([prompt.encode() or b"\n"])
    tokens = torch.from_numpy(given.astype("int64")).to(device)[None]  # (1, T)
    start = tokens.shape[1]
    for _ in range(count):
        logits = model(tokens[:, -model.max_positions :])[:, -1, : tokenizer.size].float()  # (1, V)
        if temperature == 0:
            chosen = logits.argmax(-1, keepdim=True)
        else:
            chances = torch.softmax(logits / temperature, dim=-1)
            chosen = torch.multinomial(chances, 1, generator=generator)
        if int(chosen) == tokenizer.end:
            break
        tokens = torch.cat([tokens, chosen], dim=1)
    return tokenizer.decode(tokens[0, start:].tolist())
