"""What stands quietly under an answer, and what is said when there is none."""

from glm_core import ConfigError, PromptTooLongError
from webui.answer import Answer
from webui.words import say


def figures(answer: Answer) -> str:
    """An answer's length, its speed, and why it ended early."""
    notes, chunk = [], answer.chunk
    if chunk:
        notes.append(say("tokens", count=chunk.generated_tokens))
        if chunk.tokens_per_second:
            notes.append(say("speed", speed=chunk.tokens_per_second))
        notes.append(say("first_token", seconds=chunk.time_to_first_token))
    if answer.stopped:
        notes.append(say("stopped"))
    elif chunk and chunk.finish_reason == "length":
        notes.append(say("cut"))
    if chunk and chunk.dropped_rounds:
        notes.append(say("dropped", count=chunk.dropped_rounds))
    return " · ".join(notes)


def reason(error: Exception) -> str:
    """What went wrong, in the visitor's language."""
    if isinstance(error, PromptTooLongError):
        return say("too_long")
    return say("bad_setting" if isinstance(error, ConfigError) else "failed")
