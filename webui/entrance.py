"""Every visitor comes in through chat_robot.py.

Until it has run once, Streamlit takes the folder pages/ for pages of their own: a browser that still shows
/models when the program is started anew would get that page alone, without navigation and title. (The same
goes for the navigation that Streamlit would guess from the folder: config.toml switches it off.)
"""

import streamlit as st


def open_entrance():
    """Note that this visitor came in through chat_robot.py."""
    st.session_state.came_in = True


def require_entrance():
    """Send a visitor who did not come in through chat_robot.py there."""
    if "came_in" not in st.session_state:
        st.switch_page("chat_robot.py")
