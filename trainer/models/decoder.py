"""The built-in model: a Llama-style decoder in plain torch."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from trainer.models.configuration import ModelConfig
from trainer.models.interface import Head, LanguageModel, split_positions, type_name
from trainer.models.layers import Block, RMSNorm, document_mask
from trainer.models.rotary import rotary_tables
from trainer.storage.atomic_files import write_json
from trainer.storage.file_names import GENERATION, MODEL_CONFIG, WEIGHTS
from trainer.storage.json_files import JsonObject
from trainer.storage.safetensors_files import save_weights


class Trunk(nn.Module):
    """Embedding, blocks and the last norm."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        cosine, sine = rotary_tables(
            config.max_position_embeddings, config.head_size, config.rope_theta
        )
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        self.recomputes = False

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to hidden states (B, T, D)."""
        ids, positions = split_positions(tokens)
        places = slice(ids.shape[1]) if positions is None else positions
        cosine, sine = self.get_buffer("cosine")[places], self.get_buffer("sine")[places]
        mask = None
        if positions is not None:
            cosine, sine, mask = cosine[:, None], sine[:, None], document_mask(positions)
        x = self.embed_tokens(ids)
        for layer in self.layers:
            if self.recomputes and torch.is_grad_enabled():
                x = checkpoint(layer, x, cosine, sine, mask, use_reentrant=False)
            else:
                x = layer(x, cosine, sine, mask)
        hidden: Tensor = self.norm(x)
        return hidden


class Decoder(LanguageModel):
    """The built-in model: Llama's architecture."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.vocab_size = config.vocab_size
        self.max_positions = config.max_position_embeddings
        self.token_ids: JsonObject = {}
        self.generation: JsonObject = {}
        """How transformers generates with it, if its origin said so."""
        self.model = Trunk(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        if config.tie_word_embeddings:
            self.lm_head.weight = self.model.embed_tokens.weight

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to logits (B, T, V)."""
        logits: Tensor = self.lm_head(self.model(tokens))
        return logits

    def hidden(self, tokens: Tensor) -> Tensor:
        """Map tokens (B, T) to what the head reads (B, T, D)."""
        states: Tensor = self.model(tokens)
        return states

    @property
    def head(self) -> Head:
        """The head."""
        return Head(self.lm_head.weight)

    @property
    def trunk(self) -> nn.Module:
        """Embedding, blocks and the last norm."""
        return self.model

    def recompute_activations(self) -> None:
        """Turn on gradient checkpointing: keep only the input of each block."""
        self.model.recomputes = True

    def config_json(self) -> JsonObject:
        """Return the content of a `config.json`, with the ids of special tokens."""
        return {**self.config.to_dict(), **self.token_ids}

    def save(self, folder: Path) -> None:
        """Write config and weights to an empty folder."""
        stated = {**self.config_json(), "dtype": type_name(self.stored_as)}
        write_json(folder / MODEL_CONFIG, stated)
        if self.generation:
            write_json(folder / GENERATION, self.generation)
        save_weights(self.stored_weights(), folder / WEIGHTS)
