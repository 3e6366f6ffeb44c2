"""The ChatGLM decoder in plain PyTorch, written to be traced into ONNX at opset 23.

Rotary embedding and attention are the ONNX operators themselves, so that a runtime finds them whole
instead of having to recognise them among their parts. Weights stay float16, as they are published, and
are cast where they are used: the arithmetic is float32 and each weight is one initializer.
"""

import torch
from torch import Tensor, nn
from torch.onnx import ops

from export.architecture import Architecture


class Linear(nn.Module):
    """x @ weight.T (+ bias), in float32 whatever the weight's precision."""

    def __init__(self, inputs: int, outputs: int, bias: bool = False):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs), requires_grad=False)
        self.bias = nn.Parameter(torch.empty(outputs), requires_grad=False) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        y = x @ self.weight.float().transpose(0, 1)
        return y if self.bias is None else y + self.bias.float()


class RMSNorm(nn.Module):
    """Root mean square normalization (Zhang & Sennrich 2019, arXiv:1910.07467)."""

    def __init__(self, size: int, epsilon: float):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(size), requires_grad=False)
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight.float()


class Attention(nn.Module):
    """Causal self-attention in which groups of query heads share a key and value head."""

    def __init__(self, arch: Architecture):
        super().__init__()
        self.arch = arch
        self.qkv = Linear(arch.hidden_size, (arch.heads + 2 * arch.kv_heads) * arch.head_dim, arch.qkv_bias)
        self.dense = Linear(arch.heads * arch.head_dim, arch.hidden_size)

    def forward(self, x, cos, sin, mask, past_key, past_value):
        arch = self.arch
        heads = self.qkv(x).unflatten(-1, (-1, arch.head_dim)).transpose(1, 2)
        query, key, value = heads.split([arch.heads, arch.kv_heads, arch.kv_heads], dim=1)
        query = ops.rotary_embedding(query, cos, sin, interleaved=True, rotary_embedding_dim=arch.rotary_dim)
        key = ops.rotary_embedding(key, cos, sin, interleaved=True, rotary_embedding_dim=arch.rotary_dim)
        key = torch.cat([past_key, key], dim=2)
        value = torch.cat([past_value, value], dim=2)
        attended, *_ = ops.attention(query, self._per_query_head(key), self._per_query_head(value), mask)
        return self.dense(attended.transpose(1, 2).flatten(2)), key, value

    def _per_query_head(self, x: Tensor) -> Tensor:
        # unsqueeze, expand, flatten is what OpenVINO fuses with the KV cache; the operator's own
        # grouping of heads becomes a Tile, which it does not.
        group = self.arch.heads // self.arch.kv_heads
        return x.unsqueeze(2).expand(-1, -1, group, -1, -1).flatten(1, 2)


class MLP(nn.Module):
    """SwiGLU (Shazeer 2020, arXiv:2002.05202), its gate and its input in one matrix."""

    def __init__(self, arch: Architecture):
        super().__init__()
        self.gate_up = Linear(arch.hidden_size, 2 * arch.mlp_size)
        self.down = Linear(arch.mlp_size, arch.hidden_size)

    def forward(self, x: Tensor) -> Tensor:
        gate, up = self.gate_up(x).chunk(2, dim=-1)
        return self.down(nn.functional.silu(gate) * up)


class Layer(nn.Module):
    """One pre-normalized block of the decoder: attention, then MLP, each added to the residual stream."""

    def __init__(self, arch: Architecture):
        super().__init__()
        self.input_norm = RMSNorm(arch.hidden_size, arch.norm_epsilon)
        self.attention = Attention(arch)
        self.mlp_norm = RMSNorm(arch.hidden_size, arch.norm_epsilon)
        self.mlp = MLP(arch)

    def forward(self, x, cos, sin, mask, past_key, past_value):
        attended, key, value = self.attention(self.input_norm(x), cos, sin, mask, past_key, past_value)
        x = x + attended
        return x + self.mlp(self.mlp_norm(x)), key, value


class Decoder(nn.Module):
    """The whole network, with its KV cache passed in and out."""

    def __init__(self, arch: Architecture):
        super().__init__()
        self.arch = arch
        self.embedding = nn.Embedding(arch.vocab_size, arch.hidden_size)
        self.layers = nn.ModuleList(Layer(arch) for _ in range(arch.layers))
        self.final_norm = RMSNorm(arch.hidden_size, arch.norm_epsilon)
        self.output = Linear(arch.hidden_size, arch.vocab_size)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, position_ids: Tensor, past: list[Tensor]):
        """Return the logits, then the present key and value of each layer.

        input_ids, position_ids: int64 [batch, new]. attention_mask: int64 [batch, past + new], 0 where a
        token, cached or new, must not be seen. past: key, value, key, value, ... of all layers, float32
        [batch, kv_heads, past, head_dim]. logits: float32 [batch, new, vocab].
        """
        x = self.embedding(input_ids).float()
        cos, sin = self._rotation(position_ids)
        mask = _visible(attention_mask, input_ids.shape[1])
        present = []
        for layer, past_key, past_value in zip(self.layers, past[::2], past[1::2], strict=True):
            x, key, value = layer(x, cos, sin, mask, past_key, past_value)
            present += [key, value]
        return self.output(self.final_norm(x)), *present

    def _rotation(self, position_ids: Tensor) -> tuple[Tensor, Tensor]:
        """RoPE's cosine and sine, [batch, new, rotary_dim / 2] (Su et al. 2021, arXiv:2104.09864)."""
        size = self.arch.rotary_dim
        frequencies = 1.0 / self.arch.rope_base ** (torch.arange(0, size, 2, dtype=torch.float32) / size)
        angles = position_ids.unsqueeze(-1).float() / self.arch.position_divisor * frequencies
        return angles.cos(), angles.sin()


def _visible(attention_mask: Tensor, new: int) -> Tensor:
    """Which token each new token attends to, bool [batch, 1, new, past + new]."""
    total = attention_mask.shape[1]
    column = torch.arange(total)
    # The past's length comes from the inputs: taken from the cache's shape, it would depend on the
    # OpenVINO state and break the fusion of attention with it.
    row = torch.arange(new).unsqueeze(1) + (total - new)
    return (attention_mask.bool().unsqueeze(1) & (column <= row)).unsqueeze(1)
