"""Pure: what the samples of a task are known by, in columns that travel between processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from curation.entries import uid
from curation.sources import Accepted, Unfit
from curation.task import Task
from curation.traits import File, files
from curation.words import NOTHING, labels, plain, questions
from validators.gallery import Gallery
from validators.questions import asked


@dataclass(frozen=True)
class Known:
    """A task and its samples, in their order.

    `questions` and `stems` are the digests of `words.questions` one after the other, for
    samples of which nothing but words is asked. `groups` are the contributor's, and empty
    if there is none. `files` and `unread`, what could not be looked at, are by index.
    """

    id: str
    share: float
    shown: str
    ids: Sequence[str]
    uids: Sequence[str]
    labels: Sequence[str | None]
    questions: bytes
    stems: bytes
    groups: Sequence[str | None]
    files: Mapping[int, tuple[File, ...]]
    unread: Mapping[int, str]


def known(accepted: Accepted, gallery: Gallery) -> Known:
    """Gather what the samples of a task are known by.

    Raises:
        Unfit: one of them has no id of its own.
    """
    task = accepted.task
    ids = _ids(task)
    groups = [_group(task, index, accepted.id) for index in range(len(ids))]
    found = gathered(accepted.id, gallery, ids)
    return replace(
        found,
        share=accepted.share,
        labels=labels(task),
        groups=groups if any(groups) else (),
    )


def gathered(name: str, gallery: Gallery, ids: Sequence[str]) -> Known:
    """Gather what the samples of a task are known by, apart from labels and groups."""
    task = gallery.task
    named = files(gallery) if task.media else {}
    seen = {
        index
        for index, (own, unread) in named.items()
        if unread or not all(file.reference for file in own)
    }
    told = _questions(task, seen)
    return Known(
        name,
        0.0,
        task.folder.shown,
        ids,
        [uid(name, sample) for sample in ids],
        [None] * len(ids),
        b"".join(question for question, _ in told),
        b"".join(stem for _, stem in told),
        (),
        {index: own for index, (own, _) in named.items() if own},
        {index: unread for index, (_, unread) in named.items() if unread},
    )


def _ids(task: Task) -> list[str]:
    """Return the ids of a task's samples, if each has one of its own."""
    found: dict[str, int] = {}
    for index, name in enumerate(task.ids):
        if name is None or found.setdefault(name, index) != index:
            what = (
                "has no id"
                if name is None
                else f"has the id {name!r} of another sample"
            )
            raise Unfit(
                f"{task.folder.shown}/{task.sample_at(index)} {what}; the ledger knows "
                f"samples by their ids, see curate validate {task.folder.shown}"
            )
    return list(found)


def _questions(task: Task, seen: set[int]) -> Sequence[tuple[bytes, bytes]]:
    """Digest the words of the samples of which nothing is seen or heard."""
    rows = asked(task)
    if not seen:
        return list(questions(rows))
    told = questions([row for index, row in enumerate(rows) if index not in seen])
    return [(NOTHING, NOTHING) if i in seen else next(told) for i in range(len(rows))]


def _group(task: Task, index: int, task_id: str) -> str | None:
    """Return the contributor's group; a bare number is one of its own source only."""
    given = task.data[index].get("group")
    if not isinstance(given, str) or not given.strip():
        return None
    group = plain(given)
    if any(map(str.isalpha, group)):
        return group
    source = task.envelope.get("data_source")
    return f"{group} of {plain(source) if isinstance(source, str) else task_id}"
