"""Fixtures: the reference checkpoints, each exported once for the whole session."""

import shutil
from pathlib import Path

import openvino as ov
import pytest
from reference_model import CHECKPOINTS, REFERENCE, Conversation, Reference, compile_model, load_reference

from export import export_model


@pytest.fixture(scope="session", params=CHECKPOINTS)
def checkpoint(request) -> str:
    return request.param


@pytest.fixture(scope="session")
def reference(checkpoint) -> Reference:
    return load_reference(checkpoint)


@pytest.fixture(scope="session")
def exported(checkpoint, tmp_path_factory) -> Path:
    """The checkpoint's fp16 model folder, the ONNX model kept."""
    return export_model(REFERENCE / checkpoint, tmp_path_factory.mktemp("fp16") / checkpoint, weights="fp16", onnx=True)


@pytest.fixture(scope="session")
def compiled(exported) -> ov.CompiledModel:
    return compile_model(exported)


@pytest.fixture
def conversation(compiled) -> Conversation:
    return Conversation(compiled)


@pytest.fixture
def source(tmp_path) -> Path:
    """A writable copy of the sharded reference checkpoint, for a test to damage."""
    return shutil.copytree(REFERENCE / "chatglm2-tiny", tmp_path / "source")
