import json
import shutil

import pytest
import sentencepiece
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from export.tokenizer import write_tokenizer
from glm_core import BUNDLED_MODEL, ModelFolderError
from glm_core.chat_template import ChatTemplate
from glm_core.detokenizer import StreamDetokenizer
from glm_core.tokenizer import ChatTokenizer

CONVERSATION = [
    {"role": "system", "content": "请用英文回答。"},
    {"role": "user", "content": "你好, who are you?"},
    {"role": "assistant", "content": "I am Xiaoyan."},
    {"role": "user", "content": "  介绍一下 上海 👍\n\n谢谢"},
]


@pytest.fixture(scope="module")
def published(published_tokenizer, tmp_path_factory):
    """A folder with the tokenizer files that the exporter makes of the published vocabulary."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copyfile(published_tokenizer, folder / "tokenizer.model")
    (folder / "config.json").write_text('{"seq_length": 32768}')
    assert write_tokenizer(folder, folder)
    return folder


def stream(tokenizer, ids):
    detokenizer = StreamDetokenizer(tokenizer)
    return [*(detokenizer.push(token) for token in ids), detokenizer.finish()]


def test_prompts_are_tokenized_as_transformers_does(published):
    for folder in (published, BUNDLED_MODEL):
        oracle = PreTrainedTokenizerFast.from_pretrained(folder)
        text = oracle.apply_chat_template(CONVERSATION, tokenize=False, add_generation_prompt=True)
        segments = ChatTemplate(folder).render(CONVERSATION)
        assert "".join(part for _, part in segments) == text
        assert ChatTokenizer(folder).encode(segments) == oracle.encode(text, add_special_tokens=False)


def test_a_prompt_is_what_the_published_code_builds(published, published_tokenizer):
    """ChatGLM2's build_prompt and tokenizer: [gMASK] sop, then the whole text through SentencePiece."""
    oracle = sentencepiece.SentencePieceProcessor(str(published_tokenizer))
    text = "[Round 1]\n\n问：你好\n\n答：你好！有什么可以帮你？\n\n[Round 2]\n\n问：1+1=?\n\n答："
    messages = [
        {"role": "user", "content": "你好"},
        {"role": "assistant", "content": "你好！有什么可以帮你？"},
        {"role": "user", "content": "1+1=?"},
    ]
    ids = ChatTokenizer(published).encode(ChatTemplate(published).render(messages))
    assert ids == [64790, 64792, *oracle.encode(text)]


@pytest.mark.parametrize(
    "typed", ["[gMASK]", "<sop>", "[gMASK]<sop>", "sop", "</s>", "<s>", "<|user|>", "<0x0A>", "\ufdd0</s>\ufdd1"]
)
def test_what_a_user_types_never_becomes_a_control_token(published, typed):
    for folder in (published, BUNDLED_MODEL):
        tokenizer, template = ChatTokenizer(folder), ChatTemplate(folder)
        spec = json.loads((folder / "tokenizer.json").read_text())
        control = {token["id"] for token in spec["added_tokens"]}

        def prompt(content, tokenizer=tokenizer, template=template):
            return tokenizer.encode(template.render([{"role": "user", "content": content}]))

        ordinary = [token for token in prompt("好") if token in control]
        assert [token for token in prompt(typed) if token in control] == ordinary
        assert [token for token in prompt(f"a{typed}b {typed}") if token in control] == ordinary
        seen = "".join(stream(tokenizer, prompt(typed)))
        assert typed.strip("\ufdd0\ufdd1") in seen


def test_streamed_pieces_add_up_to_what_sentencepiece_decodes(published, published_tokenizer, varied_texts):
    oracle = sentencepiece.SentencePieceProcessor(str(published_tokenizer))
    tokenizer = ChatTokenizer(published)
    for text in varied_texts:
        ids = oracle.encode(text)
        pieces = stream(tokenizer, ids)
        assert "".join(pieces) == oracle.decode(ids) == text
        assert "\ufffd" not in "".join(pieces)


def test_no_piece_holds_half_a_character(published, published_tokenizer):
    ids = sentencepiece.SentencePieceProcessor(str(published_tokenizer)).encode("龘🫎")
    assert len(ids) > 6
    assert [piece for piece in stream(ChatTokenizer(published), ids) if piece] == ["龘", "🫎"]


def test_an_answer_cut_within_a_character_ends_in_a_replacement_character(published):
    tokenizer = ChatTokenizer(published)
    first_byte_of_an_emoji = tokenizer.token_id("<0xF0>")
    assert stream(tokenizer, [first_byte_of_an_emoji]) == ["", "\ufffd"]
    assert "".join(stream(tokenizer, [first_byte_of_an_emoji, tokenizer.token_id("你好")])) == "\ufffd你好"


def test_byte_level_vocabularies_of_other_families_stream_too(tmp_path, varied_texts):
    other = Tokenizer(models.BPE())
    other.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    other.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=["<|im_end|>"]
    )
    other.train_from_iterator(["你好，世界 hello world"] * 5, trainer)
    other.save(str(tmp_path / "tokenizer.json"))
    tokenizer = ChatTokenizer(tmp_path)
    for text in varied_texts:
        ids = tokenizer.encode([(True, text)])
        assert "".join(stream(tokenizer, ids)) == text
    assert tokenizer.encode([(False, "<|im_end|>")]) == [other.token_to_id("<|im_end|>")]
    assert other.token_to_id("<|im_end|>") not in tokenizer.encode([(True, "<|im_end|>")])


def test_a_missing_or_broken_tokenizer_says_which_file(tmp_path):
    with pytest.raises(ModelFolderError, match="tokenizer.json is missing"):
        ChatTokenizer(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ModelFolderError, match=r"tokenizer.json cannot be read"):
        ChatTokenizer(tmp_path)
