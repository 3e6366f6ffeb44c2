"""The tokens of a conversation, cut to fit the context."""

from collections.abc import Sequence
from dataclasses import dataclass

from glm_core.chat_template import ChatTemplate, Message, check_messages
from glm_core.errors import PromptTooLongError
from glm_core.tokenizer import ChatTokenizer


@dataclass(frozen=True)
class Prompt:
    """ids: the tokens to feed. dropped_rounds: how many of the oldest rounds had no room."""

    ids: list[int]
    dropped_rounds: int


def build_prompt(
    tokenizer: ChatTokenizer, template: ChatTemplate, messages: Sequence[Message], *, limit: int
) -> Prompt:
    """Encode the system prompt, as many of the latest rounds as fit into `limit` tokens, and the question.

    Raises ConfigError for messages that are no conversation, PromptTooLongError when the system prompt and the
    question alone exceed the limit.
    """
    check_messages(messages)
    system = [message for message in messages[:1] if message["role"] == "system"]
    rounds = _rounds(messages[len(system) :])
    for dropped in range(len(rounds)):
        kept = [message for turn in rounds[dropped:] for message in turn]
        ids = tokenizer.encode(template.render(system + kept))
        if len(ids) <= limit:
            return Prompt(ids, dropped)
    raise PromptTooLongError(
        f"The system prompt and the question take {len(ids)} tokens, {len(ids) - limit} more than the {limit} "
        "that fit; shorten them."
    )


def _rounds(messages: Sequence[Message]) -> list[list[Message]]:
    """Groups that start at each question; an answer before the first question is a group of its own."""
    rounds: list[list[Message]] = []
    for message in messages:
        if message["role"] == "user" or not rounds:
            rounds.append([])
        rounds[-1].append(message)
    return rounds
