"""Errors that a user can mend. Each message is one line that says what to do next."""


class ChatError(Exception):
    """Base of all errors that glm_core raises on bad input."""


class ModelFolderError(ChatError):
    """The model folder, or the device it should run on, cannot be used."""


class ConfigError(ChatError, ValueError):
    """A generation setting or a message is not what it must be."""


class PromptTooLongError(ChatError):
    """The system prompt and the question alone do not fit into the context."""
