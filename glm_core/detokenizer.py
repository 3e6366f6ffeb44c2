"""Tokens to text while they stream."""

import codecs

from glm_core.tokenizer import ChatTokenizer


class StreamDetokenizer:
    """Turns tokens into text one by one and never emits half a character.

    A Chinese character or an emoji may be several byte tokens; its bytes wait until it is complete. The pieces
    add up to what the tokens decode to as a whole, bytes that are no UTF-8 becoming U+FFFD in both.
    """

    def __init__(self, tokenizer: ChatTokenizer) -> None:
        self._tokenizer = tokenizer
        self._utf8 = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._at_start = tokenizer.strips_first_space

    def push(self, token: int) -> str:
        """The text that this token completes; empty while a character is incomplete."""
        data = self._tokenizer.token_bytes(token)
        if self._at_start and data:
            data = data.removeprefix(b" ")
            self._at_start = False
        return self._utf8.decode(data)

    def finish(self) -> str:
        """What is left at the end: U+FFFD when the last character stayed incomplete, else nothing."""
        return self._utf8.decode(b"", final=True)
