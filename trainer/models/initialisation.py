"""Fresh weights for the built-in decoder."""

import torch

from trainer.models.configuration import ModelConfig
from trainer.models.decoder import Decoder


def initialise(config: ModelConfig, seed: int) -> Decoder:
    """Return a fresh model: weights of deviation 0.02, residual outputs scaled by depth.

    The same seed gives the same bytes (Radford et al. 2019, section 2.3).
    """
    model = Decoder(config)
    generator = torch.Generator().manual_seed(seed)
    depth = (2 * config.num_hidden_layers) ** -0.5
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                residual = name.endswith(("o_proj.weight", "down_proj.weight"))
                parameter.normal_(0.0, 0.02 * (depth if residual else 1.0), generator=generator)
    return model
