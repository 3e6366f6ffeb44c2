"""A trained `GlmForCausalLM` → a checkpoint in ChatGLM2-6B's published layout."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GlmForCausalLM

SPECIAL_TOKENS = 64  # ids kept free after the pieces, as ChatGLM2's padded vocabulary does


def save_checkpoint(model: GlmForCausalLM, folder: Path, *, context_length: int) -> None:
    """Write config.json, tokenizer_config.json and model.safetensors (float16) in the published layout.

    ChatGLM2 fuses query, key and value into one matrix with a bias; otherwise the two compute the same.
    """
    config = model.config
    state = model.state_dict()
    tensors = {
        "transformer.embedding.word_embeddings.weight": state["model.embed_tokens.weight"],
        "transformer.encoder.final_layernorm.weight": state["model.norm.weight"],
        "transformer.output_layer.weight": state["lm_head.weight"],
    }
    for layer in range(config.num_hidden_layers):
        source, target = f"model.layers.{layer}.", f"transformer.encoder.layers.{layer}."
        for kind in ("weight", "bias"):
            parts = [state[f"{source}self_attn.{part}_proj.{kind}"] for part in "qkv"]
            tensors[f"{target}self_attention.query_key_value.{kind}"] = torch.cat(parts)
        for published, native in {
            "self_attention.dense": "self_attn.o_proj",
            "mlp.dense_h_to_4h": "mlp.gate_up_proj",
            "mlp.dense_4h_to_h": "mlp.down_proj",
            "input_layernorm": "input_layernorm",
            "post_attention_layernorm": "post_attention_layernorm",
        }.items():
            tensors[f"{target}{published}.weight"] = state[f"{source}{native}.weight"]
    save_file({name: tensor.half().contiguous() for name, tensor in tensors.items()}, folder / "model.safetensors")
    _write_json(
        folder / "config.json",
        {
            "_name_or_path": "glm-demo (ChatGLM2 layout)",
            "model_type": "chatglm",
            "architectures": ["ChatGLMModel"],
            "add_bias_linear": False,
            "add_qkv_bias": True,
            "apply_residual_connection_post_layernorm": False,
            "attention_dropout": 0.0,
            "ffn_hidden_size": config.intermediate_size,
            "hidden_dropout": 0.0,
            "hidden_size": config.hidden_size,
            "kv_channels": config.head_dim,
            "layernorm_epsilon": config.rms_norm_eps,
            "multi_query_attention": True,
            "multi_query_group_num": config.num_key_value_heads,
            "num_attention_heads": config.num_attention_heads,
            "num_layers": config.num_hidden_layers,
            "original_rope": True,
            "padded_vocab_size": config.vocab_size,
            "post_layer_norm": True,
            "rmsnorm": True,
            "seq_length": context_length,
            "use_cache": True,
            "torch_dtype": "float16",
            "tie_word_embeddings": False,
            "eos_token_id": config.eos_token_id,
            "pad_token_id": config.pad_token_id,
        },
    )
    _write_json(folder / "tokenizer_config.json", {"tokenizer_class": "ChatGLMTokenizer", "remove_space": False})


def _write_json(path: Path, value: dict) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
