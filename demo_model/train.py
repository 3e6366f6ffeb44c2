"""`python -m demo_model.train`: from the dialogues to a checkpoint in ChatGLM2-6B's published layout."""

import argparse
import math
import shutil
import tempfile
from pathlib import Path

import torch
from tqdm import tqdm
from transformers import GlmConfig, GlmForCausalLM

from demo_model.checkpoint import SPECIAL_TOKENS, save_checkpoint
from demo_model.content import load_content
from demo_model.conversations import ConversationSampler
from demo_model.examples import IGNORED, batches
from demo_model.initial import ROPE_BASE, initialize
from demo_model.tokenizer import PIECES, train_tokenizer
from export.tokenizer import write_tokenizer
from glm_core.chat_template import ChatTemplate
from glm_core.tokenizer import ChatTokenizer

CHECKPOINT = Path(__file__).parent / "checkpoint"
CONTEXT_LENGTH = 768
STEPS = 2400
BATCH = 16  # conversations
PEAK_LEARNING_RATE = 2e-3
WARM_UP_STEPS = 50
END_TOKEN = 2  # </s>


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo_model.train", description=__doc__)
    parser.add_argument("--output", type=Path, default=CHECKPOINT, metavar="DIR", help="checkpoint folder")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"training steps (default: {STEPS})")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    train_tokenizer(load_content(), options.output / "tokenizer.model")
    model = new_model(options.seed)
    train(model, options.output / "tokenizer.model", steps=options.steps, seed=options.seed)
    save_checkpoint(model, options.output, context_length=CONTEXT_LENGTH)
    print(f"Checkpoint written to {options.output}")


def new_model(seed: int) -> GlmForCausalLM:
    """An untrained network of ChatGLM2's architecture, 6.2 million parameters."""
    config = GlmConfig(
        vocab_size=PIECES + SPECIAL_TOKENS,
        hidden_size=256,
        intermediate_size=768,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=64,
        attention_bias=True,
        rms_norm_eps=1e-5,
        max_position_embeddings=CONTEXT_LENGTH,
        rope_parameters={"rope_type": "default", "rope_theta": ROPE_BASE, "partial_rotary_factor": 0.5},
        tie_word_embeddings=False,
        pad_token_id=0,
        eos_token_id=END_TOKEN,
    )
    model = GlmForCausalLM(config)
    initialize(model, seed)
    return model


def train(model: GlmForCausalLM, tokenizer_model: Path, *, steps: int, seed: int) -> None:
    """Train in place, on conversations drawn anew for every batch. The loss counts the answers only."""
    with tempfile.TemporaryDirectory() as folder:
        # The run-time tokenizer and template make the training text, so that the two cannot differ.
        shutil.copyfile(tokenizer_model, Path(folder) / "tokenizer.model")
        (Path(folder) / "config.json").write_text(f'{{"seq_length": {CONTEXT_LENGTH}}}')
        write_tokenizer(Path(folder), Path(folder))
        tokenizer, template = ChatTokenizer(Path(folder)), ChatTemplate(Path(folder))
    sampler = ConversationSampler(load_content(), seed)
    supply = batches(sampler, tokenizer, template, end_token=END_TOKEN, limit=CONTEXT_LENGTH, size=BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_LEARNING_RATE, betas=(0.9, 0.95), weight_decay=0.01)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: schedule(step, steps))
    # bfloat16 halves the time where the CPU has AMX, and is slower than float32 where it has not.
    bfloat16 = torch.cpu._is_amx_tile_supported()
    average = None
    progress = tqdm(range(steps), unit="step", desc="bfloat16" if bfloat16 else "float32", mininterval=5)
    for _ in progress:
        ids, targets = next(supply)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
            counted = targets != IGNORED
            hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state[counted]
            logits = model.lm_head(hidden)
        loss = torch.nn.functional.cross_entropy(logits.float(), targets[counted])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
        average = loss.item() if average is None else 0.98 * average + 0.02 * loss.item()
        progress.set_postfix(loss=f"{average:.4f}", refresh=False)


def schedule(step: int, steps: int) -> float:
    """The share of the peak learning rate: a linear warm-up, then half a cosine down to zero."""
    if step < WARM_UP_STEPS:
        return (step + 1) / WARM_UP_STEPS
    return 0.5 * (1 + math.cos(math.pi * (step - WARM_UP_STEPS) / max(1, steps - WARM_UP_STEPS)))


if __name__ == "__main__":
    main()
