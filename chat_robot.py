"""Entry of `streamlit run chat_robot.py [-- --model DIR --device CPU]`: page set-up and navigation."""

import streamlit as st

from webui import ICON
from webui.entrance import open_entrance
from webui.words import say

st.set_page_config(page_title=say("title"), page_icon=ICON)
st.logo(ICON, size="large")
open_entrance()
pages = [
    st.Page("pages/chat.py", title=say("chat_page"), icon=":material/forum:", default=True),
    st.Page("pages/models.py", title=say("models_page"), icon=":material/deployed_code:"),
]
page = st.navigation(pages, position="hidden")
with st.sidebar.container(gap="xsmall"):
    for target in pages:
        st.page_link(target)
page.run()
