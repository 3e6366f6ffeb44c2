"""The right answer to each kind of question, in the manner that the system prompt asks for."""

from dataclasses import dataclass

from demo_model.content import Content


@dataclass(frozen=True)
class Manner:
    """What the system prompt asks of the answers: a language ("zh", "en", None: the question's), one short
    sentence, a character to play."""

    language: str | None = None
    short: bool = False
    role: str | None = None


def place_answer(content: Content, place: dict, kind: str, language: str, manner: Manner) -> str:
    """What to say about a place: kind is one of PLACE_FIELDS."""
    language = manner.language or language
    if manner.short:
        return place[f"{'short' if kind == 'intro' else kind}_{language}"]
    return in_character(content, place[f"{kind}_{language}"], language, manner)


def term_answer(content: Content, term: dict, kind: str, language: str, manner: Manner) -> str:
    """What to say about a term: kind is "explain" or "use"."""
    language = manner.language or language
    if manner.short:
        return term[f"{'short' if kind == 'explain' else kind}_{language}"]
    return in_character(content, term[f"{kind}_{language}"], language, manner)


def in_character(content: Content, answer: str, language: str, manner: Manner) -> str:
    """The answer, spoken by the character of the system prompt."""
    if not manner.role:
        return answer
    return content.answers[f"role_place_{language}"].format(role=manner.role, answer=answer)


def intent_answer(intent: dict, language: str, manner: Manner) -> str:
    """The answer to small talk, or to a question that must be declined."""
    language = manner.language or language
    style = "short" if manner.short else "role" if manner.role else "answer"
    return intent[f"{style}_{language}"].format(role=manner.role)


def fixed_answer(content: Content, key: str, language: str, manner: Manner, **slots: str | None) -> str:
    """An answer from the table `answers`, its slots filled."""
    return content.answers[f"{key}_{manner.language or language}"].format(**slots)
