"""Text to tokens and back, from a model folder's `tokenizer.json`."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer

from glm_core.errors import ModelFolderError


class ChatTokenizer:
    """Encodes prompts so that only the template can produce control tokens; gives the bytes of each token."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelFolderError when `tokenizer.json` is missing or of a kind that is not understood."""
        path = folder / "tokenizer.json"
        try:
            spec = json.loads(path.read_text(encoding="utf-8"))
            self._text = _plain_tokenizer(spec)
        except FileNotFoundError:
            raise ModelFolderError(f"{path} is missing; export the model again.") from None
        except Exception as error:  # `tokenizers` raises bare Exception
            raise ModelFolderError(f"{path} cannot be read ({error}); export the model again.") from None
        self._control = {token["content"]: token for token in spec.get("added_tokens", [])}
        longest_first = sorted(self._control, key=len, reverse=True)
        self._control_pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        self._hidden = {token["id"] for token in self._control.values() if token["special"]}
        self._visible = {token["id"]: name for name, token in self._control.items() if not token["special"]}
        self._byte_level = '"ByteLevel"' in json.dumps(spec.get("decoder"))
        self._strips_first_space = '"Strip"' in json.dumps(spec.get("decoder"))
        self._pieces = {index: piece for piece, index in self._text.get_vocab().items()}

    def encode(self, segments: Iterable[tuple[bool, str]]) -> list[int]:
        """Token ids of a prompt given as (is_content, text) segments.

        Control tokens are recognised in segments that are not content, so nothing that a user types becomes
        one. Between two control tokens everything is encoded as one run, as the model's own tokenizer does.
        """
        ids: list[int] = []
        run = ""
        for is_content, text in segments:
            if is_content:
                run += text
                continue
            end = 0
            for match in self._control_pattern.finditer(text):
                token = self._control[match.group()]
                run += text[end : match.start()]
                ids += self._text.encode(run.rstrip() if token["lstrip"] else run).ids
                ids.append(token["id"])
                run, end = "", match.end()
                if token["rstrip"]:
                    end += len(text[end:]) - len(text[end:].lstrip())
            run += text[end:]
        return ids + self._text.encode(run).ids

    def token_id(self, token: str) -> int | None:
        """The id of a control token or a piece, None when there is none of that name."""
        if token in self._control:
            return self._control[token]["id"]
        return self._text.token_to_id(token)

    def token_bytes(self, token: int) -> bytes:
        """The UTF-8 bytes for which a token stands; none for a control token or an unused id."""
        if token in self._hidden:
            return b""
        if token in self._visible:
            return self._visible[token].encode()
        piece = self._pieces.get(token, "")
        if self._byte_level:
            return bytes(_BYTE_OF_CHARACTER[character] for character in piece)
        if re.fullmatch(r"<0x[0-9A-F]{2}>", piece):
            return bytes([int(piece[3:5], 16)])
        return piece.replace("▁", " ").encode()

    @property
    def strips_first_space(self) -> bool:
        """Whether the space at the start of a decoded text is not part of it (SentencePiece's dummy prefix)."""
        return self._strips_first_space


def _plain_tokenizer(spec: dict) -> Tokenizer:
    """The same tokenizer without control tokens and without anything put around the text."""
    return Tokenizer.from_str(json.dumps(spec | {"added_tokens": [], "post_processor": None}))


def _byte_characters() -> dict[str, int]:
    """The byte for which each character of a byte-level vocabulary stands (GPT-2's published table)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(others)}


_BYTE_OF_CHARACTER = _byte_characters()
