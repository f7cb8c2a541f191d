"""Rules on recordings, from facts made by hand."""

from dataclasses import replace

import pytest

from curation.model import Where
from tests.galleries import found, gallery
from validators.audio import CLIPPED, RULES, SHORTEST, SILENCE, Audio

SOUND = Audio(
    where=Where("a.wav"),
    kind="audio",
    size=16044,
    sha256="0",
    format="wav",
    seconds=1.0,
    rate=8000,
    channels=1,
    samples=8000,
    lowest=-0.5,
    highest=0.5,
    rms=0.25,
)


def said(**changes):
    return found(RULES, replace(SOUND, **changes))


def test_nothing_is_said_of_a_plain_recording():
    assert said() == []


def test_a_silent_recording_is_named():
    assert said(lowest=0.0, highest=0.0) == ["a.wav: AUD001 every sample is 0"]


def test_a_constant_offset_is_silence():
    assert said(lowest=0.25, highest=0.25) == ["a.wav: AUD001 every sample is 0.25"]


def test_noise_that_nobody_hears_is_silence():
    assert said(lowest=-2e-5, highest=3e-5) == [
        "a.wav: AUD001 no sample is louder than 3e-05 of full scale"
    ]


def test_a_whisper_at_the_threshold_is_not_silence():
    assert said(lowest=0.0, highest=SILENCE) == []


def test_a_clipped_recording_is_named():
    assert said(clipped=0.25, highest=1.0) == [
        "a.wav: AUD002 25% of the samples are at full scale"
    ]


def test_samples_beyond_full_scale_are_given():
    assert said(clipped=1.0, highest=32767.0) == [
        "a.wav: AUD002 100% of the samples are at full scale, up to 3.28e+04 times it"
    ]


def test_loud_music_at_the_threshold_is_not_clipped():
    assert said(clipped=CLIPPED, highest=1.0) == []


def test_samples_that_are_not_numbers_are_counted():
    assert said(not_finite=3, channels=2) == [
        "a.wav: AUD003 3 of 16,000 samples are NaN or infinite"
    ]


def test_nothing_but_nan_is_not_called_silence_too():
    assert said(not_finite=8000, lowest=0.0, highest=0.0) == [
        "a.wav: AUD003 8,000 of 8,000 samples are NaN or infinite"
    ]


def test_a_click_is_too_short():
    assert said(seconds=0.025, samples=200) == ["a.wav: AUD004 0.025 s is under 0.1 s"]


def test_a_syllable_at_the_threshold_is_long_enough():
    assert said(seconds=SHORTEST) == []


def test_a_file_without_samples_is_named_once():
    assert said(seconds=0.0, samples=0, lowest=0.0, highest=0.0) == [
        "a.wav: AUD005 0 samples"
    ]


def test_midi_has_no_samples_and_needs_none():
    assert (
        said(format="midi", seconds=0.0, samples=0, rate=0, channels=0, highest=0.0)
        == []
    )


@pytest.mark.parametrize(
    ("tag", "code"), [("artist", "AUD008"), ("title", "AUD009"), ("comment", "AUD009")]
)
def test_a_tag_is_shown(tag, code):
    assert said(metadata=((tag, "Ann"),)) == [f"a.wav: {code} {tag} is 'Ann'"]


def test_an_unfinished_header_is_named():
    assert said(unfinished=True) == [
        "a.wav: AUD010 the sizes in the header are placeholders"
    ]


def test_a_place_is_named_but_not_told():
    assert said(located=True) == ["a.wav: AUD011 a tag holds coordinates or a place"]


def task(*facts):
    return gallery("audio/generic", [], facts)


def other(path, **changes):
    return replace(SOUND, where=Where(path), **changes)


def test_a_task_of_one_kind_is_not_mixed():
    assert found(RULES, task(SOUND, other("b.wav"))) == []


def test_mixed_sample_rates_are_counted():
    mixed = task(SOUND, other("b.wav"), other("c.wav", rate=16000))

    assert found(RULES, mixed) == [
        (
            "annotation.json: AUD006 inputs: 2 of 8,000 Hz, 1 of 16,000 Hz; "
            "c.wav has 16,000 Hz"
        )
    ]


def test_mixed_channels_are_counted():
    mixed = task(SOUND, other("b.wav", channels=2), other("c.wav", channels=2))

    assert found(RULES, mixed) == [
        "annotation.json: AUD007 inputs: 2 of stereo, 1 of mono; a.wav has mono"
    ]


def test_references_may_differ_from_inputs():
    apart = task(SOUND, other("b.wav", rate=48000, channels=2, reference=True))

    assert found(RULES, apart) == []


def test_references_are_compared_with_each_other():
    apart = task(
        SOUND,
        other("b.wav", reference=True),
        other("c.wav", rate=16000, reference=True),
    )

    assert found(RULES, apart) == [
        (
            "annotation.json: AUD006 references: 1 of 8,000 Hz, 1 of 16,000 Hz; "
            "c.wav has 16,000 Hz"
        )
    ]


def test_many_rates_are_cut_short():
    many = task(*(other(f"{n}.wav", rate=8000 + n) for n in range(6)))

    assert found(RULES, many) == [
        (
            "annotation.json: AUD006 inputs: 1 of 8,000 Hz, 1 of 8,001 Hz, 1 of 8,002 Hz, "
            "1 of 8,003 Hz and 2 more; 1.wav has 8,001 Hz"
        )
    ]


def test_midi_has_no_rate_to_differ():
    midi = other("b.mid", rate=0, channels=0, samples=0, format="midi")

    assert found(RULES, task(SOUND, midi)) == []
