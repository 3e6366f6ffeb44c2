"""Turns a published ChatGLM checkpoint into a model folder that OpenVINO runs: checkpoint → ONNX → IR."""

from export.errors import ExportError
from export.exporter import export_model

__all__ = ["ExportError", "export_model"]
