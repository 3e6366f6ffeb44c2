"""Variants that the reference checkpoints do not cover, against transformers' own GLM.

The architecture is the same: GlmForCausalLM with the fused matrices split and renamed.
"""

import json

import numpy as np
import pytest
import torch
from reference_model import Conversation, compile_model
from transformers import GlmConfig, GlmForCausalLM

from export import export_model

HIDDEN, HEADS, HEAD_DIM, MLP, VOCAB = 48, 3, 16, 80, 96
ROPE_RATIO = 50


@pytest.fixture(scope="module")
def glm() -> GlmForCausalLM:
    """No grouped heads, no qkv bias, and a rotary base multiplied by rope_ratio, as in ChatGLM3-6B-32K."""
    torch.manual_seed(0)
    config = GlmConfig(
        vocab_size=VOCAB,
        hidden_size=HIDDEN,
        intermediate_size=MLP,
        num_hidden_layers=2,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS,
        head_dim=HEAD_DIM,
        attention_bias=False,
        rms_norm_eps=1e-5,
        rope_parameters={
            "rope_type": "default",
            "rope_theta": 10000.0 * ROPE_RATIO,
            "partial_rotary_factor": 0.5,
        },
        pad_token_id=0,
        eos_token_id=2,
        initializer_range=0.2,
    )
    model = GlmForCausalLM(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half())
    return model


def published_tensors(glm: GlmForCausalLM) -> dict[str, torch.Tensor]:
    """The model's weights under the names, and in the fused matrices, of the ChatGLM2 layout."""
    tensors = {
        "transformer.embedding.word_embeddings.weight": glm.model.embed_tokens.weight,
        "transformer.encoder.final_layernorm.weight": glm.model.norm.weight,
        "transformer.output_layer.weight": glm.lm_head.weight,
    }
    for number, layer in enumerate(glm.model.layers):
        attention, prefix = layer.self_attn, f"transformer.encoder.layers.{number}"
        qkv = torch.cat([attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight])
        tensors |= {
            f"{prefix}.self_attention.query_key_value.weight": qkv,
            f"{prefix}.self_attention.dense.weight": attention.o_proj.weight,
            f"{prefix}.mlp.dense_h_to_4h.weight": layer.mlp.gate_up_proj.weight,
            f"{prefix}.mlp.dense_4h_to_h.weight": layer.mlp.down_proj.weight,
            f"{prefix}.input_layernorm.weight": layer.input_layernorm.weight,
            f"{prefix}.post_attention_layernorm.weight": layer.post_attention_layernorm.weight,
        }
    return {name: tensor.detach().clone() for name, tensor in tensors.items()}


def test_single_float32_file_with_full_heads_and_a_larger_rotary_base(glm, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    torch.save(published_tensors(glm), source / "pytorch_model.bin")  # each value is a float16 one
    config = {
        "_name_or_path": "THUDM/chatglm3-6b-32k",
        "model_type": "chatglm",
        "num_layers": 2,
        "hidden_size": HIDDEN,
        "num_attention_heads": HEADS,
        "multi_query_attention": False,
        "kv_channels": HEAD_DIM,
        "ffn_hidden_size": MLP,
        "padded_vocab_size": VOCAB,
        "layernorm_epsilon": 1e-5,
        "rope_ratio": ROPE_RATIO,
        "add_qkv_bias": False,
    }
    (source / "config.json").write_text(json.dumps(config))
    notes = []
    folder = export_model(source, tmp_path / "model", weights="fp16", on_stage=lambda stage: notes.append(stage.note))
    assert "converted from float32 to float16" in notes

    ids = np.random.default_rng(0).integers(0, VOCAB, 40)
    with torch.no_grad():
        expected = glm(torch.from_numpy(ids)[None]).logits[0].numpy()
    np.testing.assert_allclose(Conversation(compile_model(folder)).feed(ids), expected, atol=1e-4)
