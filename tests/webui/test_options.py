"""The command line's options."""

from pathlib import Path

import pytest

from glm_core import BUNDLED_MODEL
from webui.options import OptionsError, parse_options


def test_without_options_the_bundled_model_runs_wherever_one_is(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    options = parse_options([])
    assert (options.model, options.device) == (BUNDLED_MODEL.resolve(), "CPU")


def test_a_model_is_found_from_where_the_user_is(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    options = parse_options(["--model", "models/chatglm2-6b", "--device", "GPU"])
    assert (options.model, options.device) == (Path(tmp_path).resolve() / "models/chatglm2-6b", "GPU")


@pytest.mark.parametrize("wrong", [["--modell", "x"], ["--model"], ["x"], ["--help"]])
def test_wrong_options_are_an_error_that_names_them(wrong):
    with pytest.raises(OptionsError, match=wrong[0]):
        parse_options(wrong)
