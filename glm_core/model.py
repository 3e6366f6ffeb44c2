"""A chat model: loaded once, shared by everybody who talks to it."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import openvino as ov

from glm_core.chat_template import ChatTemplate, Message
from glm_core.config import GenerationConfig
from glm_core.detokenizer import StreamDetokenizer
from glm_core.errors import ModelFolderError
from glm_core.network import KVCache, compile_network
from glm_core.prompt import build_prompt
from glm_core.sampler import Sampler
from glm_core.tokenizer import ChatTokenizer

BUNDLED_MODEL = Path(__file__).parent.parent / "models" / "glm-demo"

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True)
class ModelInfo:
    """What a loaded model is.

    name: the folder's name. context_length: the most tokens of prompt and answer together. vocab_size: the
    number of logits. weights_bytes: the size of `openvino_model.bin`.
    """

    name: str
    folder: Path
    device: str
    context_length: int
    vocab_size: int
    weights_bytes: int


@dataclass(frozen=True)
class Chunk:
    """A step of an answer.

    text: the new text only; empty while a character is incomplete.
    finish_reason: None while the answer goes on. On the last chunk "stop" (the model ended its answer) or
        "length" (max_tokens or the context is used up). A caller who closes the generator has None on the last
        chunk that it saw.
    prompt_tokens, generated_tokens: so far. dropped_rounds: rounds of the history that had no room.
    time_to_first_token: seconds from the call to the first token, prefill included.
    tokens_per_second: decode speed after the first token; 0 until there is a second one.
    """

    text: str
    finish_reason: FinishReason | None
    prompt_tokens: int
    generated_tokens: int
    dropped_rounds: int
    time_to_first_token: float
    tokens_per_second: float


class ChatModel:
    """Answers conversations. Safe to share between threads: every answer has its own KV cache."""

    def __init__(
        self,
        network: ov.CompiledModel,
        tokenizer: ChatTokenizer,
        template: ChatTemplate,
        end_tokens: frozenset[int],
        info: ModelInfo,
    ) -> None:
        self.info = info
        self._network = network
        self._tokenizer = tokenizer
        self._template = template
        self._end_tokens = end_tokens

    def generate_iterate(
        self, messages: Sequence[Message], config: GenerationConfig = GenerationConfig()
    ) -> Iterator[Chunk]:
        """Stream the answer to the last message.

        messages: role/content dictionaries: an optional system message, the history, the question. The oldest
        rounds are dropped where the context has no room for them. Closing the generator stops the model within
        one step. Raises ConfigError and PromptTooLongError at the first step, with nothing generated.
        """
        started = time.perf_counter()
        context = self.info.context_length
        reserved = min(config.max_tokens, context // 4)  # room for an answer, but not at the history's cost
        prompt = build_prompt(self._tokenizer, self._template, messages, limit=context - reserved)
        longest = min(config.max_tokens, context - len(prompt.ids))
        sampler = Sampler(config)
        text = StreamDetokenizer(self._tokenizer)
        cache = KVCache(self._network)
        token = sampler.draw(cache.forward(prompt.ids))
        first_token = time.perf_counter()

        for count in range(1, longest + 1):
            ended = token in self._end_tokens
            new_text = "" if ended else text.push(token)
            finish_reason: FinishReason | None = "stop" if ended else "length" if count == longest else None
            if finish_reason:
                new_text += text.finish()
            decoding = time.perf_counter() - first_token
            yield Chunk(
                text=new_text,
                finish_reason=finish_reason,
                prompt_tokens=len(prompt.ids),
                generated_tokens=count - ended,
                dropped_rounds=prompt.dropped_rounds,
                time_to_first_token=first_token - started,
                tokens_per_second=(count - 1) / decoding if count > 1 else 0.0,
            )
            if finish_reason:
                return
            token = sampler.draw(cache.forward([token]))

    def warm_up(self) -> None:
        """Run a prefill and a decode step, in which OpenVINO repacks the weights and compiles its kernels."""
        cache = KVCache(self._network)
        cache.forward(list(range(16)))
        cache.forward([0])


def load_model(
    folder: str | Path,
    *,
    device: str = "CPU",
    on_progress: Callable[[str, float], None] = lambda stage, fraction: None,
) -> ChatModel:
    """Read a model folder, compile its network for `device` and warm it up.

    on_progress is called with a stage ("read", "compile", "warm-up", "ready") and the fraction done, 0 to 1.
    Callers keep the result: loading is the expensive part. Raises ModelFolderError.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ModelFolderError(f"There is no model folder {folder}; make it with: python -m export SOURCE --output DIR")
    on_progress("read", 0.0)
    settings = _settings(folder)
    tokenizer = ChatTokenizer(folder)
    template = ChatTemplate(folder)
    on_progress("compile", 0.1)
    network = compile_network(folder, device)
    info = ModelInfo(
        name=folder.resolve().name,
        folder=folder,
        device=device,
        context_length=_context_length(settings),
        vocab_size=network.output("logits").get_partial_shape()[-1].get_length(),
        weights_bytes=(folder / "openvino_model.bin").stat().st_size,
    )
    model = ChatModel(network, tokenizer, template, _end_tokens(settings, tokenizer), info)
    on_progress("warm-up", 0.5)
    model.warm_up()
    on_progress("ready", 1.0)
    return model


def _settings(folder: Path) -> dict:
    """The settings of all the folder's JSON files; where they disagree, generation_config.json wins."""
    settings: dict = {}
    for name in ("tokenizer_config.json", "config.json", "generation_config.json"):
        path = folder / name
        try:
            settings |= json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        except ValueError as error:
            raise ModelFolderError(f"{path} is not valid JSON ({error}); export the model again.") from None
    return settings


def _context_length(settings: dict) -> int:
    for key in ("seq_length", "max_position_embeddings", "n_positions", "model_max_length"):
        if isinstance(settings.get(key), int):
            return settings[key]
    raise ModelFolderError("config.json does not say how long the context is; add max_position_embeddings to it.")


def _end_tokens(settings: dict, tokenizer: ChatTokenizer) -> frozenset[int]:
    ids = settings.get("eos_token_id")
    if ids is None:
        name = settings.get("eos_token") or ""
        ids = tokenizer.token_id(name["content"] if isinstance(name, dict) else name)
    if ids is None:
        raise ModelFolderError(
            "The model folder does not name its end token; add eos_token_id to generation_config.json."
        )
    return frozenset(ids if isinstance(ids, list) else [ids])
