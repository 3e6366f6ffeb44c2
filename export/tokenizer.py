"""SentencePiece vocabulary → `tokenizer.json`, with the special tokens that ChatGLM appends after the pieces."""

import json
import shutil
from pathlib import Path

from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, processors

from export.errors import ExportError

TEMPLATES = Path(__file__).parent / "templates"

# Facts of the published tokenization_chatglm.py: these follow the pieces, in this order. It calls the last two
# sop and eop, and never looks for them in text; `tokenizers` would find "sop" in "philosophy", so they get the
# names that GLM-4 has for them.
SPECIAL_TOKENS = ["[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>"]
PREFIX = ["[gMASK]", "<sop>"]


def write_tokenizer(source: Path, output: Path) -> bool:
    """Write tokenizer.json, tokenizer_config.json and chat_template.jinja for the checkpoint folder `source`.

    Returns False, and writes nothing, when the folder has no `tokenizer.model`.
    Raises ExportError when that file is not a BPE model that can be converted exactly.
    """
    model_file = source / "tokenizer.model"
    if not model_file.is_file():
        return False
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    convert_sentencepiece(model_file).save(str(output / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": "<unk>",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "<unk>",
        "padding_side": "left",
        "model_max_length": config["seq_length"],
        "clean_up_tokenization_spaces": False,
    }
    (output / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    shutil.copyfile(TEMPLATES / "chatglm2.jinja", output / "chat_template.jinja")
    return True


def convert_sentencepiece(model_file: Path) -> Tokenizer:
    """Convert a SentencePiece BPE model with byte fallback to a `tokenizers.Tokenizer` with the same ids.

    SentencePiece merges the neighbours whose union has the best score, wherever they come from; `tokenizers`
    wants every pair that may be merged, best first. Control and byte pieces take part in no merge, so text
    that spells one never becomes it. Raises ExportError for a model that this does not describe.
    """
    proto = sentencepiece_model_pb2.ModelProto()
    try:
        proto.ParseFromString(model_file.read_bytes())
    except Exception as error:  # protobuf's own error class differs between its implementations
        raise ExportError(f"{model_file} is not a SentencePiece model ({error}); download it again.") from None
    trainer, normalizer = proto.trainer_spec, proto.normalizer_spec
    if trainer.model_type != trainer.BPE or not trainer.byte_fallback or normalizer.name != "identity":
        raise ExportError(f"{model_file} is not a BPE model with byte fallback and without normalization.")

    ids = {piece.piece: index for index, piece in enumerate(proto.pieces)}
    scores = {piece.piece: piece.score for piece in proto.pieces if piece.type == piece.NORMAL}
    merges = [
        (-scores[piece], ids[left], ids[right], left, right)
        for piece in scores
        for cut in range(1, len(piece))
        if (left := piece[:cut]) in scores and (right := piece[cut:]) in scores
    ]
    merges.sort()

    tokenizer = Tokenizer(
        models.BPE(
            vocab=ids,
            merges=[(left, right) for *_, left, right in merges],
            unk_token=trainer.unk_piece,
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    control = [piece.piece for piece in proto.pieces if piece.type in (piece.CONTROL, piece.UNKNOWN)]
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in control + SPECIAL_TOKENS]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=[*PREFIX, "$A"], special_tokens=[(token, tokenizer.token_to_id(token)) for token in PREFIX]
    )
    return tokenizer
