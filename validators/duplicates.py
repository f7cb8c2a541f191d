"""Rules on what is there twice: files, pictures, questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from curation.finding import Fault, Severity, rule
from curation.model import Where
from validators import likeness
from validators.gallery import Collection, Gallery
from validators.image import Image
from validators.media import Media
from validators.questions import Answers, Repeat, question_digests

MAY_REPEAT = frozenset({"mask", "frame"})
"""Kinds that are equal by nature: nothing is masked, nothing moves."""
SEQUENCE = 8
"""Pictures of one sample beyond which they are the frames of a film."""
LONGEST_SHAPE = 4
"""The longer side over the shorter; lines of text vanish in a square thumbnail."""
SHAPES_APART = 1.03
"""Factor by which the shapes of two versions of a picture differ at most."""


def _files(gallery: Gallery) -> Iterator[Media]:
    for path in sorted(gallery.facts):
        media = gallery.facts[path]
        if isinstance(media, Media) and media.kind not in MAY_REPEAT:
            yield media


def _owners(gallery: Gallery, path: str) -> set[str]:
    """Return the samples that name a file, by their number in the annotation."""
    refs = gallery.named_by.get(path, ())
    return {ref.where.pointer.split("/", 3)[2] for ref in refs}


def _twins(
    gallery: Gallery, key: Callable[[Media], object]
) -> Iterator[tuple[Media, Media]]:
    """Yield each file with the first of equal key, unless one sample holds both."""
    first: dict[object, Media] = {}
    for media in _files(gallery):
        mark = key(media)
        twin = first.setdefault(mark, media) if mark else media
        if twin is not media:
            paths = media.where.path, twin.where.path
            if not _owners(gallery, paths[0]) & _owners(gallery, paths[1]):
                yield media, twin


@rule("DUP001", Severity.WARNING)
def same_bytes(gallery: Gallery) -> Iterator[Fault]:
    """Two files of a task are the same byte for byte, under two names.

    Why: what is repeated counts twice, and may come into the Open and the Close set.
    Fix: name one file from all samples, or give both samples the same group.
    """
    for media, twin in _twins(gallery, lambda m: m.sha256):
        yield Fault(media.where, f"the same bytes as {twin.where.path}", media.sample)


def _content(media: Media) -> object:
    blank = isinstance(media, Image) and media.blank
    return (media.kind, media.content) if media.content and not blank else None


@rule("DUP002", Severity.WARNING)
def same_content(gallery: Gallery) -> Iterator[Fault]:
    """Two files of a task differ in their bytes and decode to the same.

    Why: what is repeated counts twice, and may come into the Open and the Close set.
    Fix: name one file from all samples, or give both samples the same group.
    """
    for media, twin in _twins(gallery, _content):
        if media.sha256 != twin.sha256:
            yield Fault(
                media.where, f"decodes to the same as {twin.where.path}", media.sample
            )


def _pictures(gallery: Gallery) -> list[Image]:
    """List the pictures that are shown to a model, each content once."""
    crowd = Counter(o for path in gallery.facts for o in _owners(gallery, path))
    found: dict[object, Image] = {}
    for media in _files(gallery):
        if isinstance(media, Image) and media.kind == "image" and not media.reference:
            long, short = max(media.width, media.height), min(media.width, media.height)
            owners = _owners(gallery, media.where.path)
            film = any(crowd[owner] > SEQUENCE for owner in owners)
            if media.thumb and long <= LONGEST_SHAPE * short and not film:
                found.setdefault(_content(media) or media.sha256, media)
    return list(found.values())


@rule("DUP003", Severity.NOTE)
def near_same_image(gallery: Gallery) -> Iterator[Fault]:
    """An image looks almost like another: scaled, recoloured or compressed again.

    Why: the answer to one gives away the other when they come into different sets.
    Fix: keep one of them, or give their samples the same group.
    """
    pictures = _pictures(gallery)
    nearest: dict[int, tuple[float, int]] = {}
    for first, second, difference in likeness.alike(
        [bytes.fromhex(p.thumb) for p in pictures]
    ):
        if _may_be_versions(gallery, pictures[first], pictures[second]):
            known = nearest.get(second, (difference, first))
            nearest[second] = min(known, (difference, first))
    for second, (difference, first) in sorted(nearest.items()):
        media, twin = pictures[second], pictures[first].where.path
        detail = f"looks like {twin}: {difference:.1f} of 255 grey levels apart"
        yield Fault(media.where, detail, media.sample)


def _may_be_versions(gallery: Gallery, one: Image, other: Image) -> bool:
    shapes = one.width * other.height, other.width * one.height
    owners = _owners(gallery, one.where.path) & _owners(gallery, other.where.path)
    return max(shapes) <= SHAPES_APART * min(shapes) and not owners


@rule("DUP004")
def reference_is_the_input(gallery: Gallery) -> Iterator[Fault]:
    """The file to be made is the file that is given.

    Why: handing back the input scores full marks.
    Fix: name the real target; the two paths were probably mixed up.
    """
    if not any(ref.reference for ref in gallery.task.media):
        return
    for index in range(len(gallery.task.data)):
        named = list(gallery.of_sample(index))
        for ref, media in named:
            given = {
                m.where: m for r, m in named if not r.reference and r.kind == ref.kind
            }
            # Among several inputs, the reference may be the one that is to be chosen.
            if ref.reference and len(given) == 1:
                (shown,) = given.values()
                if media.sha256 == shown.sha256:
                    detail = f"the same bytes as the input {shown.where.path}"
                    yield Fault(ref.where, detail, ref.sample)
                elif _content(media) and _content(media) == _content(shown):
                    detail = f"decodes to the same as the input {shown.where.path}"
                    yield Fault(ref.where, detail, ref.sample)


@rule("DUP005", Severity.WARNING)
def repeated_sample(repeat: Repeat) -> Iterator[Fault]:
    """Two samples of a task ask the same and have the same reference.

    Why: what is repeated counts twice, and may come into the Open and the Close set.
    Fix: drop one of them.
    """
    if repeat.answers is Answers.SAME:
        yield Fault(repeat.where, f"asks and answers the same as {repeat.earlier}")


@rule("DUP006")
def contradicting_answers(repeat: Repeat) -> Iterator[Fault]:
    """Two samples of a task ask the same, and name different labels or choices.

    Why: whatever is answered, one of the two counts as wrong.
    Fix: find out which is right and drop the other, or list both as labels of one sample.
    """
    if repeat.answers is Answers.CONTRADICTING:
        before, now = repeat.said
        detail = f"asks the same as {repeat.earlier}; {now} here, {before} there"
        yield Fault(repeat.where, detail)


@rule("DUP007", Severity.WARNING)
def parted_references(repeat: Repeat) -> Iterator[Fault]:
    """Two samples of a task ask the same, and have different references.

    Why: an answer like the other sample's is scored low although it is known to be good.
    Fix: make them one sample with a list of references, or one question more precise.
    """
    if repeat.answers is Answers.DIFFERENT:
        before, now = repeat.said
        detail = f"asks the same as {repeat.earlier}; {now} here, {before} there"
        yield Fault(repeat.where, detail)


@rule("DUP008", Severity.NOTE)
def files_of_another_task(collection: Collection) -> Iterator[Fault]:
    """Files of a task are also in another task.

    Why: what one task publishes can give away what the other one hides.
    Fix: nothing is wrong with it; see that the tasks are divided in the same way.
    """
    digests: list[dict[object, str]] = [
        {m.sha256: m.where.path for m in _files(gallery)}
        for gallery in collection.galleries
    ]
    yield from _shared(collection, digests, "files")


@rule("DUP009", Severity.NOTE)
def questions_of_another_task(collection: Collection) -> Iterator[Fault]:
    """Samples of a task ask what samples of another task ask.

    Why: what one task publishes can give away what the other one hides.
    Fix: nothing is wrong with it if the tasks differ; if they do not, make them one.
    """
    digests = []
    for gallery in collection.galleries:
        known: dict[object, str] = {}
        for index, digest in enumerate(question_digests(gallery)):
            if digest is not None:
                known[digest] = gallery.task.ids[index] or f"sample {index}"
        digests.append(known)
    yield from _shared(collection, digests, "questions")


def _shared(
    collection: Collection, digests: list[dict[object, str]], what: str
) -> Iterator[Fault]:
    """Say of each two tasks how much the later has in common with the earlier."""
    first: dict[object, int] = {}
    for number, gallery in enumerate(collection.galleries):
        common: dict[int, list[object]] = {}
        for mark in digests[number]:
            owner = first.setdefault(mark, number)
            if owner != number:
                common.setdefault(owner, []).append(mark)
        for owner, marks in common.items():
            other = collection.galleries[owner].task.folder.shown
            here, there = digests[number][marks[0]], digests[owner][marks[0]]
            detail = (
                f"{len(marks)} of {len(digests[number])} {what} are also in {other}; "
                f"{here} is {there} there"
            )
            task = gallery.task
            yield Fault(Where(f"{task.folder.shown}//{task.where.path}"), detail)


RULES = (
    same_bytes,
    same_content,
    near_same_image,
    reference_is_the_input,
    repeated_sample,
    contradicting_answers,
    parted_references,
    files_of_another_task,
    questions_of_another_task,
)
