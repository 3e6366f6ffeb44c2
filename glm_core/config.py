"""What steers a generation."""

import math
from dataclasses import dataclass

from glm_core.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class GenerationConfig:
    """How an answer is generated. The defaults are those of ChatGLM2's own `chat`, with top-k added.

    max_tokens: the longest answer, in tokens; at least 1.
    top_k: draw among the k likeliest tokens; 1 is greedy decoding.
    top_p: of those, draw among the fewest that hold this share of the probability; 0 < top_p <= 1.
    temperature: divides the logits; below 1 sharpens, above 1 flattens the distribution; 0 < temperature <= 2.
    seed: makes the draw repeatable; None draws anew each time.

    Raises ConfigError, naming the field and its range.
    """

    max_tokens: int = 512
    top_k: int = 50
    top_p: float = 0.8
    temperature: float = 0.8
    seed: int | None = None

    def __post_init__(self) -> None:
        _check_integer("max_tokens", self.max_tokens, 1)
        _check_integer("top_k", self.top_k, 1)
        _check_share("top_p", self.top_p, 1)
        _check_share("temperature", self.temperature, 2)
        if self.seed is not None:
            _check_integer("seed", self.seed, 0)


def _check_integer(field: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ConfigError(f"{field} must be a whole number of at least {least}, not {value!r}.")


def _check_share(field: str, value: object, most: float) -> None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not 0 < value <= most:
        raise ConfigError(f"{field} must be a number above 0 and at most {most}, not {value!r}.")
