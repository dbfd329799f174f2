"""The layers of a Llama-style decoder, with the parameter names of Hugging Face transformers."""

import torch
import torch.nn.functional as F  # noqa: N812 - as everywhere in torch code
from torch import Tensor, nn

from trainer.models.configuration import ModelConfig
from trainer.models.rotary import rotate


def document_mask(positions: Tensor) -> Tensor:
    """Return which tokens each token sees (B, 1, T, T): those before it in its document.

    >>> document_mask(torch.tensor([[0, 1, 0]]))[0, 0].int().tolist()
    [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    """
    documents = (positions.diff(dim=1) != 1).cumsum(1)
    documents = F.pad(documents, (1, 0))  # the first is number 0
    return (documents[:, None, :, None] == documents[:, None, None]).tril()


class RMSNorm(nn.Module):
    """x / rms(x) · weight, computed in float32 (Zhang & Sennrich 2019)."""

    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalise (…, D)."""
        wide = x.float()
        scaled = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.eps)
        return self.weight * scaled.to(x.dtype)


class Attention(nn.Module):
    """Causal attention with rotary positions; several query heads may share a key head."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.head_size = config.head_size
        self.shared = config.num_attention_heads != config.num_key_value_heads
        queries = config.num_attention_heads * config.head_size
        keys = config.num_key_value_heads * config.head_size
        self.q_proj = nn.Linear(config.hidden_size, queries, bias=False)
        self.k_proj = nn.Linear(config.hidden_size, keys, bias=False)
        self.v_proj = nn.Linear(config.hidden_size, keys, bias=False)
        self.o_proj = nn.Linear(queries, config.hidden_size, bias=False)

    def forward(
        self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Attend over (B, T, D); `cosine` and `sine` are (T, head size), or (B, 1, T, head size).

        A token sees all before it, or what `mask` (B, 1, T, T) says.
        """
        batch, length, _ = x.shape
        heads = (batch, length, -1, self.head_size)
        q = rotate(self.q_proj(x).view(heads).transpose(1, 2), cosine, sine)  # (B, H, T, d)
        k = rotate(self.k_proj(x).view(heads).transpose(1, 2), cosine, sine)
        v = self.v_proj(x).view(heads).transpose(1, 2)
        y = F.scaled_dot_product_attention(
            q, k, v, attn_mask=mask, is_causal=mask is None, enable_gqa=self.shared
        )
        projected: Tensor = self.o_proj(y.transpose(1, 2).reshape(batch, length, -1))
        return projected


class MLP(nn.Module):
    """SwiGLU: down(silu(gate(x)) · up(x)) (Shazeer 2020)."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (…, D) to (…, D)."""
        mapped: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))
        return mapped


class Block(nn.Module):
    """Attention and MLP, each behind a norm and beside a residual."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.self_attn = Attention(config)
        self.mlp = MLP(config)
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(
        self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Map (B, T, D) to (B, T, D)."""
        x = x + self.self_attn(self.input_layernorm(x), cosine, sine, mask)
        y: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return y
