"""The hand-written dialogues of the demonstration model, read from `dialogues/*.toml`."""

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
    """All dialogues."""
    files = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.toml")}
    wordings = files["wordings"]
    return Content(
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


def follow_up_held_out(places: list[dict]) -> list[dict]:
    """Places about which training never asks a follow-up question, so that scoring can."""
    return places[5::6]
