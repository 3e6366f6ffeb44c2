"""A published checkpoint on disk: its config.json and its tensors, memory-mapped, by name."""

import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from export.errors import ExportError

DOWNLOAD_ADVICE = "download the model first, `huggingface-cli download {} --local-dir FOLDER`, and give the folder"


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that was opened; `tensors` reads from the disk only what is used."""

    folder: Path
    config: dict
    tensors: Mapping[str, torch.Tensor]


def open_checkpoint(source: str | Path) -> Checkpoint:
    """Open the checkpoint in a folder without copying any weight into memory.

    Weights may be one file or several with an index, as safetensors or as PyTorch .bin files;
    the latter are unpickled with weights_only=True, so that no code from them can run.
    Raises ExportError when the folder, config.json or a file that the index names is missing or damaged.
    """
    folder = Path(source)
    if not folder.is_dir():
        hub_name = source if str(source).count("/") == 1 else "THUDM/chatglm2-6b"
        raise ExportError(f"{source} is not a folder; {DOWNLOAD_ADVICE.format(hub_name)}")
    config = _read_json(folder / "config.json")
    tensors: dict[str, torch.Tensor] = {}
    for file in _weight_files(folder):
        tensors.update(_map_tensors(file))
    return Checkpoint(folder, config, tensors)


def _weight_files(folder: Path) -> list[Path]:
    for stem, suffix in (("model", "safetensors"), ("pytorch_model", "bin")):
        index = folder / f"{stem}.{suffix}.index.json"
        if index.exists():
            names = sorted(set(_read_json(index)["weight_map"].values()))
            missing = [name for name in names if not (folder / name).is_file()]
            if missing:
                raise ExportError(
                    f"{folder} lacks {', '.join(missing)}, which {index.name} names; download the model again"
                )
            return [folder / name for name in names]
        single = folder / f"{stem}.{suffix}"
        if single.exists():
            return [single]
    raise ExportError(f"{folder} holds no weights (model.safetensors or pytorch_model.bin); download the model again")


def _map_tensors(file: Path) -> dict[str, torch.Tensor]:
    try:
        if file.suffix == ".safetensors":
            with safe_open(file, framework="pt") as shard:
                names = shard.keys()  # safe_open itself is not iterable
                return {name: shard.get_tensor(name) for name in names}
        return torch.load(file, map_location="cpu", weights_only=True, mmap=True)
    except (SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise ExportError(f"{file} is damaged or not a checkpoint ({reason}); download it again") from None


def _read_json(file: Path) -> dict:
    if not file.is_file():
        raise ExportError(
            f"{file.parent} has no {file.name}, so it is not a checkpoint; {DOWNLOAD_ADVICE.format('NAME')}"
        )
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ExportError(f"{file} is not valid JSON ({error}); download it again") from None
