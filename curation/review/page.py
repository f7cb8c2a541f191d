"""One page for a reviewer, with all that it shows inside: it loads nothing."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curation import selfcontained
from curation.model import Json
from curation.review import budget, exhibits, finite, sampling
from curation.review.model import Overview
from curation.review.places import by_sample
from curation.review.record import Record
from curation.review.sections import body
from curation.review.submission import Submission
from curation.workers import Engine
from validators.gallery import Gallery

STATIC = Path(__file__).parent / "static"
SCRIPTS = (
    "base",
    "solid",
    "media",
    "sound",
    "sample",
    "record",
    "viewer",
    "decision",
    "page",
)
"""The scripts in the order in which each needs the ones before it."""


def page(
    submission: Submission,
    overview: Overview,
    engine: Engine,
    *,
    record: Record | None = None,
    served: bool = False,
) -> str:
    """Return the page of a submission as HTML.

    Args:
        submission: What was sent in.
        overview: What is known of it.
        engine: Draws the media, such as `rendering.pool` makes one.
        record: The record of the review so far.
        served: Whether a server gives the page; it then saves what is decided, and asks
            for the samples that it does not carry.
    """
    told = record or Record(content=submission.content)
    return written(overview, data(submission, overview, engine), told, served=served)


def written(
    overview: Overview, held: Mapping[str, Json], record: Record, *, served: bool
) -> str:
    """Return the page as HTML, from what `data` has drawn, with that record."""
    style = (STATIC / "page.css").read_text(encoding="utf-8")
    script = _script()
    told = record.told
    whole = {
        **held,
        "record": told,
        "served": {"revision": told["revision"]} if served else None,
    }
    parts = {
        "POLICY": policy(style, script, served=served),
        "TITLE": html.escape(f"Review of {overview.name}"),
        "STYLE": style,
        "SCRIPT": script,
        "BODY": body(overview),
        "DATA": selfcontained.embedded(finite.written(whole)),
    }
    template = (STATIC / "page.html").read_text(encoding="utf-8")
    return selfcontained.filled(template, parts)


def _script() -> str:
    """Return all scripts as one that leaves no names behind."""
    texts = ((STATIC / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    head = 'const data = JSON.parse(document.getElementById("data").textContent);\n'
    return f'"use strict";\n(() => {{\n{head}{"".join(texts)}}})();\n'


def policy(style: str, script: str, *, served: bool) -> str:
    """Return the policy by which a browser runs our script only, and loads nothing."""
    own = f" {selfcontained.OWN}" if served else ""
    media = f"data: blob:{own}"
    where = selfcontained.OWN if served else selfcontained.NONE
    return selfcontained.policy(style, script, img=media, media=media, connect=where)


def data(submission: Submission, overview: Overview, engine: Engine) -> dict[str, Json]:
    """Return what the page knows of the samples, with the media of some of them drawn."""
    tasks: list[dict[str, Json]] = []
    spent = 0
    for gallery in submission.galleries:
        found = by_sample(gallery, _findings(submission, gallery))
        reasons = sampling.chosen(gallery, found)
        told, size = exhibits.task(gallery, reasons)
        spent += size
        chosen = exhibits.chosen(gallery, reasons, found)
        spent += len(finite.written(chosen))
        tasks.append(
            told
            | {
                "path": submission.relative(gallery.task.folder.shown),
                "names": _names(gallery),
                "faults": {
                    str(i): len({f.rule.code for f in some})
                    for i, some in found.items()
                },
                "chosen": chosen,
            }
        )
    drawn = _drawn(submission, tasks, engine, spent)
    return {
        "name": overview.name,
        "content": overview.content,
        "digests": submission.digests,
        "tool": overview.tool,
        "tasks": tasks,
        "drawn": drawn,
        "rubric": [
            {"id": q.id, "question": q.question, "help": q.help}
            for q in overview.rubric
        ],
        "hints": {
            h.question: {"answer": h.answer, "evidence": list(h.evidence)}
            for h in overview.hints
        },
    }


def _findings(submission: Submission, gallery: Gallery) -> list[Any]:
    shown = gallery.task.folder.shown
    return [f for f in submission.report.findings if f.task == shown]


def _drawn(
    submission: Submission,
    tasks: list[dict[str, Json]],
    engine: Engine,
    spent: int,
) -> list[dict[str, Json]]:
    """Draw the media of all chosen samples, and put in what was drawn."""
    shown = [exhibit for task in tasks for exhibit in task["chosen"]]
    wanted = exhibits.keys(shown)
    sizes: dict[exhibits.Key, int] = {}
    for gallery in submission.galleries:
        sizes |= exhibits.sizes(gallery, wanted)
    room = budget.room([(key[1], sizes.get(key, 0)) for key in wanted], spent)
    found = exhibits.drawn(wanted, sizes, engine, submission.settings.limits, room)
    kept = exhibits.trimmed(found, budget.media(spent))
    return exhibits.filled(shown, kept)


def sample(
    submission: Submission, place: int, index: int, engine: Engine
) -> dict[str, Json]:
    """Return all that the page shows of one sample, for a page that asks for it.

    Raises:
        LookupError: there is no such task, or no such sample in it.
    """
    if not 0 <= place < len(submission.galleries):
        raise LookupError(f"there is no task {place}")
    gallery = submission.galleries[place]
    if not 0 <= index < len(gallery.task.data):
        raise LookupError(f"there is no sample {index} in task {place}")
    found = by_sample(gallery, _findings(submission, gallery))
    one = exhibits.exhibit(gallery, index, found.get(index, ()))
    wanted = exhibits.keys([one])
    limits = submission.settings.limits
    sizes = exhibits.sizes(gallery, wanted)
    drawn = exhibits.drawn(wanted, sizes, engine, limits, budget.MOST)
    return {
        "sample": finite.finite(gallery.task.data[index]),
        "exhibit": one,
        "drawn": exhibits.filled([one], drawn),
    }


def _names(gallery: Gallery) -> Mapping[str, str]:
    """Return what the task calls the numbers of its labels."""
    others = gallery.task.envelope.get("others")
    names = others.get("label_names") if isinstance(others, dict) else None
    if not isinstance(names, dict):
        return {}
    return {str(k): str(v)[:60] for k, v in list(names.items())[:1000]}
