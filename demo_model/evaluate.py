"""`python -m demo_model.evaluate`: score the bundled model on wordings, names and places that training never saw.

An answer counts only when it is, word for word, the true sentence of the dialogues (or the declining one).
Every case runs through `glm_core`, greedily, with the model's own earlier answers as the history.
"""

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from demo_model.answers import Manner, fixed_answer, intent_answer, place_answer, term_answer
from demo_model.content import PLACE_FIELDS, Content, follow_up_held_out, load_content
from demo_model.conversations import fill
from glm_core import BUNDLED_MODEL, ChatModel, GenerationConfig, load_model

LANGUAGES = ("zh", "en")
BASIC_INTENTS = ("greet", "who", "thanks", "bye")


@dataclass(frozen=True)
class Case:
    """A conversation whose last answer is scored."""

    ability: str
    language: str
    system: str
    questions: list[str]
    expected: str


def cases(content: Content, seed: int = 0) -> Iterator[Case]:
    """All cases of all abilities, always the same for a seed."""
    for language in LANGUAGES:
        draw = _HeldOut(content, language, random.Random(f"{language}{seed}"))
        yield from _small_talk(content, draw)
        yield from _knowledge(content, draw)
        yield from _follow_ups(content, draw)
        yield from _names(content, draw)
        yield from _repeating(content, draw)
        yield from _system_prompts(content, draw)
        yield from _declining(content, draw)


class _HeldOut:
    """Draws from what training never sees, in one language."""

    def __init__(self, content: Content, language: str, rng: random.Random) -> None:
        self.language, self.rng, self._content = language, rng, content

    def wording(self, act: str, **slots: str) -> str:
        return fill(self.rng.choice(self._content.wordings[act][f"{self.language}_held_out"]), **slots)

    def system(self, kind: str, **slots: str) -> str:
        return self.rng.choice(self._content.system[kind][f"{self.language}_held_out"]).format(**slots)

    def small_talk(self) -> str:
        intent = self.rng.choice(self._content.intents)
        return self.rng.choice(intent[f"{self.language}_held_out"])


def _small_talk(content: Content, draw: _HeldOut) -> Iterator[Case]:
    for intent in content.intents:
        ability = "greet, who, thanks, bye" if intent["id"] in BASIC_INTENTS else "other small talk"
        expected = intent_answer(intent, draw.language, Manner())
        for question in intent[f"{draw.language}_held_out"]:
            yield Case(ability, draw.language, "", [question], expected)


def _knowledge(content: Content, draw: _HeldOut) -> Iterator[Case]:
    language = draw.language
    for term in content.terms:
        for kind in ("explain", "explain", "use"):
            question = draw.wording(kind, term=draw.rng.choice(term[f"names_{language}"]))
            expected = term_answer(content, term, kind, language, Manner())
            yield Case("explain terms", language, "", [question], expected)
    for place in content.places:
        for kind in ("intro", "intro"):
            question = draw.wording(kind, place=place[language])
            expected = place_answer(content, place, kind, language, Manner())
            yield Case("introduce places", language, "", [question], expected)


def _follow_ups(content: Content, draw: _HeldOut) -> Iterator[Case]:
    """Places that never had a follow-up in training; every other time with small talk in between."""
    language = draw.language
    for place in follow_up_held_out(content.places):
        for kind in PLACE_FIELDS[1:]:
            questions = [draw.wording("intro", place=place[language])]
            questions += [draw.small_talk()] if draw.rng.random() < 0.5 else []
            expected = place_answer(content, place, kind, language, Manner())
            yield Case("follow up on a place", language, "", [*questions, draw.wording(f"{kind}_it")], expected)


def _names(content: Content, draw: _HeldOut) -> Iterator[Case]:
    for name in content.names[f"{draw.language}_held_out"]:
        questions = [draw.wording("tell_name", name=name)]
        questions += [draw.small_talk() for _ in range(draw.rng.randint(0, 2))]
        expected = fixed_answer(content, "ask_name", draw.language, Manner(), name=name)
        yield Case("remember a name", draw.language, "", [*questions, draw.wording("ask_name")], expected)


def _repeating(content: Content, draw: _HeldOut) -> Iterator[Case]:
    names = content.names[f"{draw.language}_held_out"]
    for _ in range(24):
        text = " ".join(draw.rng.sample(names, 3))
        yield Case("repeat a text", draw.language, "", [draw.wording("repeat", text=text)], text)


def _system_prompts(content: Content, draw: _HeldOut) -> Iterator[Case]:
    language = draw.language
    manners = {
        "english": ("system: in English", Manner(language="en")),
        "chinese": ("system: in Chinese", Manner(language="zh")),
        "short": ("system: one sentence", Manner(short=True)),
        "english_short": ("system: one sentence", Manner(language="en", short=True)),
        "neutral": ("system: helpful assistant", Manner()),
    }
    for kind, (ability, manner) in manners.items():
        for _ in range(24):
            question, expected = _any_question(content, draw, manner)
            yield Case(ability, language, draw.system(kind), [question], expected)
    for role in content.roles[f"{language}_held_out"] * 2:
        question, expected = _any_question(content, draw, Manner(role=role))
        yield Case("system: a character", language, draw.system("role", role=role), [question], expected)


def _any_question(content: Content, draw: _HeldOut, manner: Manner) -> tuple[str, str]:
    kind = draw.rng.choice(["place", "term", "intent"])
    if kind == "place":
        place = draw.rng.choice(content.places)
        question = draw.wording("intro", place=place[draw.language])
        return question, place_answer(content, place, "intro", draw.language, manner)
    if kind == "term":
        term = draw.rng.choice(content.terms)
        question = draw.wording("explain", term=term[f"names_{draw.language}"][0])
        return question, term_answer(content, term, "explain", draw.language, manner)
    intent = draw.rng.choice([intent for intent in content.intents if intent["id"] in BASIC_INTENTS])
    question = draw.rng.choice(intent[f"{draw.language}_held_out"])
    return question, intent_answer(intent, draw.language, manner)


def _declining(content: Content, draw: _HeldOut) -> Iterator[Case]:
    unknown = content.unknown
    expected = intent_answer(unknown, draw.language, Manner())
    questions = list(unknown[f"{draw.language}_held_out"])
    questions += [draw.wording("intro", place=name) for name in unknown[f"unknown_places_{draw.language}_held_out"]]
    questions += [draw.wording("explain", term=name) for name in unknown[f"unknown_terms_{draw.language}_held_out"]]
    for _ in range(24):
        place, term = draw.rng.choice(content.places), draw.rng.choice(content.terms)
        questions.append(draw.wording("unknown_about_place", place=place[draw.language]))
        questions.append(draw.wording("unknown_about_term", term=term[f"names_{draw.language}"][0]))
    for question in questions:
        yield Case("decline what it cannot know", draw.language, "", [question], expected)


def answer(model: ChatModel, case: Case) -> str:
    """The model's last answer in a case's conversation."""
    config = GenerationConfig(max_tokens=256, top_k=1)
    messages = [{"role": "system", "content": case.system}] if case.system else []
    for question in case.questions:
        messages.append({"role": "user", "content": question})
        text = "".join(chunk.text for chunk in model.generate_iterate(messages, config))
        messages.append({"role": "assistant", "content": text})
    return text


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo_model.evaluate", description=__doc__)
    parser.add_argument("--model", type=Path, default=BUNDLED_MODEL, metavar="DIR")
    parser.add_argument("--failures", action="store_true", help="print every wrong answer")
    options = parser.parse_args()
    model = load_model(options.model)
    scores: dict[str, dict[str, list[bool]]] = {}
    for case in tqdm(list(cases(load_content())), unit="case", disable=not sys.stderr.isatty()):
        given = answer(model, case)
        right = given == case.expected
        scores.setdefault(case.ability, {}).setdefault(case.language, []).append(right)
        if options.failures and not right:
            print(
                f"[{case.ability}] {case.system!r} {case.questions}\n    got      {given}\n    expected {case.expected}"
            )
    print(f"| {'ability':<28} | Chinese       | English       |\n| {'-' * 28} | {'-' * 13} | {'-' * 13} |")
    for ability, by_language in scores.items():
        cells = [
            f"{sum(rights):>3}/{len(rights):<3} {sum(rights) / len(rights):4.0%} " for rights in by_language.values()
        ]
        print(f"| {ability:<28} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
