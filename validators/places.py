"""Rules on the files and folders of a task, and on the paths by which they are named."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from curation.finding import Fault, Severity, rule
from curation.model import Where
from curation.read import Folder
from validators.gallery import Gallery
from validators.media import Named

CROWDED = 10_000
"""Entries of one folder that the Hub accepts at most."""
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
    stray_file,
    unnamed_media,
    crowded_folder,
    absolute_path,
    path_leaves_folder,
    backslash_in_path,
    link,
    names_alike,
    name_impossible_on_windows,
    path_of_another_machine,
    path_without_folder,
    unreadable_folder,
)
