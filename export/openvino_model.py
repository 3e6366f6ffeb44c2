"""ONNX file → stateful OpenVINO model with compressed weights."""

from pathlib import Path

import nncf
import numpy as np
import openvino as ov
from openvino import opset13 as ops
from openvino._offline_transformations import apply_make_stateful_transformation, apply_moc_transformations

from export.onnx_model import cache_names
from export.progress import quiet

WEIGHTS = ("fp16", "int8", "int4")


def read_onnx(file: Path, layers: int) -> ov.Model:
    """Read the ONNX file, its weights memory-mapped, as a model that keeps its KV cache by itself.

    Inputs: input_ids, attention_mask, position_ids, int64 as in Decoder.forward, and beam_idx, int32
    [batch]: the row of the cached batch that each row of this batch continues. Output: logits.
    """
    model = ov.Core().read_model(file)
    _keep_float16(model)
    # Makes x @ Transpose(W) a product with transpose_b, and the model one that paged attention recognises.
    apply_moc_transformations(model, cf=False)
    _make_stateful(model, layers)
    return model


def compress_weights(model: ov.Model, weights: str) -> ov.Model:
    """Compress the weights of all matrices, the embedding and the output layer included.

    weights: "fp16" leaves them alone; "int8" is symmetric, one scale a row; "int4" is symmetric in groups
    of 128 for 72 % of the layers' weights, those that suffer least by it, and int8 for the rest (what
    optimum-intel publishes for ChatGLM2-6B). Rows that 128 does not divide get smaller groups, or int8.
    """
    if weights == "fp16":
        return model
    if weights == "int8":
        settings = {"mode": nncf.CompressWeightsMode.INT8_SYM}
    else:
        settings = {
            "mode": nncf.CompressWeightsMode.INT4_SYM,
            "group_size": 128,
            "ratio": 0.72,
            "backup_mode": nncf.BackupMode.INT8_SYM,
            "advanced_parameters": nncf.AdvancedCompressionParameters(
                group_size_fallback_mode=nncf.GroupSizeFallbackMode.ADJUST
            ),
        }
    with quiet():
        return nncf.compress_weights(model, **settings)


def save_openvino(model: ov.Model, folder: Path) -> None:
    """Write openvino_model.xml and .bin. What is float32 by now, such as the rotary frequencies, stays so."""
    ov.save_model(model, folder / "openvino_model.xml", compress_to_fp16=False)


def _keep_float16(model: ov.Model) -> None:
    """Keep the common optimizations from folding each Convert of a weight into a float32 copy of it."""
    for node in model.get_ops():
        if node.get_type_name() == "Convert" and node.input_value(0).get_node().get_type_name() == "Constant":
            node.get_rt_info()["DisableConstantFolding_0"] = ""


def _make_stateful(model: ov.Model, layers: int) -> None:
    """Turn past_key_values and present into internal states, their rows chosen by beam_idx."""
    beam_idx = ops.parameter([-1], np.int32, name="beam_idx")
    beam_idx.output(0).set_names({"beam_idx"})
    pasts, presents = cache_names("past_key_values", layers), cache_names("present", layers)
    for name in pasts:
        past = model.input(name)
        consumers = past.get_target_inputs()
        chosen = ops.gather(past, beam_idx, ops.constant(0))
        for consumer in consumers:
            consumer.replace_source_output(chosen.output(0))
    model.add_parameters([beam_idx])
    apply_make_stateful_transformation(model, dict(zip(pasts, presents, strict=True)))
    _start_empty(model)


def _start_empty(model: ov.Model) -> None:
    """Let each state begin as [batch, kv_heads, 0, head_dim], the batch being that of input_ids."""
    batch = ops.gather(ops.shape_of(model.input("input_ids")), ops.constant([0]), ops.constant(0))
    for node in model.get_ops():
        if node.get_type_name() == "ReadValue":
            _, kv_heads, _, head_dim = node.get_output_partial_shape(0)
            tail = ops.constant(np.array([kv_heads.get_length(), 0, head_dim.get_length()]))
            empty = ops.broadcast(ops.constant(np.float32(0)), ops.concat([batch, tail], 0))
            node.set_arguments([empty])
    model.validate_nodes_and_infer_types()
