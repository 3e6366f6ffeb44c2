"""The exported network computes what the model's published code computes."""

import collections

import numpy as np
import onnx
import onnxruntime
import openvino as ov
import pytest
import torch
from openvino._offline_transformations import paged_attention_transformation
from reference_model import HEAD_DIM, KV_HEADS, LAYERS, REFERENCE, Conversation

from export.checkpoint import open_checkpoint


def test_one_pass_gives_the_reference_logits(conversation, reference):
    logits = conversation.feed(reference.input_ids[0])
    np.testing.assert_allclose(logits, reference.logits[0], atol=1e-4)


def test_greedy_decoding_with_the_cache_gives_the_reference_tokens(conversation, reference):
    logits = conversation.feed(reference.input_ids[0])
    tokens = []
    while len(tokens) < len(reference.greedy):
        tokens.append(int(logits[-1].argmax()))
        logits = conversation.feed(tokens[-1:])
    assert tokens == reference.greedy


@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_prefill_in_chunks_gives_the_same_logits(conversation, reference, chunk):
    ids = reference.input_ids[0]
    logits = [conversation.feed(ids[start : start + chunk]) for start in range(0, len(ids), chunk)]
    np.testing.assert_allclose(np.concatenate(logits), reference.logits[0], atol=1e-4)


def test_a_hole_in_the_mask_is_as_if_its_tokens_had_never_been_seen(compiled, reference):
    """Tokens 20 to 39 are forgotten by the mask alone; what follows keeps its positions."""
    ids, hole = reference.input_ids[0], slice(20, 40)
    forgetful, never_saw = Conversation(compiled), Conversation(compiled)

    forgetful.feed(ids[:20])
    forgetful.feed(ids[hole])
    forgetful.mask[hole] = [0] * 20
    with_hole = [forgetful.feed(ids[40:60]), forgetful.feed(ids[60:61], [80])]

    never_saw.feed(ids[:20])
    without = [never_saw.feed(ids[40:60], range(40, 60)), never_saw.feed(ids[60:61], [80])]

    np.testing.assert_allclose(np.concatenate(with_hole), np.concatenate(without), atol=1e-4)
    assert np.abs(with_hole[0] - reference.logits[0, 40:60]).max() > 0.01, "the hole made no difference"


@pytest.fixture
def padded(reference) -> dict[str, np.ndarray]:
    """Inputs of a batch: the reference's 70 tokens, and the first 50 of them behind 20 of padding."""
    ids = reference.input_ids[0]
    return {
        "input_ids": np.stack([ids, np.concatenate([np.zeros(20, np.int64), ids[:50]])]),
        "attention_mask": np.array([[1] * 70, [0] * 20 + [1] * 50]),
        "position_ids": np.stack([np.arange(70), np.maximum(np.arange(70) - 20, 0)]),
    }


def assert_rows_of_padded(logits, reference):
    assert np.isfinite(logits).all()
    np.testing.assert_allclose(logits[0], reference.logits[0], atol=1e-4)
    np.testing.assert_allclose(logits[1, 20:], reference.logits[0, :50], atol=1e-4)


def test_a_batch_with_left_padding_gives_each_row_its_own_logits(compiled, reference, padded):
    inputs = padded | {"beam_idx": np.arange(2, dtype=np.int32)}
    assert_rows_of_padded(compiled.create_infer_request().infer(inputs)["logits"], reference)


def test_left_padding_in_onnxruntime(exported, reference, padded):
    session = onnxruntime.InferenceSession(exported / "onnx" / "model.onnx", providers=["CPUExecutionProvider"])
    empty = np.zeros((2, KV_HEADS, 0, HEAD_DIM), np.float32)
    past = {port.name: empty for port in session.get_inputs() if port.name not in padded}
    assert_rows_of_padded(session.run(["logits"], padded | past)[0], reference)


def test_beam_idx_chooses_the_rows_of_the_cache(compiled, reference):
    ids = reference.input_ids[0]
    request = compiled.create_infer_request()
    other = ids[::-1]
    request.infer(
        {
            "input_ids": np.stack([other[:30], ids[:30]]),
            "attention_mask": np.ones((2, 30), np.int64),
            "position_ids": np.stack([np.arange(30)] * 2),
            "beam_idx": np.arange(2, dtype=np.int32),
        }
    )
    logits = request.infer(
        {
            "input_ids": np.stack([ids[30:31]] * 2),
            "attention_mask": np.ones((2, 31), np.int64),
            "position_ids": np.full((2, 1), 30),
            "beam_idx": np.array([1, 1], np.int32),  # both rows go on from the second
        }
    )["logits"]
    np.testing.assert_allclose(logits[:, 0], np.stack([reference.logits[0, 30]] * 2), atol=1e-4)


def test_the_plugin_fuses_attention_rotary_embedding_and_normalization(compiled):
    kinds = collections.Counter(
        operation.get_rt_info()["layerType"].astype(str) for operation in compiled.get_runtime_model().get_ops()
    )
    assert kinds["ScaledDotProductAttention"] == LAYERS
    assert kinds["RoPE"] == 2 * LAYERS
    assert kinds["RMS"] == 2 * LAYERS + 1


def test_the_cache_and_the_shared_heads_are_fused_into_attention(compiled):
    """Attention takes keys of kv_heads, not of all heads: they are never expanded in memory."""
    attention = [
        operation
        for operation in compiled.get_runtime_model().get_ops()
        if operation.get_rt_info()["layerType"].astype(str) == "ScaledDotProductAttention"
    ]
    assert all(node.input(1).get_partial_shape()[1].get_length() == KV_HEADS for node in attention)


def test_the_inputs_and_the_output_are_those_of_the_model_folder_contract(exported):
    model = ov.Core().read_model(exported / "openvino_model.xml")
    inputs = {port.any_name: (str(port.partial_shape), port.element_type.to_string()) for port in model.inputs}
    assert inputs == {
        "input_ids": ("[?,?]", "i64"),
        "attention_mask": ("[?,?]", "i64"),
        "position_ids": ("[?,?]", "i64"),
        "beam_idx": ("[?]", "i32"),
    }
    assert [(port.any_name, port.element_type.to_string()) for port in model.outputs] == [("logits", "f32")]


def test_paged_attention_recognises_every_layer(exported):
    model = ov.Core().read_model(exported / "openvino_model.xml")
    paged_attention_transformation(model)
    kinds = collections.Counter(operation.get_type_name() for operation in model.get_ops())
    assert kinds["PagedAttentionExtension"] == LAYERS
    assert kinds["ScaledDotProductAttention"] == 0


def test_onnx_gives_the_same_in_onnxruntime(exported, reference):
    session = onnxruntime.InferenceSession(exported / "onnx" / "model.onnx", providers=["CPUExecutionProvider"])
    past_names = [port.name for port in session.get_inputs() if port.name.startswith("past_key_values")]
    cache = [np.zeros((1, KV_HEADS, 0, HEAD_DIM), np.float32)] * len(past_names)
    ids, seen, tokens = reference.input_ids, 0, []
    while len(tokens) < len(reference.greedy):
        new = ids.shape[1]
        inputs = {
            "input_ids": ids,
            "attention_mask": np.ones((1, seen + new), np.int64),
            "position_ids": np.arange(seen, seen + new)[None],
            **dict(zip(past_names, cache, strict=True)),
        }
        logits, *cache = session.run(None, inputs)
        if seen == 0:
            np.testing.assert_allclose(logits, reference.logits, atol=1e-4)
        seen += new
        tokens.append(int(logits[0, -1].argmax()))
        ids = np.array([tokens[-1:]])
    assert tokens == reference.greedy


def test_each_float16_initializer_of_the_onnx_model_is_one_tensor_of_the_checkpoint(exported, checkpoint):
    model = onnx.load(exported / "onnx" / "model.onnx")
    half = [onnx.numpy_helper.to_array(i) for i in model.graph.initializer if i.data_type == onnx.TensorProto.FLOAT16]
    tensors = open_checkpoint(REFERENCE / checkpoint).tensors
    published = {name: tensor for name, tensor in tensors.items() if not name.endswith("inv_freq")}
    assert sorted(array.tobytes() for array in half) == sorted(
        tensor.contiguous().view(torch.uint8).numpy().tobytes() for tensor in published.values()
    )


def test_fp16_weights_stay_float16_on_disk(exported):
    """The bin holds 2 bytes for each parameter and little else: nothing was folded into float32."""
    checkpoint_size = (exported / "onnx" / "model.onnx.data").stat().st_size
    assert (exported / "openvino_model.bin").stat().st_size < 1.05 * checkpoint_size
