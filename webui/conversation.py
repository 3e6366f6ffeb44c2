"""The visitor's conversation: a list of rounds in the session."""

from dataclasses import dataclass

import streamlit as st

from webui.answer import Answer


@dataclass
class Round:
    """A question and its answer; no answer yet means that the page is about to start it."""

    question: str
    answer: Answer | None = None


def conversation() -> list[Round]:
    """The rounds so far, oldest first."""
    return st.session_state.setdefault("conversation", [])


def ask(question: str):
    """Put a question. An answer still under way ends here."""
    stop()
    conversation().append(Round(question))


def stop():
    """Stop the answer that is under way, if there is one."""
    for round in conversation():
        if round.answer:
            round.answer.stop()


def start_anew():
    """Forget the conversation and begin an empty one."""
    stop()
    conversation().clear()


def messages(system_prompt: str, rounds: list[Round]) -> list[dict]:
    """What the model is given: the system prompt, the rounds that have an answer, and the last question."""
    *earlier, last = rounds
    found = [{"role": "system", "content": system_prompt}] if system_prompt.strip() else []
    for round in earlier:
        if round.answer and round.answer.text:
            found.append({"role": "user", "content": round.question})
            found.append({"role": "assistant", "content": round.answer.text})
    return [*found, {"role": "user", "content": last.question}]
