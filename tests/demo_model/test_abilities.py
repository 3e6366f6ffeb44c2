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


def test_every_ability_holds_in_both_languages(shares):
    assert len(shares) == 26
    assert {key: share for key, share in shares.items() if share < 0.8} == {}
