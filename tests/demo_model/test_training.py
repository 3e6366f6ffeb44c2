"""From dialogues to examples to a checkpoint in the published layout."""

import json

import numpy as np
import openvino as ov
import torch
from safetensors.torch import load_file

from demo_model.checkpoint import save_checkpoint
from demo_model.content import load_content
from demo_model.conversations import Conversation, ConversationSampler
from demo_model.examples import IGNORED, encode_conversation
from demo_model.train import CHECKPOINT, END_TOKEN, new_model
from export import export_model
from glm_core import BUNDLED_MODEL
from glm_core.detokenizer import StreamDetokenizer
from glm_core.prompt import build_prompt


def test_conversations_are_the_same_for_a_seed_and_hold_nothing_back():
    drawn = [ConversationSampler(load_content(), seed) for seed in (1, 1, 2)]
    first, again, other = ([sampler.draw() for _ in range(50)] for sampler in drawn)
    assert first == again != other
    texts = [text for conversation in first for round in conversation.rounds for text in (*round, conversation.system)]
    assert not [text for text in texts if "{" in text]


def test_no_held_out_name_or_question_is_ever_drawn():
    content, sampler = load_content(), ConversationSampler(load_content(), 3)
    held_out = {question for intent in content.intents for question in intent["zh_held_out"] + intent["en_held_out"]}
    names = content.names["zh_held_out"] + content.names["en_held_out"]
    for conversation in (sampler.draw() for _ in range(3000)):
        for question, answer in conversation.rounds:
            assert question not in held_out
            assert not [name for name in names if answer in (f"你叫{name}。", f"Your name is {name}.")]


def test_targets_are_the_answers_after_the_very_prompts_of_the_engine(tokenizer, template):
    conversation = Conversation("请简短回答。", [("我叫张三", "你好，张三！"), ("我叫什么？", "你叫张三。")])
    ids, targets = encode_conversation(conversation, tokenizer, template, END_TOKEN, 1000)
    assert len(ids) == len(targets)

    answers, start = [], None
    for position, target in enumerate(targets):
        if target != IGNORED and start is None:
            start = position
        if target == END_TOKEN:
            answers.append((start + 1, targets[start:position]))
            start = None
    messages = [{"role": "system", "content": conversation.system}]
    for (question, answer), (prompt_length, target) in zip(conversation.rounds, answers, strict=True):
        messages.append({"role": "user", "content": question})
        assert build_prompt(tokenizer, template, messages, limit=1000).ids == ids[:prompt_length]
        detokenizer = StreamDetokenizer(tokenizer)
        assert "".join(map(detokenizer.push, target)) == answer
        messages.append({"role": "assistant", "content": answer})


def test_rounds_beyond_the_limit_are_left_out(tokenizer, template):
    conversation = Conversation("", [("你好", "你好！")] * 20)
    ids, targets = encode_conversation(conversation, tokenizer, template, END_TOKEN, 100)
    assert 50 < len(ids) <= 100
    assert targets[-1] == END_TOKEN


def test_an_untrained_network_already_repeats_what_it_has_never_seen():
    """The planted copying heads: after A B C … A, it says B, whatever the tokens are."""
    model = new_model(seed=3).eval()
    tokens = torch.Generator().manual_seed(0)
    name, other = (torch.randint(300, model.config.vocab_size, (8, 12), generator=tokens) for _ in range(2))
    with torch.no_grad():
        predicted = model(torch.cat([other, name, other, name], dim=1)).logits.argmax(-1)
    assert (predicted[:, -12:-1] == name[:, 1:]).float().mean() > 0.9


def test_the_saved_checkpoint_computes_what_the_trained_model_computes(tmp_path):
    """Fusing q, k, v and renaming, then our exporter: the logits of transformers' GlmForCausalLM."""
    model = new_model(seed=5).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(std=0.1)
            parameter.copy_(parameter.half().float())
    checkpoint = tmp_path / "checkpoint"
    checkpoint.mkdir()
    save_checkpoint(model, checkpoint, context_length=768)
    export_model(checkpoint, tmp_path / "exported", weights="fp16")

    ids = np.random.default_rng(0).integers(0, model.config.vocab_size, (1, 40))
    network = ov.Core().compile_model(
        tmp_path / "exported" / "openvino_model.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    logits = network(
        {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "position_ids": np.arange(40)[None],
            "beam_idx": np.zeros(1, np.int32),
        }
    )["logits"]
    with torch.no_grad():
        expected = model(torch.from_numpy(ids)).logits.numpy()
    np.testing.assert_allclose(logits, expected, atol=1e-3)


def test_the_committed_checkpoint_is_in_the_published_layout_and_small():
    config = json.loads((CHECKPOINT / "config.json").read_text())
    assert (config["model_type"], config["multi_query_attention"], config["add_qkv_bias"]) == ("chatglm", True, True)
    tensors = load_file(CHECKPOINT / "model.safetensors")
    head, groups = config["kv_channels"], config["multi_query_group_num"]
    qkv = config["num_attention_heads"] * head + 2 * groups * head
    for layer in range(config["num_layers"]):
        name = f"transformer.encoder.layers.{layer}.self_attention.query_key_value"
        assert tensors[f"{name}.weight"].shape == (qkv, config["hidden_size"])
        assert tensors[f"{name}.bias"].shape == (qkv,)
    embedding = tensors["transformer.embedding.word_embeddings.weight"]
    assert not torch.equal(embedding, tensors["transformer.output_layer.weight"])
    assert sum(path.stat().st_size for path in CHECKPOINT.iterdir()) <= 16e6
    assert sum(path.stat().st_size for path in BUNDLED_MODEL.iterdir()) <= 12e6
