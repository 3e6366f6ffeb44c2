"""SentencePiece → tokenizer.json, against SentencePiece itself."""

import pytest
import sentencepiece
from tokenizers import Tokenizer

from demo_model.train import CHECKPOINT
from export.errors import ExportError
from export.tokenizer import convert_sentencepiece


@pytest.fixture(params=["published", "demo"])
def tokenizer_model(request):
    return (
        request.getfixturevalue("published_tokenizer")
        if request.param == "published"
        else CHECKPOINT / "tokenizer.model"
    )


def without_controls(text):
    """Plain `tokenizers` look for control tokens in any text; SentencePiece does not."""
    return not any(token in text for token in ("</s>", "[gMASK]", "<sop>"))


def test_ids_and_texts_are_those_of_sentencepiece(tokenizer_model, varied_texts, tmp_path):
    oracle = sentencepiece.SentencePieceProcessor(str(tokenizer_model))
    convert_sentencepiece(tokenizer_model).save(str(tmp_path / "tokenizer.json"))
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    for text in filter(without_controls, varied_texts):
        ids = oracle.encode(text)
        assert tokenizer.encode(text, add_special_tokens=False).ids == ids, text
        assert tokenizer.decode(ids) == oracle.decode(ids) == text


def test_special_tokens_follow_the_pieces_and_stand_in_front(tokenizer_model):
    pieces = sentencepiece.SentencePieceProcessor(str(tokenizer_model)).vocab_size()
    tokenizer = convert_sentencepiece(tokenizer_model)
    names = ["[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>"]
    assert [tokenizer.token_to_id(name) for name in names] == list(range(pieces, pieces + 5))
    assert tokenizer.encode("你好").ids[:2] == [pieces + 1, pieces + 3]


def test_a_file_that_is_no_bpe_model_is_refused(tmp_path):
    broken = tmp_path / "tokenizer.model"
    broken.write_bytes(b"not a model")
    with pytest.raises(ExportError, match="tokenizer.model"):
        convert_sentencepiece(broken)
    text = tmp_path / "text.txt"
    text.write_text("\n".join(f"word number {number}" for number in range(50)))
    sentencepiece.SentencePieceTrainer.Train(
        input=str(text),
        model_prefix=str(tmp_path / "unigram"),
        model_type="unigram",
        vocab_size=27,
        minloglevel=2,
    )
    with pytest.raises(ExportError, match="BPE model with byte fallback"):
        convert_sentencepiece(tmp_path / "unigram.model")
