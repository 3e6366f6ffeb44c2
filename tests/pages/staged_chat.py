"""`streamlit run` with a model made slow, so that a browser has the time to see it load, and to interrupt it.

Loading waits for a file called GO in the folder where the program was started, and prints LOADED. The answers
are the real model's; only a question that begins with ECHO comes back as the answer, to show how the page
renders whatever a model may say.
"""

import sys
import time
from contextlib import closing
from pathlib import Path

from streamlit.web import cli

import glm_core

GO = "go"
ECHO = "复读："
LOADED = "the model was loaded"
SECONDS_PER_STEP = 0.2

load_model = glm_core.load_model


def load_slowly(folder, *, device, on_progress):
    """Load the real model, when it is time to, and make it answer slowly."""
    on_progress("read", 0.0)
    while not Path(GO).exists():
        time.sleep(0.05)
    model = load_model(folder, device=device, on_progress=on_progress)
    generate = model.generate_iterate

    def generate_slowly(messages, config):
        question = messages[-1]["content"]
        with closing(generate(messages, config)) as chunks:
            for chunk in chunks:
                if question.startswith(ECHO):
                    object.__setattr__(chunk, "text", question.removeprefix(ECHO))
                    object.__setattr__(chunk, "finish_reason", "stop")
                yield chunk
                if chunk.finish_reason:
                    return
                time.sleep(SECONDS_PER_STEP)

    model.generate_iterate = generate_slowly
    print(LOADED, flush=True)
    return model


if __name__ == "__main__":
    glm_core.load_model = load_slowly
    sys.argv = ["streamlit", "run", *sys.argv[1:]]
    cli.main()
