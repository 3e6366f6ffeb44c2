"""The hand-written dialogues of the demonstration model, read from `dialogues/*.toml`."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "dialogues"
PLACE_FIELDS = ("intro", "food", "see", "season", "where")


@dataclass(frozen=True)
class Content:
    """places, terms, intents: one table per subject, as in the files. unknown: what must be declined.

    wordings: how users ask, by act. answers: sentences with slots. system: system prompts by what they ask for.
    roles, names: what fills the slots {role} and {name}.
    """

    places: list[dict]
    terms: list[dict]
    intents: list[dict]
    unknown: dict
    wordings: dict
    answers: dict
    system: dict
    roles: dict
    names: dict


@cache
def load_content() -> Content:
    """All dialogues, with the paraphrases added to what is trained on."""
    files = {path.stem: _read(path) for path in FOLDER.glob("*.toml")}
    wordings = files["wordings"]
    content = Content(
        places=files["cities"]["place"] + files["sights"]["place"],
        terms=files["terms"]["term"],
        intents=files["smalltalk"]["intent"],
        unknown=files["smalltalk"]["unknown"],
        answers=wordings.pop("answers"),
        system=wordings.pop("system"),
        roles=wordings.pop("roles"),
        names=wordings.pop("names"),
        wordings=wordings,
    )
    _add_paraphrases(content)
    return content


def _add_paraphrases(content: Content) -> None:
    """Extend the lists of training wordings by those of `dialogues/paraphrases/`.

    They were written without sight of the held-out wordings; one that is held out all the same is left out.
    """
    targets = {intent["id"]: intent for intent in content.intents} | content.wordings
    targets |= {f"system.{kind}": table for kind, table in content.system.items()}
    targets |= {"roles": content.roles, "unknown": content.unknown}
    for path in sorted((FOLDER / "paraphrases").glob("*.toml")):
        for name, lists in _read(path).items():
            prefix = f"{name}_" if name.startswith("unknown_") else ""
            target = content.unknown if prefix else targets[name]
            for language, texts in lists.items():
                held_out = {bare(text) for text in target[f"{prefix}{language}_held_out"]}
                known = target[f"{prefix}{language}_train"]
                known += [text for text in texts if bare(text) not in held_out and text not in known]


def bare(text: str) -> str:
    """A wording without its blanks, punctuation and capitals: two that are alike in this are the same."""
    return re.sub(r"[\s。？！，、,.?!]", "", text).lower()


def _read(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def follow_up_held_out(places: list[dict]) -> list[dict]:
    """Places about which training never asks a follow-up question, so that scoring can."""
    return places[5::6]
