"""Conversations → training examples: tokens, and what each position should predict."""

from collections.abc import Iterator

import torch

from demo_model.conversations import Conversation, ConversationSampler
from glm_core.chat_template import ChatTemplate
from glm_core.tokenizer import ChatTokenizer

IGNORED = -100  # a position whose prediction does not count: everything but the answers


def encode_conversation(
    conversation: Conversation, tokenizer: ChatTokenizer, template: ChatTemplate, end_token: int, limit: int
) -> tuple[list[int], list[int]]:
    """Token ids and targets of as many rounds as fit into `limit` tokens.

    The prompt of each round is made by the very code that makes it when the model runs. The target after an
    answer's last token is the end token, though the next round follows in the text.
    """
    messages = [{"role": "system", "content": conversation.system}] if conversation.system else []
    ids: list[int] = []
    targets: list[int] = []
    for question, answer in conversation.rounds:
        messages.append({"role": "user", "content": question})
        prompt = template.render(messages)
        start = len(tokenizer.encode(prompt))
        longer = tokenizer.encode([*prompt, (True, answer)])
        if longer[: len(ids)] != ids or len(longer) > limit:
            break
        targets += [IGNORED] * (start - 1 - len(targets)) + longer[start:] + [end_token]
        ids = longer
        messages.append({"role": "assistant", "content": answer})
    return ids, targets


def batches(
    sampler: ConversationSampler,
    tokenizer: ChatTokenizer,
    template: ChatTemplate,
    *,
    end_token: int,
    limit: int,
    size: int,
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Endless batches (ids, targets), int64 [size, longest], padded on the right; alike in length to waste little."""
    while True:
        pool = [encode_conversation(sampler.draw(), tokenizer, template, end_token, limit) for _ in range(16 * size)]
        pool.sort(key=lambda example: len(example[0]))
        groups = [pool[start : start + size] for start in range(0, len(pool), size)]
        sampler.shuffle(groups)
        for group in groups:
            longest = max(len(ids) for ids, _ in group)
            ids = [ids + [0] * (longest - len(ids)) for ids, _ in group]
            targets = [targets + [IGNORED] * (longest - len(targets)) for _, targets in group]
            yield torch.tensor(ids), torch.tensor(targets)
