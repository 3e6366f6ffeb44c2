import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import openvino as ov
import pytest

from glm_core import BUNDLED_MODEL, GenerationConfig, ModelFolderError, PromptTooLongError, load_model
from glm_core.network import KVCache, compile_network
from glm_core.tokenizer import ChatTokenizer

GREEDY = GenerationConfig(top_k=1, max_tokens=128)


def ask(question, *history, system=""):
    messages = [{"role": "system", "content": system}] if system else []
    for asked, answered in history:
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
    return [*messages, {"role": "user", "content": question}]


def text(model, messages, config=GREEDY):
    return "".join(chunk.text for chunk in model.generate_iterate(messages, config))


@pytest.fixture(scope="module")
def ids():
    return np.random.default_rng(0).integers(300, 4000, 40).tolist()


def test_logits_are_those_of_the_whole_network(ids):
    """The engine computes the last position's logits only, and a prompt in pieces; neither may change them."""
    whole = ov.Core().compile_model(BUNDLED_MODEL / "openvino_model.xml", "CPU").create_infer_request()
    length = len(ids)
    expected = whole.infer(
        {
            "input_ids": np.array([ids]),
            "attention_mask": np.ones((1, length), np.int64),
            "position_ids": np.arange(length)[None],
            "beam_idx": np.zeros(1, np.int32),
        }
    )["logits"][0]
    network = compile_network(BUNDLED_MODEL, "CPU")
    at_once = KVCache(network).forward(ids)
    cache = KVCache(network)
    cache.forward(ids[:25])
    in_pieces = [cache.forward([token]) for token in ids[25:]][-1].copy()
    assert at_once.shape == expected[-1].shape
    # The kernels may round to bfloat16 or INT8, differently for one row than for many.
    assert np.corrcoef(at_once, expected[-1])[0, 1] > 0.999
    assert np.corrcoef(in_pieces, expected[-1])[0, 1] > 0.99


def test_an_answer_streams_in_pieces_and_says_why_it_ended(model):
    chunks = list(model.generate_iterate(ask("请介绍一下上海?"), GREEDY))
    assert sum(bool(chunk.text) for chunk in chunks) > 5
    assert "上海" in "".join(chunk.text for chunk in chunks)
    assert [chunk.finish_reason for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1].finish_reason == "stop"
    assert [chunk.generated_tokens for chunk in chunks[:-1]] == list(range(1, len(chunks)))
    assert chunks[-1].generated_tokens == len(chunks) - 1
    assert chunks[-1].time_to_first_token > 0 and chunks[-1].tokens_per_second > 0


def test_max_tokens_ends_an_answer(model):
    chunks = list(model.generate_iterate(ask("请介绍一下上海?"), GenerationConfig(top_k=1, max_tokens=3)))
    assert [chunk.finish_reason for chunk in chunks] == [None, None, "length"]
    assert text(model, ask("请介绍一下上海?")).startswith("".join(chunk.text for chunk in chunks))


def test_the_history_explains_a_follow_up(model):
    told = ("你好，我叫王小明。", "你好，王小明！很高兴认识你。")
    assert "王小明" in text(model, ask("我叫什么名字？", told))
    assert "王小明" not in text(model, ask("我叫什么名字？"))


def test_the_system_prompt_acts(model):
    answer = text(model, ask("请介绍一下北京。", system="请用英文回答。"))
    assert "Beijing" in answer and answer.isascii()


def test_a_seed_repeats_an_answer_and_high_temperature_varies_it(model):
    def sampled(seed):
        config = GenerationConfig(temperature=2, top_k=1000, top_p=1, seed=seed, max_tokens=24)
        return text(model, ask("你好"), config)

    assert sampled(1) == sampled(1)
    assert len({sampled(seed) for seed in range(5)}) > 1


def test_closing_the_generator_stops_the_model(model, monkeypatch):
    steps = []
    forward = KVCache.forward
    monkeypatch.setattr(KVCache, "forward", lambda self, ids: steps.append(len(ids)) or forward(self, ids))
    generator = model.generate_iterate(ask("请介绍一下上海?"), GREEDY)
    next(generator)
    next(generator)
    generator.close()
    assert len(steps) == 2  # the prefill gave the first token, one decode step the second
    assert list(generator) == []


def test_conversations_at_once_get_the_answers_they_get_alone(model):
    questions = ["请介绍一下上海?", "什么是 KV 缓存？", "Tell me about Paris.", "你好", "谢谢你", "介绍一下长城"]
    alone = [text(model, ask(question)) for question in questions]
    with ThreadPoolExecutor(len(questions)) as threads:
        assert list(threads.map(lambda question: text(model, ask(question)), questions)) == alone
    assert len(set(alone)) > 3


def test_a_full_context_drops_the_oldest_rounds_and_reports_it(model):
    history = [("请介绍一下上海?", text(model, ask("请介绍一下上海?")))] * 40
    last = list(model.generate_iterate(ask("我叫什么名字？", *history, ("我叫周小鹿", "你好，周小鹿！")), GREEDY))[-1]
    assert last.dropped_rounds > 0
    assert last.prompt_tokens <= model.info.context_length - GREEDY.max_tokens


def test_an_answer_ends_where_the_context_ends(model):
    config = GenerationConfig(top_k=1000, temperature=2, top_p=1, seed=0, max_tokens=100_000)
    question = "天" * (model.info.context_length * 2 // 3)
    last = list(model.generate_iterate(ask(question), config))[-1]
    assert last.prompt_tokens + last.generated_tokens <= model.info.context_length


def test_a_question_longer_than_the_context_is_refused(model):
    with pytest.raises(PromptTooLongError, match="more than the"):
        next(model.generate_iterate(ask("啊龘" * model.info.context_length), GREEDY))


def test_progress_is_reported_up_to_the_end():
    seen = []
    load_model(BUNDLED_MODEL, on_progress=lambda stage, fraction: seen.append((stage, fraction)))
    assert [stage for stage, _ in seen] == ["read", "compile", "warm-up", "ready"]
    assert [fraction for _, fraction in seen] == sorted(fraction for _, fraction in seen)
    assert seen[-1] == ("ready", 1.0)


def test_a_device_that_is_not_there_names_those_that_are():
    with pytest.raises(ModelFolderError, match="no device TPU here; choose one of: .*CPU"):
        load_model(BUNDLED_MODEL, device="TPU")


@pytest.fixture
def copied_model(tmp_path):
    return shutil.copytree(BUNDLED_MODEL, tmp_path / "model")


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("openvino_model.xml", None, "has no openvino_model.xml"),
        ("openvino_model.xml", "<net>", "openvino_model.xml cannot be read"),
        ("openvino_model.bin", None, "openvino_model"),
        ("tokenizer.json", None, "tokenizer.json is missing"),
        ("chat_template.jinja", None, "has no chat_template.jinja"),
        ("chat_template.jinja", "{% for %}", "chat template .* not valid"),
        ("generation_config.json", "{", "generation_config.json is not valid JSON"),
    ],
)
def test_a_damaged_folder_says_what_is_wrong(copied_model, name, content, complaint):
    (copied_model / name).unlink()
    if content is not None:
        (copied_model / name).write_text(content)
    with pytest.raises(ModelFolderError, match=complaint) as error:
        load_model(copied_model)
    assert "\n" not in str(error.value)


def test_a_truncated_network_says_what_is_wrong(copied_model):
    weights = copied_model / "openvino_model.bin"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelFolderError, match="openvino_model"):
        load_model(copied_model)


def test_several_end_tokens_are_all_honoured(copied_model, model):
    """As GLM-4 has: the answer ends at whichever comes first."""
    path = copied_model / "generation_config.json"
    first = ChatTokenizer(BUNDLED_MODEL).encode([(True, text(model, ask("你好")))])
    middle = first[len(first) // 2]
    path.write_text(json.dumps(json.loads(path.read_text()) | {"eos_token_id": [2, middle]}))
    shortened = text(load_model(copied_model), ask("你好"))
    assert text(model, ask("你好")).startswith(shortened)
    assert len(shortened) < len(text(model, ask("你好")))
