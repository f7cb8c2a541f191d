"""Which version of the tool, and of what it decodes with, made a report."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "general-bench-curation"
DECODERS = ("pillow", "soundfile", "av", "decord2", "trimesh", "numpy")


@cache
def versions() -> dict[str, str]:
    """Return name and version of the tool and of each decoder that is installed."""
    found = {}
    for name in (DISTRIBUTION, *DECODERS):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


@cache
def fingerprint() -> str:
    """Return a digest of all that decides what a check finds: our files, the decoders.

    It is made from sizes and times of our own files, so that it costs a millisecond and
    also notices a change that has no version yet.
    """
    digest = hashlib.sha256(repr(sorted(versions().items())).encode())
    root = Path(__file__).parent.parent
    for package in ("curation", "schemas", "validators"):
        for file in sorted((root / package).rglob("*")):
            if file.suffix in {".py", ".json"}:
                facts = file.stat()
                digest.update(f"{file.name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
