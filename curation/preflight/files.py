"""Rules on the files of a repository: number, size, place, name and format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from curation.finding import Fault, Rule, Severity, rule
from curation.model import Where
from curation.preflight.subjects import ATTRIBUTES, Repository, builder
from curation.report.wording import size
from curation.trees import REFERENCES

ENTRIES = 10_000
"""Entries of one folder at most: hub-docs, storage limits, August 2026."""
FILES = 100_000
"""Files of a repository that the Hub advises at most: the same."""
LARGEST = 500 * 10**9
"""Bytes of one file at most: the same."""
LARGE = 200 * 10**9
"""Bytes of one file that the Hub advises at most: the same."""
PRIVATE = 100 * 10**9
"""Bytes that a free account may keep private: the same."""
PLAIN = 10 << 20
"""Bytes of a file beyond which git alone does not take it."""
COMMIT_FILES = 25_000
"""Files in LFS that one commit takes: huggingface_hub."""
COMMIT_BYTES = 10**9
"""Bytes of files outside LFS that one commit takes: the same."""
RULES_OF_FILES = 10
"""Lines of .gitattributes for single files that are no harm yet."""

_FILMS = frozenset({".mpg", ".webm", ".m4v", ".3gp", ".flv"})
"""Films that `datasets` 5 loads as sounds."""
_UNSEEN = {
    ".m4a": "sounds", ".aac": "sounds",
    ".svg": "pictures", ".avif": "pictures", ".heic": "pictures",
    ".wmv": "films", ".ogv": "films",
    ".obj": "3D models", ".off": "3D models",
}  # fmt: skip
"""Media that none of its builders loads."""
_STRAYS = re.compile(
    r"(.*/)?(\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini|__MACOSX(/.*)?|__pycache__/.*"
    r"|\.ipynb_checkpoints/.*|\.cache/.*|\.idea/.*|\.vscode/.*|[^/]*(~|\.swp|\.tmp|\.bak|\.orig|\.part|\.pyc))",
    re.IGNORECASE,
)
_REFUSED = re.compile(r'[\x00-\x1f\x7f\\<>:"|?*]|[. ](/|$)')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
LONGEST = 255
"""Bytes of a name at most, on nearly all disks."""


@rule("HUB121")
def too_many_entries(repository: Repository) -> Iterator[Fault]:
    """A folder has more entries than the Hub takes.

    Why: the Hub refuses the commit.
    Fix: spread the files over folders, or pack them in Parquet.
    """
    inside: dict[str, set[str]] = {}
    for file in repository.files:
        parts = file.path.split("/")
        for depth, name in enumerate(parts):
            inside.setdefault("/".join(parts[:depth]), set()).add(name)
    for folder, names in sorted(inside.items()):
        if len(names) > ENTRIES:
            yield Fault(
                Where(folder), f"{len(names):,} entries, expected {ENTRIES:,} or fewer"
            )


@rule("HUB122", Severity.WARNING)
def many_files(repository: Repository) -> Iterator[Fault]:
    """There are more files than the Hub advises.

    Why: cloning, listing and the viewer become slow or fail.
    Fix: pack the files in Parquet.
    """
    if (number := len(repository.files)) > FILES:
        yield Fault(Where(""), f"{number:,} files, expected {FILES:,} or fewer")


@rule("HUB123")
def file_too_large(repository: Repository) -> Iterator[Fault]:
    """A file is larger than the Hub takes.

    Why: the Hub refuses it, and the whole commit with it.
    Fix: divide it; tables have a new file every 500 MiB when curate release writes them.
    """
    for file in repository.files:
        if file.bytes > LARGEST:
            yield Fault(
                Where(file.path),
                f"{size(file.bytes)}, expected {size(LARGEST)} at most",
            )


@rule("HUB124", Severity.WARNING)
def large_file(repository: Repository) -> Iterator[Fault]:
    """A file is larger than the Hub advises.

    Why: one broken transfer costs all of it.
    Fix: divide it into several files.
    """
    for file in repository.files:
        if LARGE < file.bytes <= LARGEST:
            yield Fault(
                Where(file.path), f"{size(file.bytes)}, expected {size(LARGE)} or less"
            )


@rule("HUB125")
def loads_as_another_modality(repository: Repository) -> Iterator[Fault]:
    """A media file outside of Parquet is loaded as something else, or not at all.

    Why: datasets goes by the extension, and takes some films for sounds.
    Fix: put the media into Parquet, or bring films to .mp4, sounds to .wav, pictures to
    .png and models to .glb.
    """
    for file in repository.files:
        ending = PurePosixPath(file.path.lower()).suffix
        if "/" in file.path and ending in _FILMS:
            yield Fault(Where(file.path), f"films that end in {ending} load as sounds")
        elif "/" in file.path and ending in _UNSEEN:
            yield Fault(
                Where(file.path),
                f"{_UNSEEN[ending]} that end in {ending} are not loaded",
            )


@rule("HUB126", Severity.WARNING)
def lfs_rule_for_a_file(repository: Repository) -> Iterator[Fault]:
    """The file .gitattributes has a rule for each of many single files.

    Why: it grows by a line a file; one of 1.5 MB slows every checkout and every commit.
    Fix: write one rule for an extension, such as *.parquet.
    """
    single = [
        line for line in repository.attributes or ()
        if "filter=lfs" in line and not re.search(r"[*?\[]", line.split()[0])
    ]  # fmt: skip
    if len(single) > RULES_OF_FILES:
        yield Fault(
            Where(ATTRIBUTES),
            f"{len(single):,} rules for single files, such as {single[0].split()[0]}",
        )


@rule("HUB127")
def large_file_outside_lfs(repository: Repository) -> Iterator[Fault]:
    """The file .gitattributes leaves a file to git that is too large for it.

    Why: the Hub refuses files over 10 MiB that are not in LFS.
    Fix: add its extension to .gitattributes, or leave that file to the Hub, which writes one.
    """
    if repository.attributes is None:
        return
    kept = [
        line.split()[0]
        for line in repository.attributes
        if re.search(r"\sfilter=lfs\b", line)
    ]
    for file in repository.files:
        if file.bytes > PLAIN and not any(_covers(one, file.path) for one in kept):
            yield Fault(
                Where(file.path),
                f"{size(file.bytes)}, and no rule of {ATTRIBUTES} puts it into LFS",
            )


def _covers(pattern: str, path: str) -> bool:
    """Whether a pattern of .gitattributes means a file."""
    if "/" not in pattern:
        return fnmatchcase(PurePosixPath(path).name, pattern)
    return fnmatchcase(path, pattern.lstrip("/").replace("**/", "*"))


@rule("HUB128")
def left_by_a_system(repository: Repository) -> Iterator[Fault]:
    """A file was left by a system or an editor.

    Why: it belongs to nobody's data, and often tells where it was made.
    Fix: remove it; curate release never writes one.
    """
    for file in repository.files:
        if _STRAYS.fullmatch(file.path):
            yield Fault(Where(file.path), "no part of a data set")


@rule("HUB129", Severity.WARNING)
def loading_script(repository: Repository) -> Iterator[Fault]:
    """There is a Python file at the top.

    Why: datasets once ran such files, and now refuses a repository that has one of its name.
    Fix: keep code in another repository.
    """
    for file in repository.files:
        if "/" not in file.path and file.path.endswith(".py"):
            yield Fault(Where(file.path), "looks like a loading script")


@rule("HUB130")
def unportable_name(repository: Repository) -> Iterator[Fault]:
    """A file has a name that some systems cannot write.

    Why: there the data set cannot be cloned or downloaded.
    Fix: use names of letters, digits, ., - and _ that differ in more than case.
    """
    seen: dict[str, str] = {}
    for file in repository.files:
        names = file.path.split("/")
        other = seen.setdefault(file.path.lower(), file.path)
        if other != file.path:
            yield Fault(Where(file.path), f"differs from {other} in case only")
        elif _REFUSED.search(file.path) or any(map(_DEVICES.fullmatch, names)):
            yield Fault(Where(file.path), "cannot be written on Windows")
        elif any(len(name.encode("utf-8", "replace")) > LONGEST for name in names):
            yield Fault(Where(file.path), f"a name is longer than {LONGEST} bytes")
        elif ".git" in names:
            yield Fault(Where(file.path), "git keeps this name for itself")


@rule("HUB131", Severity.WARNING)
def more_than_one_commit(repository: Repository) -> Iterator[Fault]:
    """The files are more than one commit takes.

    Why: a release in several commits is seen half done while it is uploaded.
    Fix: pack small files in Parquet; curate publish otherwise goes by a pull request.
    """
    stored = [f for f in repository.files if f.bytes > PLAIN or builder(f.path) == "parquet"]  # fmt: skip
    rest = sum(f.bytes for f in repository.files) - sum(f.bytes for f in stored)
    if len(stored) > COMMIT_FILES:
        yield Fault(
            Where(""),
            f"{len(stored):,} files in LFS, expected {COMMIT_FILES:,} or fewer",
        )
    if rest > COMMIT_BYTES:
        yield Fault(
            Where(""),
            f"{size(rest)} outside of LFS, expected {size(COMMIT_BYTES)} or less",
        )


@rule("HUB132", Severity.WARNING)
def large_for_private(repository: Repository) -> Iterator[Fault]:
    """The references are more than a free account may keep private.

    Why: the Hub refuses what is beyond 100 GB, and references must not be public.
    Fix: use an account with more space; never make the repository public.
    """
    whole = sum(f.bytes for f in repository.files)
    if repository.tree == REFERENCES and whole > PRIVATE:
        yield Fault(Where(""), f"{size(whole)}, expected {size(PRIVATE)} or less")


@rule("HUB133")
def not_a_file(repository: Repository) -> Iterator[Fault]:
    """There is a link or a device among the files.

    Why: the Hub stores files, and a link would be uploaded as what it leads to, or not.
    Fix: put the file itself there, or remove the link.
    """
    for file in repository.files:
        if not file.plain:
            yield Fault(Where(file.path), "expected a file, found a link or a device")


RULES: tuple[Rule, ...] = (
    too_many_entries,
    many_files,
    file_too_large,
    large_file,
    loads_as_another_modality,
    lfs_rule_for_a_file,
    large_file_outside_lfs,
    left_by_a_system,
    loading_script,
    unportable_name,
    more_than_one_commit,
    large_for_private,
    not_a_file,
)
