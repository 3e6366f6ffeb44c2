"""Initial weights that already copy: training then only has to learn when.

A network this small and this briefly trained would not find out by itself how to repeat a name that it has never
seen. What it takes is known: a head that tells each token what stood before it, and a head in the next layer that
looks for the place where the current token stood before, and says what came next there (Olsson et al., "In-context
Learning and Induction Heads", 2022). Both are put into the random matrices; training is free to change them.
"""

import torch
from transformers import GlmForCausalLM
from transformers.models.glm.modeling_glm import GlmAttention

ROPE_BASE = 10000.0


@torch.no_grad()
def initialize(model: GlmForCausalLM, seed: int) -> None:
    """Fill the matrices: random, of unit gain, with the two copying heads in the first two layers."""
    torch.manual_seed(seed)
    config = model.config
    for name, parameter in model.named_parameters():
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            torch.nn.init.zeros_(parameter)  # at first, a layer adds nothing to the residual stream
        elif parameter.ndim == 2:
            torch.nn.init.normal_(parameter, std=config.hidden_size**-0.5)
    # To say a token is the same map for all tokens: their embeddings, turned, so that none says itself.
    turn = torch.linalg.qr(torch.randn(config.hidden_size, config.hidden_size))[0]
    model.lm_head.weight.copy_(model.model.embed_tokens.weight @ turn)
    first, second = (layer.self_attn for layer in model.model.layers[:2])
    _previous_token_head(first)
    # Three subspaces of the residual stream: by what a token is known, what stood before it, what is to be said.
    token, before, said = torch.linalg.qr(torch.randn(config.hidden_size, config.hidden_size))[0].split(64)[:3]
    head = slice(0, first.head_dim)
    first.v_proj.weight[head] = token
    first.o_proj.weight[:, head] = 0.2 * before.T
    second.q_proj.weight[head] = 1.5 * token
    second.k_proj.weight[head] = 1.5 * before
    second.v_proj.weight[head] = said
    second.o_proj.weight[:, head] = (said @ turn).T


def _previous_token_head(attention: GlmAttention) -> None:
    """Let the first head attend one token back, by the biases of query and key.

    Under RoPE two constant vectors match best at the distance for which the angle between them makes up; the
    fastest four frequencies suffice to tell neighbours apart.
    """
    strength, width = 6.0, 8
    attention.q_proj.weight[: attention.head_dim] = 0
    attention.k_proj.weight[:width] = 0
    angles = ROPE_BASE ** (-torch.arange(0, width, 2) / (attention.head_dim // 2))
    attention.k_proj.bias[0:width:2] = strength
    attention.q_proj.bias[0:width:2] = strength * angles.cos()
    attention.q_proj.bias[1:width:2] = -strength * angles.sin()
