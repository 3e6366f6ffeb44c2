"""`python -m glm_core`: an answer, or a conversation, in the terminal."""

import argparse
import contextlib
import os
import sys
from pathlib import Path
from typing import NoReturn

from glm_core import BUNDLED_MODEL, ChatError, ChatModel, Chunk, GenerationConfig, load_model

with contextlib.suppress(ImportError):  # Windows has none
    import readline  # noqa: F401  gives input() arrow keys, history, and characters wider than one column

INTERRUPTED = 130  # what a shell reports after Ctrl-C


class _OneLineParser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"glm_core: {message} (see python -m glm_core --help)\n")


def main() -> int:
    """Run the command line; returns its exit code: 0, 2 for a user error, 130 after Ctrl-C."""
    options = _parse_options()
    try:
        config = GenerationConfig(
            max_tokens=options.max_tokens,
            top_k=options.top_k,
            top_p=options.top_p,
            temperature=options.temperature,
            seed=options.seed,
        )
        model = load_model(options.model, device=options.device)
        system = [{"role": "system", "content": options.system}] if options.system else []
        if options.prompt is None:
            _converse(model, system, config)
        else:
            _, complete = _answer(model, [*system, {"role": "user", "content": options.prompt}], config)
            return 0 if complete else INTERRUPTED
    except ChatError as error:
        print(f"glm_core: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough; nothing is left to flush to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parse_options() -> argparse.Namespace:
    defaults = GenerationConfig()
    parser = _OneLineParser(
        prog="python -m glm_core",
        description="Answer one prompt, or hold a conversation where no prompt is given.",
    )
    parser.add_argument(
        "--model",
        type=Path,
        default=BUNDLED_MODEL,
        metavar="DIR",
        help="model folder (default: the bundled model)",
    )
    parser.add_argument("--device", default="CPU", help="OpenVINO device: CPU, GPU, NPU or AUTO (default: CPU)")
    parser.add_argument("--prompt", metavar="TEXT", help="the question; without it, a conversation")
    parser.add_argument("--system", metavar="TEXT", default="", help="system prompt")
    parser.add_argument(
        "--max-tokens", type=int, default=defaults.max_tokens, metavar="N", help="longest answer, in tokens"
    )
    parser.add_argument(
        "--top-k",
        type=int,
        default=defaults.top_k,
        metavar="K",
        help="draw among the K likeliest tokens; 1 is greedy",
    )
    parser.add_argument(
        "--top-p",
        type=float,
        default=defaults.top_p,
        metavar="P",
        help="draw among the likeliest tokens that hold this share",
    )
    parser.add_argument(
        "--temperature",
        type=float,
        default=defaults.temperature,
        metavar="T",
        help="below 1 more certain, above 1 more varied",
    )
    parser.add_argument("--seed", type=int, metavar="S", help="makes the answer repeatable")
    return parser.parse_args()


def _answer(model: ChatModel, messages: list[dict[str, str]], config: GenerationConfig) -> tuple[str, bool]:
    """Print the answer to stdout while it is generated, then its figures to stderr.

    Returns the answer and whether it is complete: Ctrl-C stops it and keeps what was said.
    """
    text, chunk = "", None
    try:
        for chunk in model.generate_iterate(messages, config):
            print(chunk.text, end="", flush=True)
            text += chunk.text
    except KeyboardInterrupt:
        print(flush=True)
        print("[stopped]", file=sys.stderr)
        return text, False
    print(flush=True)
    print(_figures(chunk), file=sys.stderr)
    return text, True


def _figures(chunk: Chunk) -> str:
    figures = (
        f"[{chunk.prompt_tokens} prompt tokens, first token after {chunk.time_to_first_token:.2f} s; "
        f"{chunk.generated_tokens} tokens at {chunk.tokens_per_second:.1f} tokens/s"
    )
    if chunk.finish_reason == "length":
        figures += "; cut off at the longest answer allowed"
    if chunk.dropped_rounds:
        figures += f"; {chunk.dropped_rounds} oldest rounds did not fit"
    return figures + "]"


def _converse(model: ChatModel, system: list[dict[str, str]], config: GenerationConfig) -> None:
    """Question and answer in turns until the end of input; /new forgets the conversation, Ctrl-C stops an answer."""
    print("Ask away. /new starts anew, Ctrl-C stops an answer, Ctrl-D ends.", file=sys.stderr)
    messages = list(system)
    while True:
        try:
            question = input("> ").strip()
        except EOFError:
            print(file=sys.stderr)
            return
        if question == "/new":
            messages = list(system)
        elif question:
            messages = _turn(model, messages, question, config)


def _turn(
    model: ChatModel, messages: list[dict[str, str]], question: str, config: GenerationConfig
) -> list[dict[str, str]]:
    """One question and its answer; returns the conversation, unchanged where nothing was answered."""
    asked = [*messages, {"role": "user", "content": question}]
    try:
        text, _ = _answer(model, asked, config)
    except ChatError as error:
        print(f"glm_core: {error}", file=sys.stderr)
        return messages
    return [*asked, {"role": "assistant", "content": text}] if text else messages


if __name__ == "__main__":
    sys.exit(main())
