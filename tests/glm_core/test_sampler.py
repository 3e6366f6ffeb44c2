import numpy as np
import pytest
import torch
from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from glm_core import GenerationConfig
from glm_core.sampler import Sampler, distribution


@pytest.fixture
def logits():
    return np.random.default_rng(0).normal(0, 3, 500).astype(np.float32)


@pytest.mark.parametrize("temperature", [0.2, 0.8, 1.0, 2.0])
@pytest.mark.parametrize("top_k", [2, 50, 10_000])
@pytest.mark.parametrize("top_p", [0.1, 0.8, 1.0])
def test_the_distribution_is_that_of_transformers(logits, temperature, top_k, top_p):
    scores = torch.from_numpy(logits)[None]
    for warper in (TemperatureLogitsWarper(temperature), TopKLogitsWarper(top_k), TopPLogitsWarper(top_p)):
        scores = warper(None, scores)
    expected = scores.softmax(-1)[0].numpy()

    config = GenerationConfig(temperature=temperature, top_k=top_k, top_p=top_p)
    tokens, probabilities = distribution(logits, config)

    ours = np.zeros(len(logits))
    ours[tokens] = probabilities
    np.testing.assert_allclose(ours, expected, atol=1e-6)
    if top_p < 1:
        assert len(tokens) == np.count_nonzero(expected)


def test_draws_follow_the_distribution(logits):
    config = GenerationConfig(temperature=1.5, top_k=5, top_p=1, seed=1)
    sampler, draws = Sampler(config), 20_000
    counts = np.bincount([sampler.draw(logits) for _ in range(draws)], minlength=len(logits))
    tokens, probabilities = distribution(logits, config)
    # Pearson's chi-squared with 4 degrees of freedom exceeds 18.5 once in a thousand.
    assert (((counts[tokens] - draws * probabilities) ** 2) / (draws * probabilities)).sum() < 18.5
    assert counts.sum() == counts[tokens].sum()


def test_top_k_of_one_is_greedy(logits):
    assert Sampler(GenerationConfig(top_k=1, temperature=2)).draw(logits) == logits.argmax()


def test_the_same_seed_draws_the_same_and_another_does_not(logits):
    def draws(seed):
        sampler = Sampler(GenerationConfig(seed=seed, top_p=1, temperature=2))
        return [sampler.draw(logits) for _ in range(50)]

    assert draws(7) == draws(7)
    assert draws(7) != draws(8)


def test_a_vocabulary_smaller_than_top_k_is_no_error():
    tokens, probabilities = distribution(np.array([1.0, 3.0, 2.0], np.float32), GenerationConfig(top_k=50, top_p=1))
    assert tokens.tolist() == [1, 2, 0]
    assert probabilities.sum() == pytest.approx(1)
