"""The export from beginning to end."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from export.architecture import read_architecture
from export.checkpoint import open_checkpoint
from export.decoder import Decoder
from export.errors import ExportError
from export.model_folder import write_configuration, write_tokenizer_files
from export.onnx_model import build_onnx, save_onnx
from export.openvino_model import WEIGHTS, compress_weights, read_onnx, save_openvino
from export.progress import Stage, Stages
from export.weights import assign_weights, select_tensors


def export_model(
    source: str | Path,
    output: str | Path,
    *,
    weights: str = "int8",
    onnx: bool = False,
    on_stage: Callable[[Stage], None] = lambda stage: None,
) -> Path:
    """Turn the published checkpoint in the folder `source` into an OpenVINO model folder, and return it.

    weights: "fp16", "int8" or "int4", see compress_weights. onnx: keep the ONNX model too, in output/onnx.
    on_stage: called when each stage begins and when it has ended.
    `output` appears only when it is complete. Raises ExportError for whatever the caller can put right.
    """
    if weights not in WEIGHTS:
        raise ExportError(f"weights {weights!r}: choose one of {', '.join(WEIGHTS)}")
    output = Path(output)
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise ExportError(f"{output} already exists and is not an empty folder; choose another --output or delete it")

    checkpoint = open_checkpoint(source)
    architecture = read_architecture(checkpoint.config)
    with torch.device("meta"):
        decoder = Decoder(architecture)
    selected = select_tensors(decoder, checkpoint.tensors)

    stages = Stages(6, on_stage)
    with stages("Reading the weights") as stage:
        stage.note = assign_weights(decoder, selected)
    with _appearing_when_complete(output) as folder:
        onnx_file = folder / "onnx" / "model.onnx"
        with stages("Building the ONNX graph"):
            program = build_onnx(decoder)
        with stages("Writing the ONNX model"):
            save_onnx(program, onnx_file)
        with stages("Converting to OpenVINO"):
            model = read_onnx(onnx_file, architecture.layers)
        with stages(f"Writing the OpenVINO model, {weights}"):
            save_openvino(compress_weights(model, weights), folder)
            del model  # its weights are mapped from the ONNX model, which may be deleted now
        if not onnx:
            shutil.rmtree(onnx_file.parent)
        with stages("Writing tokenizer and configuration") as stage:
            write_configuration(checkpoint.config, folder)
            stage.note = write_tokenizer_files(checkpoint.folder, folder)
    return output


@contextlib.contextmanager
def _appearing_when_complete(output: Path) -> Iterator[Path]:
    """A folder beside `output` to work in; it becomes `output` at the end, and is deleted on any failure."""
    output = output.absolute()
    work = output.with_name(f".{output.name}.{os.getpid()}.partial")
    work.mkdir(parents=True)
    try:
        yield work
        if output.exists():
            output.rmdir()  # empty, as checked before; Windows renames onto no folder
        work.rename(output)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
