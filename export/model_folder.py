"""Everything in the model folder besides the network: configuration, tokenizer, chat template."""

import json
from pathlib import Path

import openvino as ov

# What ChatGLM2's and ChatGLM3's own chat() samples with.
SAMPLING = {"do_sample": True, "temperature": 0.8, "top_p": 0.8}


def write_configuration(config: dict, folder: Path) -> None:
    """Write config.json, as published, and the generation_config.json that follows from it."""
    _write_json(folder / "config.json", config)
    tokens = {name: config[name] for name in ("eos_token_id", "pad_token_id") if name in config}
    _write_json(folder / "generation_config.json", tokens | SAMPLING)


def write_tokenizer_files(source: Path, folder: Path) -> str:
    """Write the tokenizer, for `tokenizers` and for OpenVINO, and the chat template.

    Returns a note for the user when the source has no tokenizer.model and nothing was written, else "".
    """
    # Imported here because transformers, which the conversion needs, takes seconds to load.
    from export.tokenizer import write_tokenizer

    if not write_tokenizer(source, folder):
        return f"{source} has no tokenizer.model: the network is exported alone"

    from openvino_tokenizers import convert_tokenizer
    from transformers import PreTrainedTokenizerFast

    fast = PreTrainedTokenizerFast.from_pretrained(folder)
    tokenizer, detokenizer = convert_tokenizer(fast, with_detokenizer=True)
    ov.save_model(tokenizer, folder / "openvino_tokenizer.xml")
    ov.save_model(detokenizer, folder / "openvino_detokenizer.xml")
    return ""


def _write_json(file: Path, content: dict) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
