"""`python -m export SOURCE --output DIR`: see export_model."""

import argparse
import sys

from export import ExportError, export_model
from export.openvino_model import WEIGHTS
from export.progress import Stage


class OneLineParser(argparse.ArgumentParser):
    """Reports a mistaken command line in one line, without the usage in front of it."""

    def error(self, message: str):
        self.exit(2, f"error: {message} (see python -m export --help)\n")


def print_stage(stage: Stage) -> None:
    """Write a stage as one line on stderr, its duration and its note once it has ended."""
    if stage.seconds is None:
        text = f"[{stage.number}/{stage.total}] {stage.title} … "
    else:
        text = f"{stage.seconds:.1f} s{f' ({stage.note})' if stage.note else ''}\n"
    print(text, end="", file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns its exit code."""
    parser = OneLineParser(
        prog="python -m export",
        description="Turn a published ChatGLM checkpoint into a model folder that OpenVINO runs.",
    )
    parser.add_argument("source", metavar="SOURCE", help="folder of the checkpoint: config.json and the weights")
    parser.add_argument("--output", metavar="DIR", required=True, help="model folder to write; must not exist yet")
    parser.add_argument("--weights", choices=WEIGHTS, default="int8", help="precision of the weights (default: int8)")
    parser.add_argument("--onnx", action="store_true", help="keep the ONNX model, in DIR/onnx")
    options = parser.parse_args(arguments)
    try:
        export_model(options.source, options.output, weights=options.weights, onnx=options.onnx, on_stage=print_stage)
    except (ExportError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; nothing was written", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
