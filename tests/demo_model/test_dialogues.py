"""What the hand-written dialogues promise to those who train and score on them."""

import re

import pytest

from demo_model.content import PLACE_FIELDS, bare, load_content

CONTENT = load_content()
SENTENCE_END = {"zh": r"[。！？]", "en": r"[.!?](?=\s|$)"}


def sentences(text, language):
    return len(re.findall(SENTENCE_END[language], text))


def test_there_are_forty_places_and_every_field_is_written():
    assert len(CONTENT.places) >= 40
    for place in CONTENT.places:
        assert all(place[f"{field}_{language}"] for field in (*PLACE_FIELDS, "short") for language in ("zh", "en"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_introductions_have_two_to_four_sentences_and_short_answers_one(language):
    for place in CONTENT.places:
        assert 2 <= sentences(place[f"intro_{language}"], language) <= 4, place["en"]
    for subject in CONTENT.places + CONTENT.terms:
        assert sentences(subject[f"short_{language}"], language) == 1, subject


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_answer_about_a_place_names_it(language):
    for place in CONTENT.places:
        for field in PLACE_FIELDS:
            assert place[language].removeprefix("the ") in place[f"{field}_{language}"], (place["en"], field)


def lists_of_wordings():
    tables = {**CONTENT.wordings, **{f"system.{kind}": table for kind, table in CONTENT.system.items()}}
    tables |= {intent["id"]: intent for intent in CONTENT.intents} | {
        "roles": CONTENT.roles,
        "unknown": CONTENT.unknown,
    }
    for name, table in tables.items():
        for key in table:
            if key.endswith("_train"):
                yield pytest.param(table[key], table[key.replace("_train", "_held_out")], id=f"{name}.{key}")


@pytest.mark.parametrize(("train", "held_out"), list(lists_of_wordings()))
def test_what_is_held_out_is_not_trained_on(train, held_out):
    assert not {bare(text) for text in train} & {bare(text) for text in held_out}


def test_names_held_out_are_not_trained_on():
    names = CONTENT.names
    assert not set(names["en_train"]) & set(names["en_held_out"])
    trained = {surname + given for surname in names["zh_surnames"] for given in names["zh_given_train"]}
    assert not trained & set(names["zh_held_out"])
