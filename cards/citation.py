"""Pure: how to cite a set, and how it is evaluated, for machines."""

from __future__ import annotations

from typing import Any

from cards.facts import CLOSE, Card
from cards.frontmatter import written
from cards.licences import MIXED

CITATION = "CITATION.cff"
EVALUATION = "eval.yaml"
FRAMEWORK = "general-bench"
"""What the Hub is to call this way of evaluation; it knows it once it is registered there."""

_SPDX = {
    "afl-3.0": "AFL-3.0", "agpl-3.0": "AGPL-3.0-only", "apache-2.0": "Apache-2.0",
    "bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause", "cc0-1.0": "CC0-1.0",
    "cdla-permissive-1.0": "CDLA-Permissive-1.0", "cdla-permissive-2.0": "CDLA-Permissive-2.0",
    "cdla-sharing-1.0": "CDLA-Sharing-1.0", "gpl-2.0": "GPL-2.0-only", "gpl-3.0": "GPL-3.0-only",
    "isc": "ISC", "lgpl-2.1": "LGPL-2.1-only", "lgpl-3.0": "LGPL-3.0-only", "mit": "MIT",
    "mpl-2.0": "MPL-2.0", "odbl": "ODbL-1.0", "odc-by": "ODC-By-1.0", "pddl": "PDDL-1.0",
    "unlicense": "Unlicense", "zlib": "Zlib",
}  # fmt: skip


def spdx(licence: str) -> str:
    """Return the SPDX id of a licence of the Hub, or nothing."""
    if licence.startswith("cc-by"):
        return licence.upper()
    return _SPDX.get(licence, "")


def address(licence: str) -> str:
    """Return where the text of a licence of the Hub is, or nothing."""
    found = spdx(licence)
    return f"https://spdx.org/licenses/{found}.html" if found else ""


def citation(card: Card) -> str:
    """Return `CITATION.cff`, version 1.2.0 of the Citation File Format."""
    about = card.about
    told: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": card.title,
        "version": about.version,
        "authors": [_author(one) for one in about.authors] or [{"name": about.name}],
        "date-released": about.released,
        "license": "" if about.licence == MIXED else spdx(about.licence),
        "url": about.url,
        "repository": f"https://huggingface.co/datasets/{card.repository}" if card.repository else "",
        "keywords": ["benchmark", "evaluation", *card.tags],
    }  # fmt: skip
    if about.paper:
        told["references"] = [
            {
                "type": "article",
                "title": about.name,
                "url": about.paper,
                "authors": told["authors"],
            }
        ]
    return written({key: value for key, value in told.items() if value})


def _author(name: str) -> dict[str, str]:
    """Part a name of two words or three; anything else is the name of a group."""
    words = name.split()
    group = len(words) not in {2, 3} or words[0].lower() in {"the", "team"}
    if group:
        return {"name": " ".join(words)}
    return {"given-names": " ".join(words[:-1]), "family-names": words[-1]}


def evaluation(card: Card) -> str:
    """Return `eval.yaml`: the tasks of this set that can be evaluated."""
    way = "predictions are scored by the organisers" if card.tree == CLOSE else "references are in it, and results are not ranked"  # fmt: skip
    return written(
        {
            "name": card.title,
            "description": f"{card.title}, version {card.about.version}: {way}. https://huggingface.co/datasets/{card.repository}"
            if card.repository
            else f"{card.title}, version {card.about.version}: {way}.",
            "evaluation_framework": FRAMEWORK,
            "tasks": [
                {"id": t.id, "config": t.id, "split": card.tree} for t in card.configs
            ],
        }
    )
