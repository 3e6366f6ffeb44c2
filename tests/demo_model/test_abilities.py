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


def test_it_declines_rather_than_answers_what_it_cannot_know(shares):
    # Not yet what it should be: see the table in the README.
    assert shares["decline what it cannot know", "zh"] >= 0.6
    assert shares["decline what it cannot know", "en"] >= 0.4
