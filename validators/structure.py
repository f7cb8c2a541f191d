"""Rules on how an annotation file and its envelope are built."""

from __future__ import annotations

from collections.abc import Iterator

from curation.choosing import FamilyChoice
from curation.document import Oddity, TextOddity
from curation.finding import Fault, Severity, rule
from curation.model import MODALITIES, Where, modality, paradigm
from curation.read import Folder, Unusable
from curation.settings import Settings
from curation.task import Drift, Task


def _odd(kinds: set[Oddity], oddity: TextOddity) -> Iterator[Fault]:
    if oddity.kind in kinds:
        yield Fault(oddity.where, oddity.detail)


@rule("STR001")
def no_annotation(unusable: Unusable) -> Iterator[Fault]:
    """No annotation file was found, or it cannot be read.

    Why: without annotation.json nothing says what the files are and what is asked.
    Fix: put annotation.json into the task folder, and let it be read; `curate init` writes one to start from.
    """
    if unusable.kind in {"no-task", "denied"}:
        yield Fault(Where(""), unusable.detail)


@rule("STR002", Severity.WARNING)
def several_annotations(folder: Folder) -> Iterator[Fault]:
    """A task folder holds more than one file that can be its annotation.

    Why: readers take different ones, and a leftover can carry answers that should be hidden.
    Fix: keep annotation.json and move the others out of the folder.
    """
    if len(folder.annotations) > 1:
        used, *others = folder.annotations
        yield Fault(
            Where(used), f"this one is read; also found: {', '.join(others[:5])}"
        )


@rule("STR003")
def not_utf8(oddity: TextOddity) -> Iterator[Fault]:
    """The annotation file is not encoded as UTF-8.

    Why: JSON is UTF-8, and every other guess turns letters into others.
    Fix: save the file as UTF-8.
    """
    yield from _odd({Oddity.NOT_UTF8}, oddity)


@rule("STR004", Severity.WARNING)
def byte_order_mark(oddity: TextOddity) -> Iterator[Fault]:
    """The annotation file starts with a byte-order mark.

    Why: strict JSON readers stop at it.
    Fix: save the file as UTF-8 without a signature.
    """
    yield from _odd({Oddity.BYTE_ORDER_MARK}, oddity)


@rule("STR005")
def not_json(oddity: TextOddity) -> Iterator[Fault]:
    """The annotation file is not JSON, or not an object with a list of samples.

    Why: nothing of the task can be read.
    Fix: mend the place that is named; the object needs task and data.
    """
    yield from _odd({Oddity.NOT_JSON, Oddity.NOT_AN_OBJECT}, oddity)


@rule("STR006")
def duplicate_key(oddity: TextOddity) -> Iterator[Fault]:
    """An object in the annotation file has the same key twice.

    Why: readers keep the last value, so part of what was written is lost in silence.
    Fix: rename or remove one of the two.
    """
    yield from _odd({Oddity.DUPLICATE_KEY}, oddity)


@rule("STR007")
def not_finite(oddity: TextOddity) -> Iterator[Fault]:
    """The annotation file holds NaN or Infinity.

    Why: they are not JSON; strict readers refuse the whole file.
    Fix: write null or leave the value out, and say in the card what its absence means.
    """
    yield from _odd({Oddity.NOT_FINITE}, oddity)


@rule("STR008")
def beyond_bounds(oddity: TextOddity) -> Iterator[Fault]:
    """The annotation file is larger, or nested deeper, than is read.

    Why: such a file stops readers; annotations have fewer than ten levels.
    Fix: split the task, or flatten the value that is nested.
    """
    yield from _odd({Oddity.TOO_DEEP, Oddity.TOO_LARGE}, oddity)


@rule("STR009")
def refused_archive(unusable: Unusable) -> Iterator[Fault]:
    """An archive was refused before anything of it was written.

    Why: members that escape, link or inflate without bound harm whoever unpacks them.
    Fix: pack plain files and folders with relative names, each once.
    """
    if unusable.kind == "refused":
        yield Fault(Where(""), unusable.detail)


@rule("STR010")
def unknown_modality(folder: Folder) -> Iterator[Fault]:
    """A task lies under a folder that is not one of the five modalities.

    Why: the place of a task in the tree decides which board it counts for.
    Fix: use Image, Video, Audio, 3d or NLP, in any case.
    """
    if folder.below and paradigm(folder.below[-1]) and len(folder.below) > 1:
        above = folder.below[-2]
        if modality(above) is None and folder.modality is None:
            yield Fault(
                Where(""), f"the folder {above!r} is none of {', '.join(MODALITIES)}"
            )


@rule("STR011")
def unknown_paradigm(folder: Folder) -> Iterator[Fault]:
    """A task lies under a folder that is neither comprehension nor generation.

    Why: the two are scored apart, and a task in neither is scored nowhere.
    Fix: move the task below comprehension or generation.
    """
    if len(folder.below) > 1 and folder.modality is None:
        kind = modality(folder.below[-2])
        if kind not in {None, "text"} and paradigm(folder.below[-1]) is None:
            yield Fault(Where(""), f"the folder {folder.below[-1]!r} is not a paradigm")


@rule("STR012")
def unknown_family(choice: FamilyChoice) -> Iterator[Fault]:
    """The annotation states a family that does not exist.

    Why: the samples are then checked against a guess.
    Fix: take one of the families of `curate families`, or leave the field out.
    """
    if choice.stated is not None and choice.stated != choice.family:
        yield Fault(
            choice.where, f"{choice.stated!r} is unknown; {choice.family} is used"
        )


@rule("STR013", Severity.NOTE)
def metadata_drift(drift: Drift) -> Iterator[Fault]:
    """A field of the envelope is written otherwise than the documentation says.

    Why: each reader has to know all spellings; this one does, others will not.
    Fix: write it as the schema task.json has it.
    """
    if not drift.missing:
        yield Fault(drift.where, drift.detail)


@rule("STR014", Severity.WARNING)
def metadata_missing(drift: Drift) -> Iterator[Fault]:
    """A field of the envelope that the documentation asks for is missing.

    Why: cards, boards and the choice of the family are made from these fields.
    Fix: add the field; `curate init` writes all of them.
    """
    if drift.missing:
        yield Fault(drift.where, drift.detail)


@rule("STR015")
def no_samples(task: Task) -> Iterator[Fault]:
    """The task has no samples.

    Why: there is nothing to ask.
    Fix: fill data with samples.
    """
    if not task.data:
        yield Fault(task.where.at("data"), "the list is empty")


@rule("STR016", Severity.WARNING)
def few_samples(task: Task, settings: Settings) -> Iterator[Fault]:
    """The task has fewer samples than the benchmark asks for.

    Why: with few samples the score of a task is mostly chance.
    Fix: add samples, or agree on a smaller number and set min_samples in the configuration.
    """
    if 0 < len(task.data) < settings.min_samples:
        yield Fault(
            task.where.at("data"),
            f"{len(task.data)} samples, {settings.min_samples} are asked for",
        )


RULES = (
    no_annotation,
    several_annotations,
    not_utf8,
    byte_order_mark,
    not_json,
    duplicate_key,
    not_finite,
    beyond_bounds,
    refused_archive,
    unknown_modality,
    unknown_paradigm,
    unknown_family,
    metadata_drift,
    metadata_missing,
    no_samples,
    few_samples,
)
