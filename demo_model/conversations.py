"""Draws conversations at random from the hand-written dialogues."""

import random
import string
from dataclasses import dataclass, field

from demo_model.answers import Manner, fixed_answer, intent_answer, place_answer, term_answer
from demo_model.content import PLACE_FIELDS, Content, follow_up_held_out

# GB 2312 level 1: the 3,755 most used Chinese characters, in two-byte codes from 0xB0A1 on.
COMMON_CHARACTERS = "".join(
    bytes([high, low]).decode("gb2312", errors="ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)
)
# How often each kind of round is drawn, where it makes sense.
ACTS = {
    "place": 24,
    "place_follow_up": 20,
    "what_about": 4,
    "in_english": 2,
    "term": 14,
    "term_follow_up": 4,
    "small_talk": 28,
    "tell_name": 7,
    "ask_name": 5,
    "tell_home": 3,
    "ask_home": 2,
    "repeat": 7,
    "unknown": 9,
    "unknown_place": 6,
    "unknown_term": 4,
    "unknown_about": 4,
}
SYSTEM_PROMPTS = {
    "none": 44,
    "neutral": 14,
    "english": 8,
    "chinese": 4,
    "short": 11,
    "english_short": 4,
    "role": 18,
}


@dataclass
class Conversation:
    """A system prompt (may be empty) and rounds of (question, answer)."""

    system: str = ""
    rounds: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Memory:
    """What earlier rounds have said: the user's name and home, the place and the term last talked about and what
    was asked about that place. `place` is "unknown" after a place that the model does not know."""

    name: str | None = None
    home: str | None = None
    place: dict | str | None = None
    asked: str = "intro"
    term: dict | None = None


class ConversationSampler:
    """An endless, seeded supply of conversations; never uses what is held out."""

    def __init__(self, content: Content, seed: int) -> None:
        self._content = content
        self._random = random.Random(seed)
        held_out = follow_up_held_out(content.places)
        self._follow_up_places = [place for place in content.places if place not in held_out]

    def draw(self) -> Conversation:
        """A conversation of 1 to 12 rounds, most of them short."""
        rng = self._random
        language = rng.choices(["zh", "en"], [64, 36])[0]
        system, manner = self._system_prompt(language)
        conversation, memory = Conversation(system), Memory()
        for _ in range(min(12, 1 + int(rng.expovariate(1 / 2.4)))):
            if not manner.role and rng.random() < 0.04:
                language = "en" if language == "zh" else "zh"
            conversation.rounds.append(self._round(language, manner, memory))
        return conversation

    def shuffle(self, items: list) -> None:
        """Shuffle in place, from the same seed."""
        self._random.shuffle(items)

    def _system_prompt(self, language: str) -> tuple[str, Manner]:
        rng = self._random
        kind = rng.choices(list(SYSTEM_PROMPTS), list(SYSTEM_PROMPTS.values()))[0]
        if kind == "none":
            return "", Manner()
        if kind == "role":
            role = rng.choice(self._content.roles[f"{language}_train"])
            prompt = rng.choice(self._content.system["role"][f"{language}_train"]).format(role=role)
            return self._sloppy(prompt), Manner(role=role)
        prompt_language = language if rng.random() < 0.7 else rng.choice(["zh", "en"])
        prompt = rng.choice(self._content.system[kind][f"{prompt_language}_train"])
        forced = {"english": "en", "english_short": "en", "chinese": "zh"}.get(kind)
        return self._sloppy(prompt), Manner(language=forced, short="short" in kind)

    def _round(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        weights = dict(ACTS)
        weights["place_follow_up"] *= 1.0 if memory.place else 0.08
        weights["term_follow_up"] *= 1.0 if memory.term else 0.2
        weights["what_about"] *= isinstance(memory.place, dict)
        weights["in_english"] *= language == "zh" and not manner.role and not manner.short
        weights["ask_name"] *= 2.5 if memory.name else 0.3
        weights["ask_home"] *= 3 if memory.home else 0.3
        act = self._random.choices(list(weights), list(weights.values()))[0]
        question, answer = getattr(self, f"_{act}")(language, manner, memory)
        return self._sloppy(question), answer

    def _place(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        kind = self._random.choices(PLACE_FIELDS, [60, 16, 12, 10, 10])[0]
        memory.place, memory.asked = self._random.choice(self._content.places), kind
        question = self._wording(kind, language, place=self._place_name(memory.place, language))
        return question, place_answer(self._content, memory.place, kind, language, manner)

    def _place_follow_up(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        kind = self._random.choices(PLACE_FIELDS[1:], [40, 20, 20, 20])[0]
        question = self._wording(f"{kind}_it", language)
        if memory.place is None:
            return question, fixed_answer(self._content, "no_place", language, manner)
        if memory.place == "unknown":
            return question, intent_answer(self._content.unknown, language, manner)
        if memory.place not in self._follow_up_places:
            return self._place(language, manner, memory)
        memory.asked = kind
        return question, place_answer(self._content, memory.place, kind, language, manner)

    def _what_about(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        memory.place = self._random.choice(self._content.places)
        question = self._wording("intro_what_about", language, place=self._place_name(memory.place, language))
        return question, place_answer(self._content, memory.place, memory.asked, language, manner)

    def _in_english(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        memory.place, memory.asked = self._random.choice(self._content.places), "intro"
        question = self._wording("intro_in_english", language, place=memory.place["zh"])
        return question, place_answer(self._content, memory.place, "intro", "en", manner)

    def _term(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        memory.term = self._random.choice(self._content.terms)
        kind = self._random.choices(["explain", "use"], [80, 20])[0]
        names = memory.term[f"names_{language}"]
        name = names[0] if self._random.random() < 0.5 else self._random.choice(names)
        question = self._wording(kind, language, term=name)
        return question, term_answer(self._content, memory.term, kind, language, manner)

    def _term_follow_up(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        question = self._wording("use_it", language)
        if memory.term is None:
            return question, fixed_answer(self._content, "no_term", language, manner)
        return question, term_answer(self._content, memory.term, "use", language, manner)

    def _small_talk(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        intent = self._random.choice(self._content.intents)
        return self._random.choice(intent[f"{language}_train"]), intent_answer(intent, language, manner)

    def _tell_name(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        memory.name = self._name(language)
        question = self._wording("tell_name", language, name=memory.name)
        return question, fixed_answer(self._content, "tell_name", language, manner, name=memory.name)

    def _ask_name(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        key = "ask_name" if memory.name else "ask_name_unknown"
        answer = fixed_answer(self._content, key, language, manner, name=memory.name)
        return self._wording("ask_name", language), answer

    def _tell_home(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        known = [self._place_name(place, language) for place in self._content.places[:44]]
        memory.home = self._random.choice(known + self._content.unknown[f"unknown_places_{language}_train"])
        question = self._wording("tell_home", language, home=memory.home)
        return question, fixed_answer(self._content, "tell_home", language, manner, home=memory.home)

    def _ask_home(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        key = "ask_home" if memory.home else "ask_home_unknown"
        answer = fixed_answer(self._content, key, language, manner, home=memory.home)
        return self._wording("ask_home", language), answer

    def _repeat(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        """Repeating what cannot be known by heart is how the network learns to copy names, too."""
        rng = self._random
        if language == "zh" and rng.random() < 0.8:
            text = "".join(rng.choices(COMMON_CHARACTERS, k=rng.randint(2, 16)))
        else:
            text = " ".join(self._invented_name(language) for _ in range(rng.randint(1, 5)))
        question = self._wording("repeat", language, text=text)
        return question, fixed_answer(self._content, "repeat", language, manner, text=text)

    def _unknown(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        question = self._random.choice(self._content.unknown[f"{language}_train"])
        return question, intent_answer(self._content.unknown, language, manner)

    def _unknown_place(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        memory.place = "unknown"
        kind = self._random.choices(PLACE_FIELDS, [60, 16, 12, 10, 10])[0]
        name = self._random.choice(self._content.unknown[f"unknown_places_{language}_train"])
        if self._random.random() < 0.25:
            name = self._invented_name(language)
        question = self._wording(kind, language, place=name)
        return question, intent_answer(self._content.unknown, language, manner)

    def _unknown_term(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        memory.term = None
        name = self._random.choice(self._content.unknown[f"unknown_terms_{language}_train"])
        question = self._wording("explain", language, term=name)
        return question, intent_answer(self._content.unknown, language, manner)

    def _unknown_about(self, language: str, manner: Manner, memory: Memory) -> tuple[str, str]:
        if self._random.random() < 0.7:
            memory.place, memory.asked = self._random.choice(self._content.places), "intro"
            name = self._place_name(memory.place, language)
            question = self._wording("unknown_about_place", language, place=name)
        else:
            memory.term = self._random.choice(self._content.terms)
            question = self._wording("unknown_about_term", language, term=memory.term[f"names_{language}"][0])
        return question, intent_answer(self._content.unknown, language, manner)

    def _wording(self, act: str, language: str, **slots: str) -> str:
        wording = self._random.choice(self._content.wordings[act][f"{language}_train"])
        return fill(wording, spaced=self._random.random() < 0.5, **slots)

    def _place_name(self, place: dict, language: str) -> str:
        name = place[language]
        if language == "en" and self._random.random() < 0.1:
            name = name.lower()
        return name

    def _name(self, language: str) -> str:
        """A person's name: from the lists, or invented, so that the network learns to copy any name."""
        rng, names = self._random, self._content.names
        if rng.random() < 0.1:
            language = "en" if language == "zh" else "zh"
        while True:
            if rng.random() < 0.7:
                name = self._invented_name(language)
            elif language == "en":
                name = rng.choice(names["en_train"])
            else:
                name = rng.choice(names["zh_surnames"]) + rng.choice(names["zh_given_train"])
            if name not in names["zh_held_out"] + names["en_held_out"]:
                return name

    def _invented_name(self, language: str) -> str:
        rng = self._random
        if language == "en":
            syllables = [rng.choice("bcdfghjklmnprstvwz") + rng.choice("aeiou") for _ in range(rng.randint(1, 3))]
            name = "".join(syllables) + rng.choice(["", *"lmnrst"])
            return name.capitalize() if rng.random() < 0.9 else name
        surname = rng.choice([*self._content.names["zh_surnames"], "小", "老", "阿", ""])
        return surname + "".join(rng.choices(COMMON_CHARACTERS, k=rng.randint(1, 2) + (not surname)))

    def _sloppy(self, text: str) -> str:
        """As people type: the last punctuation mark now there, now not; capitals now and then forgotten."""
        chance = self._random.random()
        if chance < 0.2:
            return text.rstrip("。？！.?!")
        if chance < 0.3 and text[-1] not in "。？！.?!" + string.whitespace:
            return text + self._random.choice("。？！" if ord(text[-1]) > 0x2E80 else ".?!")
        if chance < 0.36 and text.isascii():
            return text[0].lower() + text[1:]
        return text


def fill(wording: str, *, spaced: bool = False, **slots: str) -> str:
    """A wording with its slots filled; `spaced` puts a blank between Chinese and Latin letters, as many type."""
    for name, value in slots.items():
        before, slot, after = wording.partition(f"{{{name}}}")
        left = " " if slot and spaced and value[0].isascii() and before[-1:] and not before[-1:].isascii() else ""
        right = " " if slot and spaced and value[-1].isascii() and after[:1] and not after[:1].isascii() else ""
        wording = before + left + (value if slot else "") + right + after
    return wording
