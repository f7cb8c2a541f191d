"""A receipt of a score: what it was computed from, so that anyone can compute it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from curation.model import Json
from curation.scoring.digests import hashes
from curation.scoring.output import at_work
from curation.scoring.references import References
from curation.scoring.table import SOTA_NAMES, sota, task_table

FORMAT = "curate-receipt/1"


class Unusable(Exception):
    """A file is not a receipt; the message says why."""


def predictions_digest(path: Path) -> str:
    """Hash a file of predictions, or all files of a folder, by name and content.

    Links are not followed, so that nothing outside the folder counts.
    """
    lines = sorted(f"{name}\0{digest}" for name, digest in hashes(path))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def make(  # noqa: PLR0913 - what a receipt holds
    model: str,
    predictions: str,
    references: References,
    scores: str,
    *,
    scope: str,
    count: int,
    seed: int,
    extra: Mapping[str, str],
) -> Json:
    """Return the receipt of `scores.json`, whose text is *scores*.

    *predictions* is the hash of what was scored, as `predictions_digest` makes it.
    """
    return {
        "format": FORMAT,
        "model": model,
        "scope": scope,
        "predictions": predictions,
        "references": references.sha256,
        "set_version": references.version,
        "commitment": references.commitment,
        "tables": tables(),
        "settings": {"replicates": count, "seed": seed},
        "extra": dict(extra),
        "versions": at_work(),
        "scores": hashlib.sha256(scores.encode()).hexdigest(),
    }


def tables() -> dict[str, str]:
    """Return the hashes of the task table and of the tables of the state of the art."""
    return {"tasks": task_table().sha256} | {
        name: sota(name).sha256 for name in SOTA_NAMES
    }


def load(file: Path) -> dict[str, Any]:
    """Read a receipt.

    Raises:
        Unusable: it is not one.
    """
    try:
        value = json.loads(file.read_bytes())
    except OSError as error:
        raise Unusable(f"{file}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{file} is not JSON: {error}") from None
    wanted = {
        "model",
        "predictions",
        "references",
        "tables",
        "settings",
        "versions",
        "scores",
    }
    if (
        not isinstance(value, dict)
        or value.get("format") != FORMAT
        or not wanted <= value.keys()
    ):
        raise Unusable(f"{file} is not a receipt that this version reads ({FORMAT})")
    settings = value["settings"]
    if not isinstance(settings, dict) or not all(
        isinstance(settings.get(k), int) for k in ("replicates", "seed")
    ):
        raise Unusable(
            f"{file}#/settings: expected whole numbers for replicates and seed"
        )
    return value


def differences(
    before: Mapping[str, Json], now: Mapping[str, Json]
) -> Iterator[tuple[str, Json, Json]]:
    """Yield what differs between two receipts: name, before, now."""
    for key in (
        "predictions",
        "references",
        "set_version",
        "commitment",
        "tables",
        "extra",
        "versions",
        "scores",
    ):
        one, other = before.get(key), now.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            for part in sorted(one.keys() | other.keys()):
                if one.get(part) != other.get(part):
                    yield f"{key}.{part}", one.get(part), other.get(part)
        elif one != other:
            yield key, one, other
