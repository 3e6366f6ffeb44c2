"""Chat with a GLM on OpenVINO: `load_model(folder).generate_iterate(messages, GenerationConfig(...))`."""

from glm_core.config import GenerationConfig
from glm_core.errors import ChatError, ConfigError, ModelFolderError, PromptTooLongError
from glm_core.model import BUNDLED_MODEL, ChatModel, Chunk, ModelInfo, load_model

__all__ = [
    "BUNDLED_MODEL",
    "ChatError",
    "ChatModel",
    "Chunk",
    "ConfigError",
    "GenerationConfig",
    "ModelFolderError",
    "ModelInfo",
    "PromptTooLongError",
    "load_model",
]
