"""Tells the caller of an export which stage it is in, and keeps libraries from telling theirs."""

import contextlib
import io
import logging
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass
class Stage:
    """One step of the export, reported when it begins and again when it has ended."""

    number: int  # from 1
    total: int
    title: str
    seconds: float | None = None  # None while the stage runs
    note: str = ""  # what the user should know about how it went


class Stages:
    """Numbers the stages of one export and reports each to `on_stage`."""

    def __init__(self, total: int, on_stage: Callable[[Stage], None]):
        self._total = total
        self._on_stage = on_stage
        self._number = 0

    @contextlib.contextmanager
    def __call__(self, title: str) -> Iterator[Stage]:
        self._number += 1
        stage = Stage(self._number, self._total, title)
        self._on_stage(stage)
        start = time.perf_counter()
        yield stage
        stage.seconds = time.perf_counter() - start
        self._on_stage(stage)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silence what torch.onnx and NNCF print, log and warn about their own steps."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
