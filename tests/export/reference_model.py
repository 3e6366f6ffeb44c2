"""The reference checkpoints of tests/data/reference, and how the tests run what was exported from them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openvino as ov

REFERENCE = Path(__file__).parents[1] / "data" / "reference"
CHECKPOINTS = ("chatglm2-tiny", "chatglm2-32k-tiny")
LAYERS, KV_HEADS, HEAD_DIM = 3, 2, 16

# The plugin may choose bfloat16 and an 8-bit cache by itself; the reference is float32.
FLOAT32 = {"INFERENCE_PRECISION_HINT": "f32", "KV_CACHE_PRECISION": "f32"}


@dataclass(frozen=True)
class Reference:
    """What the model's own published code computes, in float32 (see data/reference/README.md)."""

    input_ids: np.ndarray  # [1, 70]
    position_ids: np.ndarray  # [1, 70]
    logits: np.ndarray  # [1, 70, vocab]
    greedy: list[int]  # 24 tokens that follow


def load_reference(name: str) -> Reference:
    with np.load(REFERENCE / name / "reference.npz") as file:
        return Reference(file["input_ids"], file["position_ids"], file["logits"], file["greedy"].tolist())


def compile_model(folder: Path) -> ov.CompiledModel:
    return ov.Core().compile_model(folder / "openvino_model.xml", "CPU", FLOAT32)


class Conversation:
    """One infer request of an exported model: feeds tokens and keeps the attention mask."""

    def __init__(self, compiled: ov.CompiledModel):
        self.request = compiled.create_infer_request()
        self.mask: list[int] = []

    def feed(self, input_ids, position_ids=None) -> np.ndarray:
        """Feed tokens [new] after what was fed before; returns their logits [new, vocab]."""
        if position_ids is None:
            position_ids = range(len(self.mask), len(self.mask) + len(input_ids))
        self.mask += [1] * len(input_ids)
        inputs = {
            "input_ids": np.array([input_ids], dtype=np.int64),
            "attention_mask": np.array([self.mask], dtype=np.int64),
            "position_ids": np.array([list(position_ids)], dtype=np.int64),
            "beam_idx": np.zeros(1, dtype=np.int32),
        }
        return self.request.infer(inputs)["logits"][0].copy()
