"""Loading the model once for all visitors, with progress that each of them sees."""

import logging
import sys
from threading import Event, Thread

import streamlit as st

from glm_core import ChatError, load_model
from webui.options import Options, OptionsError, parse_options
from webui.words import say

START_COMMAND = "streamlit run chat_robot.py [-- --model DIR --device CPU]"


class Loading:
    """A model on its way into memory.

    A thread loads it, because a click in the page interrupts the script that draws it, and because
    visitors who come meanwhile must see the same progress instead of loading it once more.

    stage, fraction: what is being done, and how much of the whole is done, 0 to 1.
    model, error: one of them is there when loading has ended.
    """

    def __init__(self, options: Options):
        self.options = options
        self.stage, self.fraction = "read", 0.0
        self.model = None
        self.error: Exception | None = None
        self._finished = Event()
        Thread(target=self._load, daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Whether loading has ended, successfully or not, within so many seconds."""
        return self._finished.wait(seconds)

    def _load(self):
        try:
            self.model = load_model(self.options.model, device=self.options.device, on_progress=self._report)
        except Exception as error:  # a thread has nobody to raise to: the page shows what went wrong
            self.error = error
            if not isinstance(error, ChatError):
                logging.exception("The model could not be loaded.")
        self._finished.set()

    def _report(self, stage: str, fraction: float):
        self.stage, self.fraction = stage, fraction


@st.cache_resource(show_spinner=False)
def _loading(options: Options) -> Loading:
    return Loading(options)


def the_model():
    """The model of this program. Shows progress until it is there; or what is wrong, and ends the page."""
    try:
        options = parse_options(sys.argv[1:])
    except OptionsError as error:
        _explain(say("bad_options"), error, say("bad_options_advice"))
        st.stop()
    loading = _loading(options)
    place = st.empty()
    while not loading.wait(0.05):
        with place.container():
            st.subheader(say("loading", name=options.model.name), anchor=False)
            st.progress(loading.fraction, say(f"stage_{loading.stage}", device=options.device))
    place.empty()
    if loading.error:
        _explain(say("bad_folder"), loading.error, say("bad_folder_advice"))
        st.button(say("try_again"), icon=":material/refresh:", on_click=_loading.clear)
        st.stop()
    return loading.model


def _explain(title: str, error: Exception, advice: str):
    st.error(title, icon=":material/error:")
    st.code(str(error), language=None, wrap_lines=True)
    st.markdown(advice)
    st.code(START_COMMAND, language="bash", wrap_lines=True)
