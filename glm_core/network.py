"""The network on its device: a stateful OpenVINO model in, logits out."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13 as opset

from glm_core.errors import ModelFolderError


def compile_network(folder: Path, device: str) -> ov.CompiledModel:
    """Read `openvino_model.xml` and compile it for `device`.

    Raises ModelFolderError when the device does not exist here or the folder's network cannot be used.
    """
    core = ov.Core()
    _check_device(core, device)
    path = folder / "openvino_model.xml"
    if not path.is_file():
        raise ModelFolderError(
            f"{folder} has no openvino_model.xml; make it with: python -m export SOURCE --output DIR"
        )
    try:
        model = core.read_model(path)
    except RuntimeError as error:
        raise ModelFolderError(f"{path} cannot be read ({_first_line(error)}); export the model again.") from None
    names = {name for port in model.inputs for name in port.get_names()}
    if not {"input_ids", "attention_mask"} <= names or not model.get_sinks():
        raise ModelFolderError(f"{path} is not a stateful language model; export it with: python -m export")
    _keep_last_logits(model)
    try:
        # One stream with all cores: the shortest time per token for whoever is being answered.
        return core.compile_model(model, device, {"PERFORMANCE_HINT": "LATENCY"})
    except RuntimeError as error:
        raise ModelFolderError(f"{path} cannot run on {device}: {_first_line(error)}") from None


def _check_device(core: ov.Core, device: str) -> None:
    known = [*core.available_devices, "AUTO"]
    if device.split(":")[0] not in {name for full in known for name in (full, full.split(".")[0])}:
        raise ModelFolderError(f"There is no device {device} here; choose one of: {', '.join(known)}.")


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


def _keep_last_logits(model: ov.Model) -> None:
    """Compute the output layer for the last position only: a prompt needs no logits but its last ones."""
    result = model.output("logits").get_node()
    product = result.input_value(0).get_node()
    while product.get_type_name() == "Convert":
        product = product.input_value(0).get_node()
    if product.get_type_name() != "MatMul" or product.input_value(0).get_partial_shape().rank.get_length() != 3:
        return
    last = opset.gather(product.input_value(0), np.array([-1], np.int64), np.int64(1))
    product.input(0).replace_source_output(last.output(0))
    model.validate_nodes_and_infer_types()


class KVCache:
    """One conversation's infer request, whose state is the KV cache."""

    def __init__(self, network: ov.CompiledModel) -> None:
        self._request = network.create_infer_request()
        self._inputs = {name for port in network.inputs for name in port.get_names()}
        self._length = 0

    def forward(self, ids: Sequence[int]) -> np.ndarray:
        """Append `ids` to what the cache holds; returns the logits after the last one, float32 [vocab]."""
        start, self._length = self._length, self._length + len(ids)
        feed = {
            "input_ids": np.array([ids], np.int64),
            "attention_mask": np.ones((1, self._length), np.int64),
            "position_ids": np.arange(start, self._length, dtype=np.int64)[None],
            "beam_idx": np.zeros(1, np.int32),
        }
        self._request.infer({name: value for name, value in feed.items() if name in self._inputs})
        return self._request.get_tensor("logits").data[0, -1]
