"""The bundled model does what the README says of it, on wordings, names and places it was never trained on."""

from collections import defaultdict

import pytest

from demo_model.content import load_content
from demo_model.evaluate import answer, cases


@pytest.fixture(scope="module")
def shares(model):
    """The share of right answers by ability and language."""
    rights = defaultdict(list)
    for case in cases(load_content()):
        rights[case.ability, case.language].append(answer(model, case) == case.expected)
    return {key: sum(values) / len(values) for key, values in rights.items()}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("ability", ["explain terms", "introduce places"])
def test_what_it_knows_it_tells_however_it_is_asked(shares, ability, language):
    assert shares[ability, language] >= 0.9


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_declines_most_of_what_it_cannot_know(shares, language):
    assert shares["decline what it cannot know", language] >= 0.6
