"""--weights int8 and int4: smaller, still close to the reference."""

import collections

import numpy as np
import openvino as ov
import pytest
from reference_model import Conversation, compile_model

from export import ExportError, export_model
from export.openvino_model import compress_weights, read_onnx, save_openvino


def compress(exported, folder, weights):
    folder.mkdir(exist_ok=True)
    model = read_onnx(exported / "onnx" / "model.onnx", layers=3)
    save_openvino(compress_weights(model, weights), folder)
    return folder


def parameters_by_type(folder) -> dict[str, int]:
    """How many values the model's larger constants hold in each precision."""
    counts = collections.Counter()
    for node in ov.Core().read_model(folder / "openvino_model.xml").get_ops():
        if node.get_type_name() == "Constant" and len(node.get_output_shape(0)) > 1:
            counts[node.get_output_element_type(0).to_string()] += int(np.prod(node.get_output_shape(0)))
    return counts


@pytest.mark.parametrize(("weights", "agreement"), [("int8", 0.9), ("int4", 0.8)])
def test_compressed_weights_stay_near_the_reference(exported, reference, tmp_path, weights, agreement):
    conversation = Conversation(compile_model(compress(exported, tmp_path, weights)))
    logits = conversation.feed(reference.input_ids[0])
    assert (logits.argmax(-1) == reference.logits[0].argmax(-1)).mean() >= agreement
    assert np.abs(logits - reference.logits[0]).max() < 0.2  # of logits up to 2.5


def test_int8_compresses_every_matrix(exported, tmp_path):
    """Embedding and output layer included; one float16 scale a row is all that is left besides."""
    counts = parameters_by_type(compress(exported, tmp_path, "int8"))
    matrices = 2 * 512 * 64 + 3 * (128 * 64 + 64 * 64 + 224 * 64 + 64 * 112)
    assert counts["i8"] == matrices
    assert counts["i4"] == 0
    assert counts["f16"] < matrices / 32


def test_int4_takes_72_percent_of_the_layers_weights(exported, tmp_path):
    """The rest, the embedding and the output layer are int8, as is mlp.down: 32 does not divide its 112."""
    counts = parameters_by_type(compress(exported, tmp_path, "int4"))
    grouped = 3 * (128 * 64 + 64 * 64 + 224 * 64)
    others = 2 * 512 * 64 + 3 * 64 * 112
    assert 0.85 * 0.72 < counts["i4"] / grouped <= 0.72
    assert counts["i8"] == grouped + others - counts["i4"]


def test_unknown_weights_are_refused(source, tmp_path):
    with pytest.raises(ExportError, match="fp16, int8, int4"):
        export_model(source, tmp_path / "output", weights="int2")
