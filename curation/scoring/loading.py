"""Edge: backends made of the model files, and of the functions, that a file names."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import schemas
from curation.scoring import backends, recipes
from curation.scoring.backends import Backend
from curation.scoring.digests import hashes
from curation.scoring.metric import Metric
from curation.scoring.models import BY_NAME, Opened, assembled
from curation.scoring.networks import Misfit

FORMAT = "curate-backends/1"
SCHEMA = "backends.json"
_HUB = re.compile(r"hub:(?P<repo>[^/@]+/[^/@]+)(?:@(?P<revision>[^/]+))?/(?P<inner>.+)")


class Misconfigured(Exception):
    """A file of backends cannot be used; the message says why."""


def load(file: Path) -> dict[str, Metric]:
    """Return the metrics that a file of backends makes possible, by id.

    Its form is `schemas/backends.json`. Under `models` it names the files of models: ONNX
    networks, tokenizers, names of classes. A file is a path relative to the file, or
    `hub:ORG/NAME@REVISION/path` for one in the local cache of the Hub; nothing is
    downloaded. Under `functions` it names functions of yours that return a `Backend`, by
    the id of the metric: these alone run code of your choosing.

    Raises:
        Misconfigured: the file, or what it names, cannot be used.
    """
    document = _document(file)
    ready = {
        name: _opened(file, name, entry, document.get("threads", 1))
        for name, entry in document.get("models", {}).items()
    }
    found = _made(ready)
    for id_, entry in document.get("functions", {}).items():
        where = f"{file}#/functions/{id_.replace('/', '~1')}"
        need = backends.NEED_BY_ID.get(id_)
        if need is None:
            known = ", ".join(n.id for n in backends.NEEDS)
            raise Misconfigured(
                f"{where}: no metric of that name needs a backend; there are {known}"
            )
        found[id_] = backends.metric(need, _function(entry, where))
    return found


def _document(file: Path) -> Any:
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise Misconfigured(f"{file}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise Misconfigured(f"{file} is not JSON: {error}") from None
    for fault in schemas.fast_validator(SCHEMA).iter_errors(document):
        pointer = "".join(
            f"/{str(step).replace('/', '~1')}" for step in fault.instance_path
        )
        raise Misconfigured(f"{file}#{pointer}: {fault.message[:300]}")
    return document


def _made(ready: Mapping[str, Opened]) -> dict[str, Metric]:
    """Return the metrics whose models are ready; their definition says which these are."""
    found: dict[str, Metric] = {}
    for recipe in recipes.RECIPES:
        if recipe.metric not in found and all(m in ready for m in recipe.models):
            need = backends.NEED_BY_ID[recipe.metric]
            says = "; ".join(BY_NAME[m].says for m in recipe.models)
            found[recipe.metric] = backends.metric(
                replace(need, needs=says), recipe.make(need, ready)
            )
    return found


def _opened(file: Path, name: str, entry: Mapping[str, Any], threads: int) -> Opened:
    model, where = BY_NAME[name], f"{file}#/models/{name}"
    files = {
        part: located(file, entry[part], f"{where}/{part}") for part in model.parts
    }
    try:
        return assembled(model, files, entry.get("pictures", {}), threads)
    except Misfit as error:
        raise Misconfigured(f"{where}: {error}") from None


def located(file: Path, named: str, where: str) -> Path:
    """Return the path of a model's file, which is relative to *file* or in the Hub's cache.

    Raises:
        Misconfigured: the name is none, or the file is not in the cache.
    """
    if not named.startswith("hub:"):
        return file.parent / named
    match = _HUB.fullmatch(named)
    if match is None:
        raise Misconfigured(f"{where}: {named!r}; expected hub:ORG/NAME@REVISION/path")
    repo, revision, inner = match["repo"], match["revision"], match["inner"]
    try:
        from huggingface_hub import hf_hub_download  # noqa: PLC0415 - an extra
        from huggingface_hub.errors import (  # noqa: PLC0415
            HFValidationError,
            LocalEntryNotFoundError,
        )
    except ImportError:
        raise Misconfigured(
            f"{where}: needs huggingface_hub: pip install 'general-bench-curation[weights]'"
        ) from None
    try:
        return Path(
            hf_hub_download(repo, inner, revision=revision, local_files_only=True)
        )
    except (LocalEntryNotFoundError, HFValidationError, OSError):
        at = f" --revision {revision}" if revision else ""
        raise Misconfigured(
            f"{where}: {named} is not in the cache of the Hub, and nothing is downloaded "
            f"here; fetch it with: hf download {repo} {inner}{at}"
        ) from None


def _function(entry: Mapping[str, Any], where: str) -> Backend:
    target = entry["python"]
    module, _, name = target.partition(":")
    try:
        make: Callable[..., Backend] = getattr(importlib.import_module(module), name)
        return make(**entry.get("options", {}))
    except (ImportError, AttributeError, TypeError, ValueError, OSError) as error:
        raise Misconfigured(f"{where}/python: {target}: {error}") from None


def digest(file: Path) -> str:
    """Hash a file of backends with all files of models that it names, and what runs them.

    Raises:
        Misconfigured: one of them cannot be used.
    """
    lines = [f"\0{d}" for _, d in hashes(file)]
    lines += [f"{name}\0{version}" for name, version in _runtimes()]
    for where, path in _named(file):
        lines += [f"{where}{tail}\0{d}" for tail, d in hashes(path)]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _runtimes() -> Iterator[tuple[str, str]]:
    for name in ("onnxruntime", "tokenizers"):
        with suppress(metadata.PackageNotFoundError):
            yield name, metadata.version(name)


def _named(file: Path) -> Iterator[tuple[str, Path]]:
    for name, entry in _document(file).get("models", {}).items():
        for part in BY_NAME[name].parts:
            yield f"{name}/{part}", located(file, entry[part], f"{name}/{part}")
