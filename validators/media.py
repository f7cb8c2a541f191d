"""What all media files have in common: facts, what can be wrong with a file, rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import splitext

from curation.finding import Fault, Severity, rule
from curation.model import MediaRef, Where
from validators.reason import Reason


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A file that a sample names and that could not be read, and why."""

    where: Where
    reason: Reason
    detail: str
    sample: str | None = None
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Media:
    """What is known of every file that was decoded whole.

    `format` is the decoder's lower-case name of what the file really is; `content` is a
    digest of what it decodes to, equal for equal pixels, samples or vertices.
    """

    where: Where
    sample: str | None = None
    reference: bool = False
    kind: str = ""
    size: int
    sha256: str
    format: str
    content: str = ""
    metadata: tuple[tuple[str, str], ...] = ()
    """What the container says besides the media: (name, text), each cut at 200 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A path as a sample names it, with what the folder has to say to it.

    `entry` is what lies there (file, folder, link, fifo ...; None for nothing),
    `nearest` the most similar name that exists, `convention` how the path was meant:
    `task` or `folder` (relative to the task, or found in a media folder or by the end of
    the path), `absolute` or `outside`, or `closed` (below a folder that cannot be read).
    """

    ref: MediaRef
    entry: str | None
    nearest: str | None = None
    convention: str = "task"

    @property
    def where(self) -> Where:
        """The place in the annotation."""
        return self.ref.where

    @property
    def sample(self) -> str | None:
        """The sample that names it."""
        return self.ref.sample


_ELSEWHERE = frozenset({"absolute", "outside", "closed"})
"""Paths that other rules speak of; whether something is there is not looked up."""


@rule("MED001")
def missing_file(named: Named) -> Iterator[Fault]:
    """A file that a sample names does not exist.

    Why: the sample cannot be shown to a model, and a release would stop at it.
    Fix: add the file, or correct the path; the nearest name that exists is shown.
    """
    if named.entry is None and named.ref.given and named.convention not in _ELSEWHERE:
        hint = f"; the nearest is {named.nearest!r}" if named.nearest else ""
        yield Fault(named.where, f"{named.ref.given!r} does not exist{hint}")


def _unread(reason: Reason, unreadable: Unreadable) -> Iterator[Fault]:
    if unreadable.reason == reason:
        yield Fault(unreadable.where, unreadable.detail)


@rule("MED002")
def empty_file(unreadable: Unreadable) -> Iterator[Fault]:
    """A media file has no bytes.

    Why: an interrupted copy leaves such files, and nothing can be shown of them.
    Fix: copy the file again from its source, or drop the sample.
    """
    yield from _unread(Reason.EMPTY, unreadable)


@rule("MED003")
def truncated(unreadable: Unreadable) -> Iterator[Fault]:
    """A media file ends before its content does.

    Why: viewers show the part that is there, loaders stop or fill up with grey or silence.
    Fix: copy the file again from its source and compare the sizes.
    """
    yield from _unread(Reason.TRUNCATED, unreadable)


@rule("MED004")
def undecodable_file(unreadable: Unreadable) -> Iterator[Fault]:
    """A media file cannot be decoded.

    Why: what no decoder reads, no model can be asked about.
    Fix: export the file again in a common format: PNG or JPEG, WAV or FLAC, MP4, GLB or PLY.
    """
    yield from _unread(Reason.UNDECODABLE, unreadable)
    yield from _unread(Reason.DENIED, unreadable)


_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "mpo": (".jpg", ".jpeg", ".mpo"),
    "png": (".png", ".apng"),
    "gif": (".gif",),
    "webp": (".webp",),
    "bmp": (".bmp", ".dib"),
    "tiff": (".tif", ".tiff"),
    "ppm": (".ppm", ".pgm", ".pbm", ".pnm"),
    "avif": (".avif",),
    "jpeg2000": (".jp2", ".j2k", ".jpx"),
    "wav": (".wav", ".wave"),
    "flac": (".flac",),
    "ogg": (".ogg", ".oga", ".opus", ".ogv", ".spx"),
    "mp3": (".mp3",),
    "aiff": (".aif", ".aiff", ".aifc"),
    "mp4": (".mp4", ".m4v", ".mov", ".m4a", ".m4b", ".3gp", ".3g2", ".qt"),
    "asf": (".wmv", ".wma", ".asf"),
    "mpegts": (".ts", ".mts", ".m2ts"),
    "aac": (".aac",),
    "midi": (".mid", ".midi"),
    "pcd": (".pcd",),
    "pfm": (".pfm",),
    "xyz": (".xyz", ".pts", ".asc", ".txt", ".csv"),
    "matroska": (".mkv", ".webm", ".mka"),
    "avi": (".avi",),
    "mpeg": (".mpg", ".mpeg"),
    "glb": (".glb",),
    "gltf": (".gltf",),
    "ply": (".ply",),
    "obj": (".obj",),
    "stl": (".stl",),
    "off": (".off",),
    "npy": (".npy",),
    "npz": (".npz",),
    "flo": (".flo",),
}


@rule("MED005")
def content_not_as_named(media: Media) -> Iterator[Fault]:
    """A file holds another format than its extension says.

    Why: loaders choose the decoder by the extension, and fail or guess.
    Fix: rename the file to the extension of what it holds, or convert it.
    """
    endings = _ENDINGS.get(media.format)
    suffix = splitext(media.where.path)[1].lower()
    if endings and suffix not in endings:
        shown = suffix or "without an extension"
        yield Fault(
            media.where, f"named {shown}, but the content is {media.format.upper()}"
        )


@rule("MED006")
def over_limit(unreadable: Unreadable) -> Iterator[Fault]:
    """A file is larger, or decodes to more, than the limits allow.

    Why: such a file can stop a loader or a whole machine, by accident or on purpose.
    Fix: scale the file down, or raise the limit in the configuration if it is meant.
    """
    yield from _unread(Reason.OVER_LIMIT, unreadable)


@rule("MED007")
def decoder_timed_out(unreadable: Unreadable) -> Iterator[Fault]:
    """Decoding took longer than the limit and was ended.

    Why: what takes minutes here takes hours over a whole benchmark, or never ends.
    Fix: export the file again; raise wall_seconds or cpu_seconds if the file is fine.
    """
    yield from _unread(Reason.TIMED_OUT, unreadable)


@rule("MED008")
def decoder_crashed(unreadable: Unreadable) -> Iterator[Fault]:
    """The decoder failed in a way that it does not announce.

    Why: a file that brings a decoder down does the same to everybody who loads it.
    Fix: export the file again; please report the file if other programs read it well.
    """
    yield from _unread(Reason.CRASHED, unreadable)


VIEWABLE = frozenset(
    {"jpeg", "png", "gif", "webp", "bmp", "tiff", "ppm", "mpo", "wav", "flac", "mp3", "ogg", "opus",
     "mp4", "matroska", "avi", "mpeg", "glb", "gltf", "ply", "stl", "npy", "npz", "flo"}
)  # fmt: skip
"""Formats that the Hub's viewer shows, or that are published as plain bytes."""


@rule("MED009", Severity.WARNING)
def not_shown_on_the_hub(media: Media) -> Iterator[Fault]:
    """The Hub's viewer cannot show a file of this format.

    Why: readers of the data set see a name instead of the picture or the sound.
    Fix: convert pictures to PNG or JPEG, sound to WAV, FLAC or MP3, films to MP4, models to GLB.
    """
    if media.format not in VIEWABLE:
        yield Fault(media.where, f"{media.format.upper()} is not shown by the viewer")


@rule("MED010")
def refused(unreadable: Unreadable) -> Iterator[Fault]:
    """A file was refused unread, since reading it would run code or open other files.

    Why: pickles run whatever they hold; models and playlists can name files of the reader's machine.
    Fix: store plain data: .npy or .npz without objects, .glb or .ply with all parts inside.
    """
    yield from _unread(Reason.REFUSED, unreadable)


@rule("MED011")
def not_a_regular_file(named: Named) -> Iterator[Fault]:
    """A path leads to something that is not a regular file, or for frames not a folder.

    Why: links and pipes do not survive an upload, and can lead outside or block for ever.
    Fix: put the file itself at this place.
    """
    wanted = "folder" if named.ref.kind == "frames" else "file"
    # Links and closed folders have rules of their own, whether a sample names them or not.
    if named.entry not in {None, wanted, "link", "closed"}:
        yield Fault(
            named.where, f"{named.ref.given!r} is a {named.entry}, expected a {wanted}"
        )


RULES = (
    missing_file,
    empty_file,
    truncated,
    undecodable_file,
    content_not_as_named,
    over_limit,
    decoder_timed_out,
    decoder_crashed,
    not_shown_on_the_hub,
    refused,
    not_a_regular_file,
)
