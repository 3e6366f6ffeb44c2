"""The chat page, from top to bottom as the visitor sees it."""

import streamlit as st

from webui import ICON, sidebar
from webui.answer import Answer
from webui.conversation import ask, conversation, messages, stop
from webui.entrance import require_entrance
from webui.loading import the_model
from webui.markdown import tame
from webui.notes import figures, reason
from webui.words import say

SUGGESTIONS = ("suggestion_1", "suggestion_2", "suggestion_3", "suggestion_4")
REDRAW_SECONDS = 0.2  # a click in the page is noticed when something is drawn, so draw at least this often


def draw_welcome():
    """What an empty conversation shows: a greeting and questions to begin with."""
    st.title(say("welcome"), anchor=False)
    st.markdown(say("welcome_note"))
    with st.container(horizontal=True):
        for name in SUGGESTIONS:
            st.button(say(name), on_click=ask, args=[say(name)])


def draw_answer(answer: Answer):
    """An answer with its figures; one that is under way grows, above a button that stops it."""
    text, below = st.empty(), st.empty()
    if answer.under_way:
        below.button(say("stop"), icon=":material/stop_circle:", type="tertiary", on_click=stop)
    while answer.under_way:
        text.markdown(tame(answer.text) or f":shimmer[{say('thinking')}]")
        answer.wait_for_more(REDRAW_SECONDS)
    if answer.text:
        text.markdown(tame(answer.text))
    else:
        text.empty()
    if answer.error:
        with below.container():
            st.error(reason(answer.error), icon=":material/error:")
            st.code(str(answer.error), language=None, wrap_lines=True)
    else:
        below.caption(figures(answer))


require_entrance()
with st.sidebar:
    controls = st.container()
    sidebar.language_switch()
model = the_model()
with controls:
    sidebar.new_conversation()
    system_prompt, config = sidebar.settings(model.info.context_length)

question = st.chat_input(say("ask"), key="question")
if question and question.strip():
    ask(question)
rounds = conversation()
welcome = st.empty()  # emptied at once, when the first answer begins; else its buttons would linger below it
if not rounds:
    with welcome.container():
        draw_welcome()
for number, round in enumerate(rounds, 1):
    with st.chat_message("user", avatar=":material/person:"):
        st.text(round.question)
    if round.answer is None:
        round.answer = Answer(model, messages(system_prompt, rounds[:number]), config)
    with st.chat_message("assistant", avatar=str(ICON)):
        draw_answer(round.answer)
