"""Decoder → ONNX file."""

from pathlib import Path

import onnx_ir
import torch
from onnx_ir.passes.common import (
    ClearMetadataAndDocStringPass,
    CommonSubexpressionEliminationPass,
    RemoveUnusedNodesPass,
)
from onnxscript.optimizer import fold_constants

from export.decoder import Decoder
from export.progress import quiet

OPSET = 23  # the first with RotaryEmbedding and Attention


def cache_names(prefix: str, layers: int) -> list[str]:
    """Names of the cache's tensors in the order in which the decoder takes and returns them."""
    return [f"{prefix}.{layer}.{part}" for layer in range(layers) for part in ("key", "value")]


def build_onnx(decoder: Decoder) -> torch.onnx.ONNXProgram:
    """Trace the decoder with the batch size and all lengths left open.

    Inputs and outputs of the graph are those of Decoder.forward, the cache as past_key_values.N.key/value
    and present.N.key/value. Initializers are the decoder's parameters, not copied.
    """
    arch = decoder.arch
    batch, new, past = 2, 3, 5  # any sizes above 1, which tracing would take for constants
    arguments = (
        torch.zeros(batch, new, dtype=torch.int64),
        torch.ones(batch, past + new, dtype=torch.int64),
        torch.zeros(batch, new, dtype=torch.int64),
        [torch.zeros(batch, arch.kv_heads, past, arch.head_dim) for _ in range(2 * arch.layers)],
    )
    # Named here, not by strings: a string gives each layer's past a symbol of its own, which slows tracing.
    batch, new, total, past = torch.export.dims("batch", "new", "total", "past")
    with quiet(), torch.no_grad():
        program = torch.onnx.export(
            decoder.eval(),
            arguments,
            dynamo=True,
            opset_version=OPSET,
            optimize=False,  # would turn small weights into float32; _tidy does not
            dynamic_shapes=(
                {0: batch, 1: new},
                {0: batch, 1: total},
                {0: batch, 1: new},
                [{0: batch, 2: past}] * (2 * arch.layers),
            ),
            input_names=[
                "input_ids",
                "attention_mask",
                "position_ids",
                *cache_names("past_key_values", arch.layers),
            ],
            output_names=["logits", *cache_names("present", arch.layers)],
            verbose=False,
        )
    _tidy(program.model)
    return program


def save_onnx(program: torch.onnx.ONNXProgram, file: Path) -> None:
    """Write the graph to `file` and its weights to `file`.data beside it."""
    file.parent.mkdir(parents=True)
    with quiet():
        program.save(file, external_data=True)


def _tidy(model: onnx_ir.Model) -> None:
    """Fold the arithmetic on shapes, share what is equal, and leave the weights alone."""
    fold_constants(model, should_fold=lambda node: False if node.op_type in ("Cast", "Transpose") else None)
    CommonSubexpressionEliminationPass()(model)
    RemoveUnusedNodesPass()(model)
    # Each node would tell where this source code lies on this computer.
    ClearMetadataAndDocStringPass()(model)
