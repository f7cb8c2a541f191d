"""Rules on how a task folder, its annotation file and its ids are built."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from curation.choosing import FamilyChoice
from curation.document import Oddity, TextOddity
from curation.finding import Fault, Severity, rule
from curation.model import MODALITIES, Where, modality, paradigm
from curation.objections import shown
from curation.read import Folder, Unusable
from curation.settings import Settings
from curation.task import Drift, Task
from validators.gallery import Gallery
from validators.media import Named

CROWDED = 10_000
"""Entries of one folder that the Hub accepts at most."""


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


_STRAY = re.compile(
    r"(^|/)(__pycache__|__MACOSX|\.git|\.ipynb_checkpoints|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini|"
    r"[^/]*\.(pyc|swp|tmp|bak|orig)|[^/]*~)$",
    re.IGNORECASE,
)


@rule("STR017", Severity.WARNING)
def stray_file(folder: Folder) -> Iterator[Fault]:
    """A file or folder lies in the task that a program left there.

    Why: it is published with the data, and can tell names or paths of its author's machine.
    Fix: delete it, and tell the program or .gitignore to leave it out.
    """
    for entry in folder.entries:
        if _STRAY.search(entry.path):
            yield Fault(Where(entry.path), "left behind by a program")


MEDIA = frozenset({
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".jp2",
    ".wav", ".flac", ".mp3", ".ogg", ".opus", ".aac", ".m4a", ".wma", ".aif", ".aiff",
    ".mp4", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".m4v",
    ".glb", ".gltf", ".obj", ".ply", ".stl", ".off", ".pcd", ".xyz",
    ".npy", ".npz", ".flo",
})  # fmt: skip
"""Endings of files that a sample is expected to name."""


@rule("STR018", Severity.WARNING)
def unnamed_media(gallery: Gallery) -> Iterator[Fault]:
    """A media file lies in the task, but no sample names it.

    Why: it costs every reader its size, and in a Close set it can be a reference left behind.
    Fix: delete the file, or add the sample that was forgotten.
    """
    named = set(gallery.named_by) | set(gallery.facts)
    folders = tuple(
        f"{r.file}/" for r in gallery.task.media if r.kind == "frames" and r.file
    )
    helpers = {r for f in gallery.facts.values() for r in getattr(f, "references", ())}
    for entry in gallery.task.folder.entries:
        suffix = posixpath.splitext(entry.path)[1].lower()
        if entry.kind != "file" or suffix not in MEDIA or _STRAY.search(entry.path):
            continue
        if entry.path in named or posixpath.basename(entry.path) in helpers:
            continue
        if not (folders and entry.path.startswith(folders)):
            yield Fault(Where(entry.path), "named by no sample")


@rule("STR019")
def crowded_folder(folder: Folder) -> Iterator[Fault]:
    """A folder has more entries than the Hub accepts.

    Why: the upload is refused at 10,000 entries in one folder.
    Fix: spread the files over subfolders.
    """
    counts = Counter(posixpath.dirname(e.path) for e in folder.entries)
    for path, number in sorted(counts.items()):
        if number > CROWDED:
            yield Fault(
                Where(path or "."),
                f"{number:,} entries, at most {CROWDED:,} are accepted",
            )


@rule("STR020")
def absolute_path(named: Named) -> Iterator[Fault]:
    """A sample names a file by an absolute path or an address.

    Why: it exists on one machine only, and tells how that machine is built.
    Fix: write the path relative to the task folder.
    """
    if named.convention == "absolute":
        here = "" if named.entry else "; no such file lies in the task folder"
        yield Fault(named.where, f"{named.ref.given!r}{here}")


@rule("STR021")
def path_leaves_folder(named: Named) -> Iterator[Fault]:
    """A path leads out of the task folder.

    Why: what lies outside is not part of the contribution, and is never opened.
    Fix: put the file into the task folder and name it from there.
    """
    if named.convention == "outside":
        yield Fault(named.where, f"{named.ref.given!r} is not opened")


@rule("STR022", Severity.WARNING)
def backslash_in_path(named: Named) -> Iterator[Fault]:
    """A path is written with backslashes.

    Why: outside Windows a backslash is part of the name, and the file is not found.
    Fix: write forward slashes.
    """
    if "\\" in named.ref.given:
        yield Fault(named.where, f"{named.ref.given!r}")


@rule("STR023")
def link(folder: Folder) -> Iterator[Fault]:
    """A link lies in the task folder.

    Why: links do not survive an upload or an archive, can lead anywhere, and are not followed.
    Fix: put a copy of the file in its place.
    """
    for entry in folder.entries:
        if entry.kind == "link":
            yield Fault(Where(entry.path), "a symbolic link")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


@rule("STR024")
def names_alike(folder: Folder) -> Iterator[Fault]:
    """Two names differ only in upper and lower case, or in their Unicode form.

    Why: on Windows and macOS they are one file, and one of the two is lost.
    Fix: rename one of them.
    """
    seen: dict[str, str] = {}
    for entry in folder.entries:
        parent, name = posixpath.split(entry.path)
        twin = seen.setdefault(f"{parent}/{_folded(name)}", entry.path)
        if twin != entry.path:
            yield Fault(
                Where(entry.path), f"differs from {twin!r} only in case or Unicode form"
            )


_RESERVED = re.compile(
    r'[<>:"|?*\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)',
    re.IGNORECASE,
)


@rule("STR025", Severity.WARNING)
def name_impossible_on_windows(folder: Folder) -> Iterator[Fault]:
    """A file has a name that cannot exist on Windows.

    Why: a download of the whole data set fails there.
    Fix: use letters, digits, dots, hyphens and underscores; not CON, NUL and the like.
    """
    for entry in folder.entries:
        name = posixpath.basename(entry.path)
        if _RESERVED.search(name):
            yield Fault(Where(entry.path), f"{name!r} is not a possible name there")


def _wants_ids(task: Task) -> bool:
    return "id" in task.family.schema["$defs"]["sample"].get("required", ("id",))


@rule("STR026")
def missing_id(task: Task) -> Iterator[Fault]:
    """A sample has no id.

    Why: predictions are joined to references by the id.
    Fix: give each sample an id that is unique in the task and says nothing of the answer.
    """
    if not {None, ""} & set(task.ids) or not _wants_ids(task):
        return
    for index, sample in enumerate(task.data):
        if isinstance(sample, dict) and sample.get("id") in (None, ""):
            missing = "id is empty" if sample.get("id") == "" else "id is missing"
            yield Fault(task.sample_at(index), missing)


@rule("STR027")
def repeated_id(task: Task) -> Iterator[Fault]:
    """Two samples have the same id.

    Why: one prediction would answer both, and one of the two is never scored.
    Fix: make the ids unique within the task.
    """
    if len(set(task.ids)) == len(task.ids):
        return
    first: dict[str, int] = {}
    for index, name in enumerate(task.ids):
        if name and first.setdefault(name, index) != index:
            yield Fault(
                task.sample_at(index).at("id"),
                f"{name!r} is the id of /data/{first[name]} too",
                name,
            )


@rule("STR028")
def id_not_text(task: Task) -> Iterator[Fault]:
    """An id is not a string.

    Why: 7 and "7" and "007" are one id to some readers and three to others.
    Fix: write the id in quotes.
    """
    for index, sample in enumerate(task.data):
        if (
            type(sample) is dict
            and type(sample.get("id", "")) is not str
            and sample["id"] is not None
        ):
            yield Fault(
                task.sample_at(index).at("id"),
                f"expected a text, found {shown(sample['id'])}",
                task.ids[index],
            )


@rule("STR029", Severity.WARNING)
def path_of_another_machine(gallery: Gallery) -> Iterator[Fault]:
    """Paths begin with folders that are not in the task: those of the author's machine.

    Why: only readers that guess find the files.
    Fix: write paths relative to the task folder, such as images/0001.png.
    """
    foreign = [r for r in gallery.task.media if r.file and _tail(r.given, r.file)]
    if foreign:
        yield Fault(
            foreign[0].where,
            f"{foreign[0].given!r} is read as {foreign[0].file!r}; {len(foreign)} paths like it",
            foreign[0].sample,
        )


@rule("STR030", Severity.NOTE)
def path_without_folder(gallery: Gallery) -> Iterator[Fault]:
    """Paths leave out the media folder that the files lie in.

    Why: it is one of three conventions in use; the documented one is relative to the task folder.
    Fix: write paths relative to the task folder, such as images/0001.png.
    """
    bare = [
        r
        for r in gallery.task.media
        if r.file and r.file.endswith(f"/{_path(r.given)}")
    ]
    if bare:
        yield Fault(
            bare[0].where,
            f"{bare[0].given!r} is read as {bare[0].file!r}; {len(bare)} paths like it",
            bare[0].sample,
        )


@rule("STR031")
def unreadable_folder(folder: Folder) -> Iterator[Fault]:
    """A folder in the task may not be read and entered.

    Why: nothing that lies in it can be checked, and it would not get into a release.
    Fix: let it be read and entered, such as by `chmod -R u+rX`, and check again.
    """
    for entry in folder.entries:
        if entry.kind == "closed":
            yield Fault(Where(entry.path), "permission denied")


def _path(given: str) -> str:
    return posixpath.normpath(given.replace("\\", "/"))


_FROM_OUTSIDE = re.compile(r"[/~]|\.\./|[A-Za-z]:/|[a-z]+://")
"""How a path begins that other rules speak of."""


def _tail(given: str, file: str) -> bool:
    """Whether a path was found by its end only."""
    path = _path(given)
    beside = _FROM_OUTSIDE.match(given.replace("\\", "/"))
    return not beside and path != file and not file.endswith(f"/{path}")


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
    stray_file,
    unnamed_media,
    crowded_folder,
    absolute_path,
    path_leaves_folder,
    backslash_in_path,
    link,
    names_alike,
    name_impossible_on_windows,
    missing_id,
    repeated_id,
    id_not_text,
    path_of_another_machine,
    path_without_folder,
    unreadable_folder,
)
