"""Recordings: the facts of a file, and the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from curation.finding import Fault, Severity, rule
from validators.gallery import Gallery
from validators.media import Media

SILENCE = 0.0001
"""Range of the samples, of a full scale of 1, below which nothing can be heard: -80 dB."""
CLIPPED = 0.01
"""Share of samples at full scale; loud music stays below it."""
SHORTEST = 0.1
"""Seconds; a spoken syllable takes twice as long."""
SHOWN = 4
"""Rates, or numbers of channels, that are named one by one."""
PERSONAL = frozenset(
    {"artist", "album_artist", "albumartist", "author", "composer", "performer", "copyright",
     "encoded_by", "encodedby", "publisher", "organization", "contact", "email", "owner",
     "make", "model", "com.apple.quicktime.make", "com.apple.quicktime.model",
     "com.apple.quicktime.author"}
)  # fmt: skip
"""Tags that name somebody, or a device."""


@dataclass(frozen=True, kw_only=True)
class Audio(Media):
    """A recording that was decoded whole.

    `samples` counts those of one channel, `rate` is in Hz. `lowest`, `highest` and `rms`
    are over all finite samples, full scale being 1; `clipped` is the share of samples at
    full scale, `not_finite` counts NaN and infinity. `fingerprint` is the loudness of 32
    equal parts, a hexadecimal digit each. `unfinished` says that the header was never
    completed, `located` that a tag tells a place. MIDI has a `format` and no samples.
    """

    seconds: float
    rate: int
    channels: int
    samples: int
    encoding: str = ""
    lowest: float = 0.0
    highest: float = 0.0
    rms: float = 0.0
    clipped: float = 0.0
    not_finite: int = 0
    fingerprint: str = ""
    unfinished: bool = False
    located: bool = False

    @property
    def peak(self) -> float:
        """The largest sample in either direction."""
        return max(-self.lowest, self.highest)

    @property
    def silent(self) -> bool:
        """Whether there are samples and none of them can be heard."""
        return self.samples > 0 and self.highest - self.lowest < SILENCE


@rule("AUD001", Severity.WARNING)
def silent(audio: Audio) -> Iterator[Fault]:
    """Nothing can be heard in a recording from beginning to end.

    Why: no question can be answered from it; often a muted microphone or a failed export.
    Fix: export the recording again, or drop the sample.
    """
    if not audio.silent or audio.not_finite:
        return
    if audio.lowest == audio.highest:
        yield Fault(audio.where, f"every sample is {audio.highest:g}")
    else:
        yield Fault(
            audio.where, f"no sample is louder than {audio.peak:.2g} of full scale"
        )


@rule("AUD002", Severity.WARNING)
def clipped(audio: Audio) -> Iterator[Fault]:
    """A recording is so loud that its peaks are cut off.

    Why: clipping distorts speech and music; it changes what a model hears.
    Fix: record or export again at a lower level; lowering the level afterwards does not help.
    """
    if audio.clipped > CLIPPED:
        loudest = f", up to {audio.peak:.3g} times it" if audio.peak > 1 else ""
        yield Fault(
            audio.where,
            f"{audio.clipped:.0%} of the samples are at full scale{loudest}",
        )


@rule("AUD003")
def not_a_number(audio: Audio) -> Iterator[Fault]:
    """A recording holds samples that are not finite numbers.

    Why: one NaN turns the features of the whole recording, and then the scores, into NaN.
    Fix: find what divided by zero when the file was made, and export it again.
    """
    if audio.not_finite:
        total = audio.samples * audio.channels
        yield Fault(
            audio.where,
            f"{audio.not_finite:,} of {total:,} samples are NaN or infinite",
        )


@rule("AUD004", Severity.WARNING)
def too_short(audio: Audio) -> Iterator[Fault]:
    """A recording is too short to be listened to.

    Why: most models work in windows of 20 to 30 ms and have nothing to compare.
    Fix: cut with some room around what is to be heard, or drop the sample.
    """
    if 0 < audio.seconds < SHORTEST:
        yield Fault(audio.where, f"{audio.seconds:.3g} s is under {SHORTEST:g} s")


@rule("AUD005")
def no_sound(audio: Audio) -> Iterator[Fault]:
    """A sound file is complete but holds no sound.

    Why: there is nothing to hear, and loaders fail on empty arrays.
    Fix: export the recording again, or drop the sample.
    """
    if audio.samples == 0 and audio.format != "midi":
        yield Fault(audio.where, "0 samples")


@rule("AUD006", Severity.NOTE)
def mixed_sample_rates(gallery: Gallery) -> Iterator[Fault]:
    """The recordings of a task have different sample rates.

    Why: loaders that take the first rate for all play the others too fast or too slow.
    Fix: resample to one rate, or say in the card that the rates differ.
    """
    yield from _mixed(gallery, lambda audio: f"{audio.rate:,} Hz")


@rule("AUD007", Severity.NOTE)
def mixed_channels(gallery: Gallery) -> Iterator[Fault]:
    """The recordings of a task have different numbers of channels.

    Why: arrays of another shape do not fit into one batch.
    Fix: mix down to mono, or say in the card that the numbers differ.
    """
    yield from _mixed(gallery, lambda audio: _channels(audio.channels))


def _channels(number: int) -> str:
    return {1: "mono", 2: "stereo"}.get(number, f"{number} channels")


def _mixed(gallery: Gallery, trait: Callable[[Audio], str]) -> Iterator[Fault]:
    """Say once for the inputs, and once for the references, what differs."""
    for reference, role in ((False, "inputs"), (True, "references")):
        seen = {
            audio.where.path: trait(audio)
            for audio in gallery.of("audio")
            if isinstance(audio, Audio) and audio.rate and audio.reference is reference
        }
        counts = Counter(seen.values()).most_common()
        if len(counts) > 1:
            usual = counts[0][0]
            odd = next(path for path, value in seen.items() if value != usual)
            shares = ", ".join(f"{n:,} of {value}" for value, n in counts[:SHOWN])
            more = f" and {len(counts) - SHOWN} more" if len(counts) > SHOWN else ""
            yield Fault(gallery.where, f"{role}: {shares}{more}; {odd} has {seen[odd]}")


@rule("AUD008", Severity.WARNING)
def personal_audio_tags(audio: Audio) -> Iterator[Fault]:
    """A tag of a sound file names a person or a device.

    Why: it is personal data, and in music it states who plays.
    Fix: remove the tags without encoding again, for example with ffmpeg -map_metadata -1 -c copy.
    """
    for name, text in audio.metadata:
        if name in PERSONAL:
            yield Fault(audio.where, f"{name} is {text!r}")


@rule("AUD009", Severity.NOTE)
def text_audio_tags(audio: Audio) -> Iterator[Fault]:
    """A tag of a sound file says something in words.

    Why: titles, comments and lyrics can state the answer.
    Fix: remove the tags unless they are part of the question.
    """
    for name, text in audio.metadata:
        if name not in PERSONAL:
            yield Fault(audio.where, f"{name} is {text[:60]!r}")


@rule("AUD010", Severity.WARNING)
def unfinished_header(audio: Audio) -> Iterator[Fault]:
    """The header of a WAV file does not say how long the recording is.

    Why: programs that write to a pipe leave it so; some loaders then warn, stop or see hours.
    Fix: write the file again, for example with ffmpeg -i old.wav -c copy new.wav.
    """
    if audio.unfinished and audio.samples:
        yield Fault(audio.where, "the sizes in the header are placeholders")


@rule("AUD011")
def location_in_audio_tags(audio: Audio) -> Iterator[Fault]:
    """A tag tells where a recording was made.

    Why: it is personal data of whoever made it, and can give the answer away.
    Fix: remove the tags without encoding again, for example with ffmpeg -map_metadata -1 -c copy.
    """
    if audio.located:
        yield Fault(audio.where, "a tag holds coordinates or a place")


RULES = (
    silent,
    clipped,
    not_a_number,
    too_short,
    no_sound,
    mixed_sample_rates,
    mixed_channels,
    personal_audio_tags,
    text_audio_tags,
    unfinished_header,
    location_in_audio_tags,
)
