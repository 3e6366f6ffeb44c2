"""From logits to the next token: temperature, then top-k, then top-p, then the draw."""

import numpy as np

from glm_core.config import GenerationConfig


class Sampler:
    """Draws tokens as a GenerationConfig says; holds the random state of one answer."""

    def __init__(self, config: GenerationConfig) -> None:
        self._config = config
        self._random = np.random.default_rng(config.seed)

    def draw(self, logits: np.ndarray) -> int:
        """The next token's id. `logits`: float32 [vocab]."""
        if self._config.top_k == 1:
            return int(logits.argmax())
        tokens, probabilities = distribution(logits, self._config)
        point = self._random.random()
        index = int(np.searchsorted(probabilities.cumsum(), point, side="right"))
        return int(tokens[min(index, len(tokens) - 1)])


def distribution(logits: np.ndarray, config: GenerationConfig) -> tuple[np.ndarray, np.ndarray]:
    """The tokens that may be drawn, likeliest first, and their probabilities (float64, adding up to 1).

    `logits`: float32 [vocab]. Top-k keeps the k largest logits; top-p keeps the fewest of those whose
    probabilities reach p, so always at least one (Holtzman et al., "The Curious Case of Neural Text
    Degeneration", 2020).
    """
    k = min(config.top_k, len(logits))
    tokens = np.argpartition(logits, -k)[-k:] if k < len(logits) else np.arange(k)
    tokens = tokens[np.argsort(-logits[tokens], kind="stable")]
    scaled = logits[tokens].astype(np.float64) / config.temperature
    probabilities = np.exp(scaled - scaled[0])
    probabilities /= probabilities.sum()
    if config.top_p < 1:
        kept = int(np.searchsorted(probabilities.cumsum(), config.top_p)) + 1
        tokens, probabilities = tokens[:kept], probabilities[:kept]
        probabilities = probabilities / probabilities.sum()
    return tokens, probabilities
