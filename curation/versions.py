"""Which version of the tool, and of what it decodes with, made a report."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache

DISTRIBUTION = "general-bench-curation"
DECODERS = ("pillow", "soundfile", "av", "decord2", "trimesh", "numpy")


@cache
def versions() -> dict[str, str]:
    """Return name and version of the tool and of each decoder that is installed."""
    found = dict(reversed(installed()))
    return {name: found[name] for name in (DISTRIBUTION, *DECODERS) if name in found}


@cache
def installed() -> tuple[tuple[str, str], ...]:
    """Return the tool and the decoders with their versions, as folders of packages name them.

    The standard library reads the same from the names; to load it for that takes 20 ms.
    """
    found = []
    for folder in sys.path:
        if folder.endswith("-packages") and os.path.isdir(folder):
            for entry in sorted(os.listdir(folder)):
                stem, ending = os.path.splitext(entry)
                name, _, version = stem.partition("-")
                name = name.lower().replace("_", "-")
                if ending == ".dist-info" and name in (DISTRIBUTION, *DECODERS):
                    found.append((name, version))
    return tuple(found)


@cache
def fingerprint() -> str:
    """Return a digest of all that decides what a check finds: our files, the decoders.

    It is made from sizes and times of our own files, so that it costs a millisecond and
    also notices a change that has no version yet.
    """
    digest = hashlib.sha256(repr(installed()).encode())
    root = os.path.dirname(os.path.dirname(__file__))
    for package in ("curation", "schemas", "validators"):
        for folder, _, files in os.walk(os.path.join(root, package)):
            for name in sorted(files):
                if name.endswith((".py", ".json")):
                    facts = os.stat(os.path.join(folder, name))
                    digest.update(
                        f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode()
                    )
    return digest.hexdigest()
