"""The options after the `--` of `streamlit run chat_robot.py -- …`."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from glm_core import BUNDLED_MODEL


class OptionsError(Exception):
    """The program was started with options that it does not know."""


@dataclass(frozen=True)
class Options:
    """Which model to run, and on what."""

    model: Path
    device: str


class _Parser(argparse.ArgumentParser):
    def error(self, message):  # argparse would end the process, and with it the page that can explain
        raise OptionsError(message)


def parse_options(arguments: list[str]) -> Options:
    """Read the command line's options. Raises OptionsError."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--model", type=Path, default=BUNDLED_MODEL)
    parser.add_argument("--device", default="CPU")
    found = parser.parse_args(arguments)
    return Options(found.model.resolve(), found.device)
