"""The models page: what is running, and how to run a larger model."""

import streamlit as st

from webui import sidebar
from webui.entrance import require_entrance
from webui.loading import the_model
from webui.words import say

LABEL_WIDTH = 130

require_entrance()
with st.sidebar:
    sidebar.language_switch()

st.title(say("models_page"), anchor=False)
info = the_model().info
st.subheader(say("running_model"), anchor=False)
with st.container(border=True, gap="xsmall"):
    for label, value in (
        ("model_name", info.name),
        ("model_folder", str(info.folder)),
        ("model_size", f"{info.weights_bytes / 1e6:,.1f} MB"),
        ("model_context", say("token_count", count=info.context_length)),
        ("model_vocabulary", say("token_count", count=info.vocab_size)),
        ("model_device", info.device),
    ):
        with st.container(horizontal=True):  # side by side even on a telephone, unlike columns
            st.markdown(f":gray[{say(label)}]", width=LABEL_WIDTH)
            st.text(value, width="stretch")

st.subheader(say("larger"), anchor=False)
st.markdown(say("larger_note"))
export = f"python -m export {say('export_source')} --output models/chatglm2-6b --weights int4"
for step, command in (
    ("step_install", "pip install -r requirements-export.txt"),
    ("step_export", export),
    ("step_start", "streamlit run chat_robot.py -- --model models/chatglm2-6b"),
):
    st.markdown(say(step))
    st.code(command, language="bash", wrap_lines=True)
