"""Messages to a prompt: the model folder's jinja template, with message contents kept apart."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from glm_core.errors import ConfigError, ModelFolderError

Message = dict[str, str]
ROLES = ("system", "user", "assistant")

# Unicode noncharacters, reserved for use inside a program, mark where a message's content begins and ends.
_BEGIN, _END = "\ufdd0", "\ufdd1"


class ChatTemplate:
    """Renders a conversation into (is_content, text) segments."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelFolderError when the folder has no chat template or it is not valid jinja."""
        settings = _read_json(folder / "tokenizer_config.json")
        file = folder / "chat_template.jinja"
        source = file.read_text(encoding="utf-8") if file.is_file() else settings.get("chat_template")
        if not isinstance(source, str):
            raise ModelFolderError(f"{folder} has no chat_template.jinja; export the model again.")
        # The extensions and settings for which the ecosystem's templates are written.
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.filters["tojson"] = lambda value, **options: json.dumps(value, ensure_ascii=False, **options)
        environment.globals["raise_exception"] = _raise_template_error
        environment.globals["strftime_now"] = lambda layout: datetime.now().strftime(layout)
        try:
            self._template = environment.from_string(source)
        except TemplateError as error:
            raise ModelFolderError(f"The chat template of {folder} is not valid: {error}.") from None
        self._tokens = {name: _token_text(settings.get(name)) for name in ("bos_token", "eos_token", "pad_token")}

    def render(self, messages: Sequence[Message]) -> list[tuple[bool, str]]:
        """Segments of the prompt that asks for the next answer.

        Raises ConfigError when the template refuses the messages.
        """
        marked = [{**message, "content": _BEGIN + _clean(message["content"]) + _END} for message in messages]
        try:
            text = self._template.render(messages=marked, add_generation_prompt=True, **self._tokens)
        except TemplateError as error:
            raise ConfigError(f"The model's chat template refuses these messages: {error}") from None
        parts = re.split(f"({_BEGIN}.*?{_END})", text, flags=re.DOTALL)
        return [(part.startswith(_BEGIN), _clean(part)) for part in parts]


def _clean(text: str) -> str:
    return text.replace(_BEGIN, "").replace(_END, "")


def check_messages(messages: Sequence[Message]) -> None:
    """Raise ConfigError unless `messages` is an optional system message, then rounds, then a question."""
    for message in messages:
        if (
            not isinstance(message, dict)
            or message.get("role") not in ROLES
            or not isinstance(message.get("content"), str)
        ):
            raise ConfigError(f"A message needs a role of {', '.join(ROLES)} and a content of text, not {message!r}.")
    if any(message["role"] == "system" for message in messages[1:]):
        raise ConfigError("A system message must be the first message.")
    if not messages or messages[-1]["role"] != "user" or not messages[-1]["content"].strip():
        raise ConfigError("The last message must be a question: role user, with some text.")


def _token_text(token: object) -> str:
    return token["content"] if isinstance(token, dict) else token or ""


def _read_json(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise ModelFolderError(f"{path} is not valid JSON ({error}); export the model again.") from None


def _raise_template_error(message: str) -> None:
    raise TemplateError(message)
