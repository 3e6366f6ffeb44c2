"""One answer of the model, while it is written and afterwards."""

import logging
from contextlib import closing
from threading import Event, Thread

from glm_core import ChatError


class Answer:
    """An answer that grows.

    A thread of its own writes it: whatever the visitor clicks meanwhile (another page, a setting, the
    language) interrupts the script that draws the page, but not the answer. The page picks it up again.

    text: what has been said so far.
    chunk: the engine's latest chunk, with the figures; None before the first token.
    stopped: the visitor stopped it.
    error: why there is no more, if something went wrong.
    """

    def __init__(self, model, messages: list[dict], config):
        self.text = ""
        self.chunk = None
        self.stopped = False
        self.error: Exception | None = None
        self._written = False
        self._news = Event()
        Thread(target=self._write, args=(model, messages, config), daemon=True).start()

    @property
    def under_way(self) -> bool:
        """Whether more is to come."""
        return not (self._written or self.stopped)

    def wait_for_more(self, seconds: float):
        """Return as soon as there is more to show, or after so many seconds."""
        self._news.wait(seconds)
        self._news.clear()

    def stop(self):
        """Say no more. The model itself ends within one step."""
        if self.under_way:
            self.stopped = True
            self._news.set()

    def _write(self, model, messages, config):
        try:
            with closing(model.generate_iterate(messages, config)) as chunks:
                for chunk in chunks:
                    if self.stopped:
                        break
                    self.text += chunk.text
                    self.chunk = chunk
                    self._news.set()
        except Exception as error:  # a thread has nobody to raise to: the page shows what went wrong
            self.error = error
            if not isinstance(error, ChatError):
                logging.exception("The answer could not be finished.")
        self._written = True
        self._news.set()
