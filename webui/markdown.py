"""Making a model's answer safe to render as Markdown."""

import re

# Code is left alone: a backslash in it would be shown. An unclosed fence is code to its end, as in Markdown.
_CODE = re.compile(r"(^ *(```|~~~).*?(?:^ *\2|\Z)|(?<!`)(`+)(?!`).+?(?<!`)\3(?!`))", re.MULTILINE | re.DOTALL)

# Outside of code, what Streamlit would turn into something else than the model wrote: prices into
# formulas, images into requests to other machines, and its own :colors[…].
_SURPRISES = re.compile(r"\$|!(?=\[)|:(?=[A-Za-z_])")


def tame(answer: str) -> str:
    """The answer as Markdown in which nothing surprises: no accidental formulas, no images, no directives."""
    parts, end = [], 0
    for code in _CODE.finditer(answer):
        parts += [_SURPRISES.sub(r"\\\g<0>", answer[end : code.start()]), code.group()]
        end = code.end()
    return "".join([*parts, _SURPRISES.sub(r"\\\g<0>", answer[end:])])
