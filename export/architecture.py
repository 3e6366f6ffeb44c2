"""The decoder's description, and how to read it from a checkpoint's config.json."""

from dataclasses import dataclass

from export.errors import ExportError


@dataclass(frozen=True)
class Architecture:
    """Everything that the decoder's graph depends on besides the weights."""

    layers: int
    hidden_size: int
    heads: int
    kv_heads: int  # heads of key and value; each serves heads / kv_heads query heads
    head_dim: int
    rotary_dim: int  # the leading part of each head that is rotated, in interleaved pairs
    mlp_size: int  # width of the gated MLP, after the gate
    vocab_size: int
    norm_epsilon: float
    rope_base: float
    position_divisor: float  # rotary angles belong to position / position_divisor
    qkv_bias: bool


def read_architecture(config: dict) -> Architecture:
    """Describe the decoder of a checkpoint from its config.json.

    Raises ExportError for a model_type that is not supported, for a missing value, and for
    variants of the layout that no published model uses.
    """
    model_type = config.get("model_type")
    if model_type not in READERS:
        supported = ", ".join(READERS)
        raise ExportError(f"config.json: model_type {model_type!r} is not supported; supported: {supported}")
    try:
        return READERS[model_type](config)
    except KeyError as error:
        raise ExportError(
            f"config.json has no {error.args[0]}: this is not a checkpoint of the ChatGLM2 layout "
            "(the first ChatGLM-6B is not supported); use ChatGLM2-6B or newer"
        ) from None


def _read_chatglm(config: dict) -> Architecture:
    """The layout of ChatGLM2-6B, config.json as its own configuration_chatglm.py defines it."""
    fixed = {
        "rmsnorm": True,
        "post_layer_norm": True,
        "add_bias_linear": False,
        "apply_residual_connection_post_layernorm": False,
    }
    for name, expected in fixed.items():
        if config.get(name, expected) != expected:
            raise ExportError(f"config.json: {name} = {config[name]} is not supported; it must be {expected}")
    if config.get("quantization_bit"):
        raise ExportError(
            "the checkpoint is already quantized (quantization_bit in config.json); "
            "use the float16 one and choose the precision with --weights"
        )

    heads = config["num_attention_heads"]
    rope_ratio = config.get("rope_ratio", 1)
    # Two published meanings of one key: ChatGLM2-6B-32K interpolates positions (Chen et al. 2023,
    # arXiv:2306.15595); the models after it raise the base instead.
    divides_position = "chatglm2" in config.get("_name_or_path", "").lower()
    return Architecture(
        layers=config["num_layers"],
        hidden_size=config["hidden_size"],
        heads=heads,
        kv_heads=config["multi_query_group_num"] if config["multi_query_attention"] else heads,
        head_dim=config["kv_channels"],
        rotary_dim=config["kv_channels"] // 2,
        mlp_size=config["ffn_hidden_size"],
        vocab_size=config["padded_vocab_size"],
        norm_epsilon=config["layernorm_epsilon"],
        rope_base=10000.0 if divides_position else 10000.0 * rope_ratio,
        position_divisor=float(rope_ratio) if divides_position else 1.0,
        qkv_bias=config["add_qkv_bias"],
    )


READERS = {"chatglm": _read_chatglm}
