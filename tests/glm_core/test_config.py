import math

import pytest

from glm_core import ConfigError, GenerationConfig


@pytest.mark.parametrize(
    ("field", "value", "range_named"),
    [
        ("max_tokens", 0, "at least 1"),
        ("max_tokens", 1.5, "at least 1"),
        ("top_k", 0, "at least 1"),
        ("top_k", True, "at least 1"),
        ("top_p", 0, "above 0 and at most 1"),
        ("top_p", 1.01, "above 0 and at most 1"),
        ("top_p", "0.5", "above 0 and at most 1"),
        ("temperature", 0, "above 0 and at most 2"),
        ("temperature", math.nan, "above 0 and at most 2"),
        ("seed", -1, "at least 0"),
    ],
)
def test_a_bad_value_is_refused_with_its_field_and_range(field, value, range_named):
    with pytest.raises(ConfigError) as error:
        GenerationConfig(**{field: value})
    assert str(error.value).startswith(field)
    assert range_named in str(error.value)
    assert repr(value) in str(error.value)


def test_the_ends_of_the_ranges_are_allowed():
    config = GenerationConfig(max_tokens=1, top_k=1, top_p=1, temperature=2, seed=0)
    assert (config.max_tokens, config.top_p, config.temperature) == (1, 1, 2)
