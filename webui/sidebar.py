"""The sidebar: new conversation, settings, language."""

import streamlit as st

from glm_core import GenerationConfig
from webui.conversation import start_anew
from webui.words import LANGUAGES, say

LONGEST_ANSWER = 4096


def new_conversation():
    """The button that begins an empty conversation."""
    icon = ":material/add:"
    st.button(say("new_conversation"), icon=icon, type="primary", width="stretch", on_click=start_anew)


def settings(context_length: int) -> tuple[str, GenerationConfig]:
    """The controls for how the model answers. Returns the system prompt and the generation's settings."""
    usual = GenerationConfig()
    longest = min(LONGEST_ANSWER, context_length)
    st.subheader(say("settings"), anchor=False)
    st.html("<style>[data-testid=InputInstructions] {display: none}</style>")  # always English; leaving it applies
    system_prompt = st.text_area(**_control("system_prompt"), placeholder=say("system_prompt_placeholder"))
    config = GenerationConfig(
        max_tokens=st.slider(
            **_control("max_tokens"),
            value=min(usual.max_tokens, longest),
            min_value=16,
            max_value=longest,
            step=16,
        ),
        temperature=st.slider(
            **_control("temperature"), value=usual.temperature, min_value=0.1, max_value=2.0, step=0.1
        ),
        top_k=st.slider(**_control("top_k"), value=usual.top_k, min_value=1, max_value=100),
        top_p=st.slider(**_control("top_p"), value=usual.top_p, min_value=0.05, max_value=1.0, step=0.05),
    )
    st.caption(say("settings_note"))
    return system_prompt, config


def language_switch():
    """The choice between Chinese and English."""
    st.segmented_control(
        say("language"),
        LANGUAGES,
        default=LANGUAGES[0],
        required=True,
        key="language",
        bind="query-params",  # so that it outlives a reload, and a link can choose it
        width="stretch",
        label_visibility="collapsed",
    )


def _control(name: str) -> dict:
    """What the controls have in common: their value goes along with the next question, without drawing the
    page anew before, and is kept for the session, though another page does not show them."""
    texts = {"label": say(name), "help": say(f"{name}_help")}
    return texts | {"key": name, "on_change": "ignore", "persist_state": "session"}
