"""The demonstration model's SentencePiece vocabulary, in ChatGLM2's own format."""

import random
from pathlib import Path

import sentencepiece

from demo_model.content import Content
from demo_model.conversations import COMMON_CHARACTERS, fill

PIECES = 5800


def train_tokenizer(content: Content, output: Path) -> None:
    """Write `tokenizer.model`: BPE with byte fallback, no normalization, as ChatGLM2's published one."""
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=iter(tokenizer_texts(content)),
        model_prefix=str(output.with_suffix("")),
        model_type="bpe",
        vocab_size=PIECES,
        character_coverage=1.0,
        required_chars=COMMON_CHARACTERS,  # a name is easier to copy by characters than by bytes
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True,
        split_digits=True,
        max_sentencepiece_length=12,
        max_sentence_length=20000,
        num_threads=2,
        minloglevel=2,
    )
    output.with_suffix(".vocab").unlink()


def tokenizer_texts(content: Content) -> list[str]:
    """Every hand-written text once, its slots filled: a text is not worth more for being drawn more often."""
    rng = random.Random(0)
    slots = {
        "place": [place[key] for place in content.places for key in ("zh", "en")],
        "term": [name for term in content.terms for key in ("names_zh", "names_en") for name in term[key]],
        "name": content.names["en_train"] + content.names["zh_given_train"] + content.names["zh_surnames"],
        "home": content.unknown["unknown_places_zh_train"] + content.unknown["unknown_places_en_train"],
        "role": content.roles["zh_train"] + content.roles["en_train"],
        "answer": [""],
        "text": [""],
    }
    everything = [vars(content)[field] for field in ("places", "terms", "intents", "unknown", "answers", "system")]
    texts = [text for text in _strings([everything, content.wordings]) if text]
    for values in slots.values():
        texts += values
    return [fill(text, **{name: rng.choice(values) for name, values in slots.items()}) for text in sorted(set(texts))]


def _strings(value: object, key: str = "") -> list[str]:
    """All strings of nested tables and lists but those that are held out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item, key)]
    return [text for name, item in value.items() if "held_out" not in name for text in _strings(item, name)]
