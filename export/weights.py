"""Puts a checkpoint's tensors into the decoder."""

import re
from collections.abc import Mapping

import torch

from export.decoder import Decoder
from export.errors import ExportError

# The decoder's name of a parameter → its name in the ChatGLM2 layout. A checkpoint also holds
# transformer.rotary_pos_emb.inv_freq, which the decoder computes in float32 instead.
CHATGLM_NAMES = {
    r"^embedding": "transformer.embedding.word_embeddings",
    r"^layers\.(\d+)": r"transformer.encoder.layers.\1",
    r"^final_norm": "transformer.encoder.final_layernorm",
    r"^output": "transformer.output_layer",
    r"\.input_norm": ".input_layernorm",
    r"\.mlp_norm": ".post_attention_layernorm",
    r"\.attention\.qkv": ".self_attention.query_key_value",
    r"\.attention\.dense": ".self_attention.dense",
    r"\.mlp\.gate_up": ".mlp.dense_h_to_4h",
    r"\.mlp\.down": ".mlp.dense_4h_to_h",
}


def published_name(parameter: str) -> str:
    """The checkpoint's name of one of the decoder's parameters."""
    for pattern, name in CHATGLM_NAMES.items():
        parameter = re.sub(pattern, name, parameter)
    return parameter


def select_tensors(decoder: Decoder, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The checkpoint's tensor for each of the decoder's parameters; nothing is read from the disk yet.

    Raises ExportError for a tensor that is missing, misshapen, or of integers.
    """
    selected = {}
    for parameter, expected in decoder.named_parameters():
        name = published_name(parameter)
        if name not in tensors:
            raise ExportError(f"the checkpoint has no tensor {name}; download it again, or check config.json")
        tensor = tensors[name]
        if tensor.shape != expected.shape:
            raise ExportError(
                f"tensor {name} has shape {list(tensor.shape)}, but config.json asks for "
                f"{list(expected.shape)}; take config.json and weights from the same model"
            )
        if not tensor.is_floating_point():
            raise ExportError(
                f"tensor {name} holds {tensor.dtype}, so the checkpoint is quantized; use the float16 one"
            )
        selected[parameter] = tensor
    return selected


def assign_weights(decoder: Decoder, selected: Mapping[str, torch.Tensor]) -> str:
    """Let the decoder's parameters, on the meta device until now, be the selected tensors.

    float16 tensors stay memory-mapped; others are copied, as float16. Returns a note for the user when
    that happened, else "". Raises ExportError for values beyond float16's range.
    """
    published = {str(tensor.dtype).removeprefix("torch.") for tensor in selected.values()} - {"float16"}
    state = {parameter: _to_float16(parameter, tensor) for parameter, tensor in selected.items()}
    decoder.load_state_dict(state, assign=True)
    return f"converted from {', '.join(sorted(published))} to float16" if published else ""


def _to_float16(parameter: str, tensor: torch.Tensor) -> torch.Tensor:
    if tensor.dtype == torch.float16:
        return tensor
    half = tensor.half()
    if not half.isfinite().all():
        raise ExportError(f"tensor {published_name(parameter)} exceeds float16's range; use a float16 checkpoint")
    return half
