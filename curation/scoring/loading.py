"""Edge: backends loaded from files, or made by functions, that the user names."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from curation.scoring import backends
from curation.scoring.backends import Backend
from curation.scoring.metric import Answer, Floats, Metric


class Misconfigured(Exception):
    """A file of backends cannot be used; the message says why."""


def load(file: Path) -> dict[str, Metric]:
    """Return the metrics that a file of backends makes possible, by id.

    The file is a JSON object from metric id, such as `fid/inception`, to a backend: either
    `{"torchscript": "model.pt", "size": 299, "mean": [...], "std": [...]}`, a module saved
    by TorchScript that takes pictures, batch x 3 x size x size, or
    `{"python": "package.module:name", "options": {...}}`, a function of yours that takes
    the options and returns a `Backend`. Both run code of your choosing: name only what you
    trust. Paths are relative to the file.

    Raises:
        Misconfigured: the file, or what it names, cannot be used.
    """
    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{file}: {error}") from None
    if not isinstance(document, dict):
        raise Misconfigured(f"{file}: expected an object from metric to backend")
    found = {}
    for name, entry in document.items():
        need = backends.NEED_BY_ID.get(name)
        if need is None:
            known = ", ".join(n.id for n in backends.NEEDS)
            raise Misconfigured(
                f"{file}#/{name}: no metric of that name needs a backend; there are {known}"
            )
        found[name] = backends.metric(
            need, _backend(entry, file, f"{file}#/{name.replace('/', '~1')}")
        )
    return found


def _backend(entry: Any, file: Path, where: str) -> Backend:
    match entry:
        case {"torchscript": str(path)}:
            return _torchscript(file.parent / path, entry, where)
        case {"python": str(target)}:
            return _python(target, entry.get("options", {}), where)
    raise Misconfigured(f"{where}: expected an object with torchscript or python")


def _python(target: str, options: Mapping[str, Any], where: str) -> Backend:
    module, _, name = target.partition(":")
    try:
        make: Callable[..., Backend] = getattr(importlib.import_module(module), name)
        return make(**options)
    except (ImportError, AttributeError, TypeError, ValueError, OSError) as error:
        raise Misconfigured(f"{where}/python: {target}: {error}") from None


def _torchscript(path: Path, options: Mapping[str, Any], where: str) -> Backend:
    """Load a TorchScript module that takes normalised pictures."""
    try:
        torch: Any = importlib.import_module("torch")
    except ImportError:
        raise Misconfigured(
            f"{where}: needs torch: pip install 'general-bench-curation[weights]'"
        ) from None
    if not path.is_file():
        raise Misconfigured(f"{where}/torchscript: {path} does not exist")
    try:
        module = torch.jit.load(str(path), map_location="cpu").eval()
    except (RuntimeError, ValueError, OSError) as error:
        raise Misconfigured(f"{where}/torchscript: {path.name}: {error}") from None
    size = int(options.get("size", 224))
    mean, std = (
        np.asarray(options.get(k, d), dtype=np.float32)
        for k, d in (("mean", [0.5] * 3), ("std", [0.5] * 3))
    )

    def backend(answer: Answer, role: str) -> Floats:
        del role
        frames = [answer] if isinstance(answer, np.ndarray) else list(answer)
        batch = np.stack([(resized(f, size) - mean) / std for f in frames]).transpose(
            0, 3, 1, 2
        )
        with torch.no_grad():
            features = module(torch.from_numpy(np.ascontiguousarray(batch)))
        return np.asarray(features.reshape(len(frames), -1).numpy(), dtype=np.float64)

    return backend


def resized(picture: Any, size: int) -> Any:
    """Scale a picture of bytes to size x size x 3, floats from 0 to 1, by areas or bilinear."""
    from PIL import Image  # noqa: PLC0415 - only backends of pictures need it

    scaled = Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(scaled, dtype=np.float32) / 255
